"""Visitors come, say who they are, and are forgotten."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from apps.accounts import changes as accounts
from apps.accounts.models import Account
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import NotFound, Refusal
from apps.storefront import events
from apps.storefront.models import Visitor

MOST_AN_HOUR = 600
"""New visitors a site takes within an hour: whoever drops the cookie to escape the quota meets this one."""


@command("storefront.welcome_visitor")
def welcome_visitor(ctx: Context, *, site_id: UUID, language: str = "en", user_id: UUID | None = None) -> UUID:
    """Let somebody buy without being known, and return the visitor's id: a guest of their own, whose things nobody else sees.

    Args:
        ctx: Who asks, when.
        site_id: Where they buy.
        language: Of their pages and mails.
        user_id: Who is signed in, if anybody: they may act for the guest from the start.

    Raises:
        NotFound: no such site.
        Refusal: ``visitors-too-many``.
    """
    if Visitor.objects.filter(site_id=site_id, created_at__gt=ctx.now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise Refusal("visitors-too-many")
    account = accounts.open_guest(ctx, site_id=site_id, language=language)
    if user_id is not None:
        accounts.admit(ctx, account, user_id=user_id)
    visitor = Visitor(site_id=site_id, account=account, created_at=ctx.now).add()
    welcomed = events.VisitorWelcomed(visitor_id=visitor.id, account_id=account.id)
    record(ctx.about(site_id=site_id), event=welcomed, subjects=[Subject("visitor", visitor.id), Subject("account", account.id)])
    return visitor.id


@command("storefront.admit_visitor")
def admit_visitor(ctx: Context, *, visitor_id: UUID, user_id: UUID) -> None:
    """Let whoever signed in act for the guest of this browser, so that what they sent and ordered here is theirs from now on.

    Does nothing when they may already. A guest somebody else signed in for stays theirs.

    Raises:
        NotFound: no such visitor, or one that is forgotten, or another person's guest.
    """
    visitor = _living(visitor_id)
    account: Account = locks.account(visitor.account_id)
    if account.members.exclude(user_id=user_id).exists():
        raise NotFound(str(Visitor._meta.verbose_name), id=str(visitor_id))
    accounts.admit(ctx, account, user_id=user_id)


@command("storefront.introduce_guest")
def introduce_guest(ctx: Context, *, account_id: UUID, name: str, language: str = "en") -> None:
    """Keep what a guest says they are called. A customer with an e-mail address is known, and keeps their name.

    Raises:
        NotFound: no such customer.
        Invalid: the name is too long.
    """
    account: Account = locks.account(account_id)
    if account.email or (account.name, account.language) == (name, language):
        return
    accounts.call_guest(ctx, account, name=name, language=language)
    introduced = events.GuestIntroduced(account_id=account.id)
    record(ctx.about(site_id=account.site_id), event=introduced, subjects=[Subject("account", account.id)])


@command("storefront.forget_visitor")
def forget_visitor(ctx: Context, *, visitor_id: UUID) -> None:
    """Let a browser be a stranger again: its cookie opens nothing any more. Orders stay, under their links.

    Raises:
        NotFound: no such visitor, or one that is forgotten.
    """
    visitor = _living(visitor_id)
    visitor.ended_at = ctx.now
    visitor.save_changes("ended_at")
    forgotten = events.VisitorForgotten(visitor_id=visitor.id)
    record(ctx.about(site_id=visitor.site_id), event=forgotten, subjects=[Subject("visitor", visitor.id)])


def _living(visitor_id: UUID) -> Visitor:
    visitor = Visitor.objects.filter(pk=visitor_id, ended_at=None).first()
    if visitor is None:
        raise NotFound(str(Visitor._meta.verbose_name), id=str(visitor_id))
    return visitor
