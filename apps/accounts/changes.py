"""What a higher app's command may change about customers, inside its own transaction."""

from __future__ import annotations

from uuid import UUID

from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import NotFound

from . import events
from .models import Account, Member, Site


def open_guest(ctx: Context, *, site_id: UUID, language: str = "en") -> Account:
    """Return a new customer nobody knows yet: a visitor of the shop who sends a file. They have no name, no e-mail and no person to sign in as.

    Raises:
        NotFound: no such site.
    """
    site = Site.objects.filter(pk=site_id).first()
    if site is None:
        raise NotFound(str(Site._meta.verbose_name), id=str(site_id))
    account = Account(site=site, language=language, currency=site.currency, created_at=ctx.now).add()
    opened = events.GuestOpened(account_id=account.id, site_id=site_id)
    record(ctx.about(site_id=site_id), event=opened, subjects=[Subject("account", account.id), Subject("site", site_id)])
    return account


def call_guest(ctx: Context, account: Account, *, name: str, language: str) -> None:
    """Keep what a guest says they are called, and the language of their pages. An e-mail address nobody proved is kept with the order only."""
    if (account.name, account.language) == (name, language):
        return
    account.name, account.language = name, language
    account.save_changes("name", "language")


def admit(ctx: Context, account: Account, *, user_id: UUID) -> None:
    """Let a person act for a customer; does nothing when they may already."""
    if Member.objects.filter(account=account, user_id=user_id).exists():
        return
    Member(account=account, user_id=user_id, created_at=ctx.now).add()
    joined = events.MemberJoined(account_id=account.id, user_id=user_id)
    about = [Subject("account", account.id), Subject("person", user_id)]
    record(ctx.about(site_id=account.site_id), event=joined, subjects=about)
