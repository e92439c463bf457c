"""Writes 4 MB into a store and says what happened: ``python -m tests.artifacts.writer FOLDER``. For tests that starve a process of disk."""

from __future__ import annotations

import io
import sys
from pathlib import Path

SIZE = 4 << 20


def content(number: int) -> bytes:
    """Return the bytes of the ``number``-th file."""
    return number.to_bytes(8, "big") * (SIZE // 8)


def write(folder: Path, number: int) -> str:
    """Put one file into the store in ``folder`` and return its key."""
    from apps.artifacts.store.files import FileStore
    from apps.artifacts.store.spool import spooled
    from apps.artifacts.store.values import key_for

    with spooled(io.BytesIO(content(number)), folder=folder / "incoming", limit=SIZE) as whole:
        FileStore(folder).put(whole, key_for(whole.sha256))
    return key_for(whole.sha256)


def main() -> None:
    """Write one file into the folder named on the command line."""
    import django

    django.setup()
    from apps.journal.refusals import Refusal

    try:
        print(write(Path(sys.argv[1]), 0))
    except Refusal as refused:
        print(f"refused {refused.code} {refused.status}")


if __name__ == "__main__":
    main()
