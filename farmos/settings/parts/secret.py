"""The farm's secret key: from the environment, or made once and kept in the data directory, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

KEY_CHARACTERS = 64


def secret_key(data: Path) -> str:
    """Return ``FARMOS_SECRET_KEY``, or the key kept in ``data``, made now if this is the first start (safe when several start at once).

    Raises:
        ImproperlyConfigured: the key can be neither read nor written.
    """
    given = os.environ.get("FARMOS_SECRET_KEY")
    if given:
        return given
    kept = data / "secret-key"
    try:
        if not kept.exists():
            _make(kept)
        return kept.read_text().strip()
    except OSError as problem:
        raise ImproperlyConfigured(
            f"The secret key {kept} cannot be used ({problem}). Fix its rights or set FARMOS_SECRET_KEY."
        ) from problem


def _make(kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_name(f"{kept.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(secrets.token_urlsafe(KEY_CHARACTERS))
    try:
        os.link(draft, kept)  # fails when another process was first: then theirs is the key
    except FileExistsError:
        pass
    finally:
        draft.unlink()
