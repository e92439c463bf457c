"""Take bytes in before the command that will register them."""

from __future__ import annotations

from django.conf import settings

from apps.artifacts import queries
from apps.artifacts.states import StoreKind
from apps.journal import frame

from .places import incoming, kind_in_use, place
from .spool import Readable, spooled
from .values import Stored, key_for, plain_mime


def deposit(content: Readable, *, mime: str = "", limit: int | None = None) -> Stored:
    """Store bytes and return the receipt that ``store_artifact`` or ``changes.register`` takes. Call it before the command.

    The same content ends up in the same place. If nobody registers it, the sweep collects it after a day. Damaged bytes of a known artifact
    are made whole by this.

    Args:
        content: Read to its end, once.
        mime: The declared media type, kept as a label.
        limit: Most bytes to take; ``FARMOS_MAX_FILE_BYTES`` when not given.

    Raises:
        Refusal: ``file-too-large``, ``disk-full``, ``store-unavailable``. Nothing is stored then.
        RuntimeError: called inside a command, which would hold its transaction open while bytes trickle in. A bug.
    """
    if (running := frame.current()) is not None:
        raise RuntimeError(f"deposit bytes before {running.command}, not inside it")
    most = settings.FARMOS_MAX_FILE_BYTES if limit is None else limit
    with spooled(content, folder=incoming(), limit=most) as whole:
        store, key = _where(whole.sha256)
        if store != StoreKind.INLINE:
            place(store).put(whole, key)
    return Stored(store, key, whole.sha256, whole.size, plain_mime(mime))


def _where(sha256: str) -> tuple[str, str]:
    """Return the place of this content: that of its living row, else a key that was never used."""
    living = queries.living(sha256)
    if living is not None:
        return living.store, living.key
    kind = kind_in_use()
    return kind.value, key_for(sha256, queries.generation(sha256, store=kind))
