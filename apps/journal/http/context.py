"""Who asks: from a web request to the context every command is told."""

from __future__ import annotations

from django.http import HttpRequest

from apps.journal import clock
from apps.journal.context import Actor, Context
from apps.journal.refusals import Refusal

from .request_id import request_id_of


def context_for(request: HttpRequest, *, key: str) -> Context:
    """Return the context of one command asked for by the signed-in person.

    Args:
        request: The web request, past authentication.
        key: What makes a repeat the same request: the Idempotency-Key, or the hidden field of a form.

    Raises:
        Refusal: ``not-signed-in``, ``key-missing`` or ``key-invalid``.
    """
    actor = getattr(request.user, "actor", None)
    if not isinstance(actor, Actor):
        raise Refusal("not-signed-in")
    return Context(actor=actor, now=clock.now(), key=key, request_id=request_id_of(request))
