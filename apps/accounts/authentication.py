"""How programs say who they are: a token in ``Authorization: Bearer`` or, as slicers send it, in ``X-Api-Key``."""

from __future__ import annotations

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from apps.journal import clock
from apps.journal.context import Actor, Context
from apps.journal.identity import new_id
from apps.journal.refusals import Refusal

from . import commands, proof
from .models import ApiToken, User

CHALLENGE = 'Bearer realm="farmos"'


class TokenAuthentication(BaseAuthentication):
    """A token's request acts for the token's person, limited to the token's rights and sites.

    It needs no CSRF proof: browsers send tokens to nobody by themselves.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the person with the token, or None when no token was sent.

        Raises:
            Refusal: ``token-unusable``.
        """
        secret = _sent(request)
        if secret is None:
            return None
        token = ApiToken.objects.select_related("user").filter(secret_sha256=proof.digest(secret)).first()
        now = clock.now()
        if token is None or not token.is_usable(now) or not token.user.is_active:
            refusal = Refusal("token-unusable")
            refusal.auth_header = CHALLENGE  # type: ignore[attr-defined]
            raise refusal
        if token.last_used_on != now.date():
            _note_use(token)
        person: User = token.user
        person.token = token
        return person, token

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that REST framework answers 401 to strangers."""
        return CHALLENGE


def _sent(request: Request) -> str | None:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return secret.strip()
    return request.headers.get("X-Api-Key")


def _note_use(token: ApiToken) -> None:
    """Note the day; somebody else noting it in the same moment is as good."""
    ctx = Context(actor=Actor(f"token:{token.pk}"), now=clock.now(), key=new_id().hex, is_automatic=True)
    try:
        commands.note_token_use(ctx, token_id=token.pk)
    except Refusal as refusal:
        if refusal.code not in ("stale-version", "busy"):
            raise
