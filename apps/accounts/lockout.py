"""Counting wrong proofs and links asked for, by whom somebody wants to be and where they come from; and the one way to look at a proof."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from apps.journal import clock
from apps.journal.context import Actor, Context
from apps.journal.http.limits import sender_of
from apps.journal.http.request_id import request_id_of
from apps.journal.identity import new_id
from apps.journal.refusals import Refusal

from . import commands
from .models import User, normal_email
from .states import SignInWay


def page_context(request: HttpRequest) -> Context:
    """Return the context of what the sign-in pages ask for before anybody is signed in."""
    return Context(actor=Actor.service("accounts.sign_in"), now=clock.now(), key=new_id().hex, request_id=request_id_of(request))


def attempt(request: HttpRequest, *, name: str, way: SignInWay, prove: Callable[[], User | None], device_id: UUID | None = None) -> User:
    """Return the person whose proof ``prove`` found right. The try is counted first; wrong ones stay counted.

    Args:
        request: The request with the proof.
        name: Whom somebody wants to be, in one spelling: an e-mail address, or a device's and a person's id.
        way: How they prove it.
        prove: Looks at the proof.
        device_id: The shared device in front of which they are.

    Raises:
        Refusal: ``sign-in-locked``, ``sign-in-wrong``.
    """
    try_id = commands.try_sign_in(
        page_context(request), name_digest=_digest(normal_email(name)), address_digest=_digest(sender_of(request))
    )
    found = prove()
    if found is None:
        raise Refusal("sign-in-wrong")
    commands.note_sign_in(page_context(request), try_id=try_id, user_id=found.pk, way=way, device_id=device_id)
    return found


def count_link(request: HttpRequest, *, email: str) -> None:
    """Count that somebody asks for a link by mail, before anybody looks whose address it is. Same limits as for proofs, counted apart from them.

    Raises:
        Refusal: ``sign-in-links-too-many``.
    """
    try:
        commands.try_sign_in(
            page_context(request),
            name_digest=_digest(f"link {normal_email(email)}"),
            address_digest=_digest(f"link {sender_of(request)}"),
        )
    except Refusal as refusal:
        if refusal.code != "sign-in-locked":
            raise
        raise Refusal("sign-in-links-too-many", **refusal.params) from None


def _digest(text: str) -> str:
    return salted_hmac("farmos.accounts.lockout", text[:320], algorithm="sha256").hexdigest()
