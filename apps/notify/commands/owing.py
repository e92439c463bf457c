"""How a notification reaches somebody by mail: at once, in the next summary, or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from apps.accounts.models import Site
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.identity import new_id
from apps.journal.recording import record
from apps.notify import events, queries
from apps.notify.domain.quiet import QuietHours, next_time, quiet_until
from apps.notify.models import MailOut, Notice, Notification, Preference
from apps.notify.states import Letter, MailPlan, MailState, MailWish, NoticeKind, Severity

TOGETHER = timedelta(minutes=10)
"""Causes of one group that come within this time are one incident: one mail tells of all."""

SUMMARY_MINUTE = 7 * 60
"""When summaries go out to those who have no quiet hours: minutes after midnight, site time."""

NEVER_MAILED = frozenset({NoticeKind.MAIL_GAVE_UP})
"""Mail about mail that does not go out would fail too, for ever."""


def tell_people(ctx: Context, site: Site, notice: Notice, people: set[UUID]) -> int:
    """Tell each of ``people`` of ``notice``: whoever was told already hears again. Returns how many."""
    told = {row.person_id: row for row in Notification.objects.filter(notice=notice, person_id__in=people)}
    for person_id in sorted(people, key=str):
        plan, due = _plan(ctx.now, site, notice, queries.preference_of(person_id))
        again = told.get(person_id)
        if again is None:
            again = Notification(notice=notice, person_id=person_id, mail=plan, created_at=ctx.now).add()
        elif again.muted_at is None:
            again.read_at, again.mail, again.mailed_at = None, plan, None
            again.save_changes("read_at", "mail", "mailed_at")
        else:
            continue
        owe_mail(ctx, site, notice, again, due)
    return len(people)


def owe_mail(ctx: Context, site: Site, notice: Notice, notification: Notification, due: datetime) -> None:
    """Owe the mail that ``notification.mail`` says, if any."""
    if notification.mail == MailPlan.NOW:
        occasion = f"notice:{notification.pk}:{notice.severity}"
        owe(ctx, site, Letter.NOTICE, occasion, due, person_id=notification.person_id, notification=notification)
    elif notification.mail == MailPlan.DIGEST:
        owe_digest(ctx, site, notification.person_id, due)


def owe_digest(ctx: Context, site: Site, person_id: UUID, due: datetime) -> None:
    """Owe the next summary of one person, unless one is owed already: that one will tell of everything that waits."""
    if not MailOut.objects.filter(person_id=person_id, site=site, letter=Letter.DIGEST, state=MailState.OWED).exists():
        owe(ctx, site, Letter.DIGEST, f"digest:{new_id()}", due, person_id=person_id)


def owe(ctx: Context, site: Site, letter: Letter, occasion: str, due: datetime, **to: Any) -> MailOut:
    """Write down that a mail is owed, and owe it. ``to`` says to whom, and what it needs."""
    mail = MailOut(site=site, letter=letter, occasion=occasion, due_at=due, created_at=ctx.now, **to).add()
    say(ctx, mail, events.MailOwed(mail_id=mail.pk, letter=letter))
    return mail


def say(ctx: Context, mail: MailOut, event: object) -> None:
    """Record what happened to a mail, where it belongs: with the person or the order."""
    about = [Subject("mail", mail.pk)]
    if mail.intent_id is not None:
        about.append(Subject("intent", mail.intent_id))
    if mail.person_id is not None:
        about.append(Subject("person", mail.person_id))
    record(ctx.about(correlation_id=mail.intent_id, site_id=mail.site_id), event=event, subjects=about)


def summary_due(now: datetime, site: Site, wanted: Preference) -> datetime:
    """Return when the next summary goes to somebody: when their quiet hours end, or in the morning where they have none."""
    hours = _hours(wanted)
    return next_time(now, SUMMARY_MINUTE if hours.never else hours.end, site.zone)


def _plan(now: datetime, site: Site, notice: Notice, wanted: Preference) -> tuple[MailPlan, datetime]:
    wish = wanted.mail_wish(notice.severity)
    if wish == MailWish.NEVER or notice.kind in NEVER_MAILED or _just_told(now, notice, wanted.person_id):
        return MailPlan.NONE, now
    breaks_through = notice.severity == Severity.URGENT and wanted.urgent_breaks_quiet
    if wish == MailWish.NOW and (breaks_through or quiet_until(now, _hours(wanted), site.zone) is None):
        return MailPlan.NOW, now
    return MailPlan.DIGEST, summary_due(now, site, wanted)


def _hours(wanted: Preference) -> QuietHours:
    return QuietHours(wanted.quiet_from_minute, wanted.quiet_until_minute)


def _just_told(now: datetime, notice: Notice, person_id: UUID) -> bool:
    """Did this person get a mail of its own about the same incident a moment ago?"""
    if not notice.group:
        return False
    others = Notice.objects.filter(site_id=notice.site_id, group=notice.group, closed_at__isnull=True).exclude(pk=notice.pk)
    mailed = MailOut.objects.filter(letter=Letter.NOTICE, person_id=person_id, created_at__gt=now - TOGETHER)
    return mailed.filter(notification__notice__in=others).exists()
