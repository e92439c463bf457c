"""Where a list goes on: the last id of the page, signed, so that it can only be what we gave."""

from __future__ import annotations

from django.core import signing

from apps.journal.refusals import Refusal


def make(last: str, *, of: str) -> str:
    """Return the cursor that continues list ``of`` after the row with id ``last``."""
    return signing.Signer(salt=f"cursor:{of}").sign_object([last])


def read(cursor: str, *, of: str) -> str:
    """Return the id that the cursor continues after.

    Raises:
        Refusal: ``cursor-invalid``: not made by this list, or changed.
    """
    try:
        content = signing.Signer(salt=f"cursor:{of}").unsign_object(cursor)
    except (signing.BadSignature, ValueError):
        raise Refusal("cursor-invalid") from None
    match content:
        case [str(last)]:
            return last
    raise Refusal("cursor-invalid")
