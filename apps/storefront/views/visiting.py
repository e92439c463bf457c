"""Who is at the shop: somebody signed in, a browser that was here before, or a stranger who gets a guest of their own with their first file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language

from apps.accounts.models import Account, Member, Site
from apps.accounts.queries import default_site
from apps.accounts.states import MemberRole
from apps.journal import clock
from apps.journal.context import Actor, Context
from apps.journal.http import limits
from apps.journal.http.request_id import request_id_of
from apps.journal.identity import new_id
from apps.journal.refusals import NotFound, Refusal
from apps.storefront import commands
from apps.storefront.models import Visitor

COOKIE = "farmos_visitor"
"""Names the visitor, signed. It is set with the first file somebody sends, not before, and says nothing else."""

KEPT_S = 90 * 24 * 3600
_SALT = "storefront.visitor"
BUYERS = (MemberRole.OWNER, MemberRole.BUYER)
"""Who may order for a customer, and change what was ordered."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Whoever asks for a page of the shop.

    Args:
        site: The shop's site.
        account: Whose files, basket and orders they see; None for a stranger.
        visitor: The browser, where its cookie counts.
        user_id: Who is signed in, if anybody.
    """

    site: Site
    account: Account | None = None
    visitor: Visitor | None = None
    user_id: UUID | None = None

    @property
    def owner(self) -> Account:
        """The account whose things this is about.

        Raises:
            NotFound: a stranger owns nothing.
        """
        if self.account is None:
            raise NotFound("address")
        return self.account

    @property
    def actor(self) -> Actor:
        """Who is responsible for what is asked."""
        if self.user_id is not None:
            return Actor.person(self.user_id)
        return Actor.visitor(self.visitor.pk) if self.visitor is not None else Actor.service("storefront")


def asker_of(request: HttpRequest) -> Asker:
    """Return who asks.

    Raises:
        Refusal: ``no-shop``.
    """
    site = default_site()
    user_id = request.user.pk if request.user.is_authenticated else None
    visitor = _visitor(request, site, user_id)
    account = visitor.account if visitor is not None else _account_of(user_id, site)
    return Asker(site, account, visitor, user_id)


def welcome(request: HttpRequest, asker: Asker) -> Asker:
    """Return the asker with an account: a stranger becomes the guest of this browser.

    Under a key of its own, never the form's: whoever sends a copy of somebody's page must not become them.

    Raises:
        Refusal: ``visitors-too-many``.
    """
    if asker.account is not None:
        return asker
    if limits.take(f"visitor:{limits.sender_of(request)}", settings.FARMOS_NEW_VISITORS_PER_MINUTE).wait_s:
        raise Refusal("visitors-too-many")
    ctx = context_for(request, asker, "")
    visitor_id = commands.welcome_visitor(ctx, site_id=asker.site.pk, language=get_language() or "en", user_id=asker.user_id)
    visitor = Visitor.objects.select_related("account").get(pk=visitor_id)
    return Asker(asker.site, visitor.account, visitor, asker.user_id)


def remember(response: HttpResponseBase, asker: Asker, *, secure: bool) -> None:
    """Let the browser keep who it is."""
    if asker.visitor is not None:
        response.set_cookie(
            COOKIE,
            signing.dumps(asker.visitor.pk.hex, salt=_SALT),
            max_age=KEPT_S,
            httponly=True,
            samesite="Lax",
            secure=secure or settings.SESSION_COOKIE_SECURE,
        )


def context_for(request: HttpRequest, asker: Asker, key: str) -> Context:
    """Return the context of one command asked for on a page; an empty key is one nobody repeats."""
    return Context(actor=asker.actor, now=clock.now(), key=key or new_id().hex, request_id=request_id_of(request), site_id=asker.site.pk)


def _visitor(request: HttpRequest, site: Site, user_id: UUID | None) -> Visitor | None:
    """Return the visitor the cookie names, unless the guest is somebody's who is not signed in here."""
    try:
        visitor_id = UUID(signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=KEPT_S))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None
    visitor = Visitor.objects.filter(pk=visitor_id, site=site, ended_at=None).select_related("account__site").first()
    if visitor is None:
        return None
    is_theirs = not visitor.account.members.exists() or has_role(visitor.account_id, user_id, BUYERS)
    return visitor if is_theirs else None


def has_role(account_id: UUID, user_id: UUID | None, roles: Iterable[str]) -> bool:
    """Is somebody who is signed in a member of a customer in one of these roles?"""
    return user_id is not None and Member.objects.filter(account_id=account_id, user_id=user_id, role__in=roles).exists()


def _account_of(user_id: UUID | None, site: Site) -> Account | None:
    if user_id is None:
        return None
    mine = Account.objects.filter(site=site, members__user_id=user_id, members__role__in=BUYERS)
    return mine.select_related("site").order_by("id").first()
