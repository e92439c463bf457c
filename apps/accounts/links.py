"""What stands in a mail's link: the id of its record, signed, so that it cannot be guessed and says nothing."""

from __future__ import annotations

from uuid import UUID

from django.core import signing

from apps.journal.refusals import Refusal

from .models import SignInLink

_SALT = "farmos.accounts.link"


def token_for(link: SignInLink) -> str:
    """Return what stands in the address of a link."""
    return signing.Signer(salt=_SALT).sign(link.pk.hex).replace(":", "~")


def id_in(token: str) -> UUID:
    """Return the id of the link in an address.

    Raises:
        Refusal: ``link-unusable``: it is none of ours.
    """
    try:
        return UUID(signing.Signer(salt=_SALT).unsign(token.replace("~", ":")))
    except (signing.BadSignature, ValueError):
        raise Refusal("link-unusable") from None
