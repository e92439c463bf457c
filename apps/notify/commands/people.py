"""What one person does with what they were told, and how they want to be told. Nobody acts on what others were told."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, NotFound, Refusal, StaleVersion
from apps.notify import events
from apps.notify.domain.quiet import MINUTES_PER_DAY
from apps.notify.models import Notice, Notification, Preference
from apps.notify.states import MailWish

_NOTICE = "notice"


@command("notify.acknowledge")
def acknowledge(ctx: Context, *, notice_id: UUID, person_id: UUID, expected_version: int) -> None:
    """Say that this person sees to it: nobody else is told because of silence.

    Raises:
        NotFound: there is no such notice, or this person was not told of it.
        StaleVersion: it changed since it was looked at.
        Refusal: ``notice-in-hand`` when somebody was first, ``notice-over`` when it is settled.
    """
    told = Notification.objects.filter(notice_id=notice_id, person_id=person_id).select_related("notice").first()
    if told is None:
        raise NotFound(_NOTICE, id=str(notice_id))
    locks.site(told.notice.site_id)
    current = Notice.objects.get(pk=notice_id)
    if current.closed_at is not None:
        raise Refusal("notice-over")
    if current.acknowledged_at is not None:
        raise Refusal("notice-in-hand")
    notice = Notice.at_version(notice_id, expected_version)
    notice.acknowledge(by=person_id, now=ctx.now)
    notice.save_changes("acknowledged_by_id", "acknowledged_at")
    Notification.objects.filter(pk=told.pk, read_at__isnull=True).update(read_at=ctx.now, version=F("version") + 1)
    happened = events.NoticeAcknowledged(notice_id=notice_id, person_id=person_id)
    subjects = [Subject("notice", notice_id), Subject(notice.subject_kind, notice.subject_id), Subject("person", person_id)]
    record(ctx.about(site_id=notice.site_id), event=happened, subjects=subjects)


@command("notify.mark_read")
def mark_read(ctx: Context, *, person_id: UUID, notification_ids: tuple[UUID, ...]) -> int:
    """Note that this person has read these notifications of theirs; return how many were unread. Others' are not touched."""
    unread = Notification.objects.filter(pk__in=notification_ids, person_id=person_id, read_at__isnull=True)
    count = unread.update(read_at=ctx.now, version=F("version") + 1)
    record(ctx, event=events.NotificationsRead(person_id=person_id, count=count), subjects=[Subject("person", person_id)])
    return count


@command("notify.mute")
def mute(ctx: Context, *, notification_id: UUID, person_id: UUID, expected_version: int) -> None:
    """Tell this person nothing more of this one: not when it becomes more pressing, not in a summary. A new cause is told as ever.

    Raises:
        NotFound: there is no such notification of theirs.
        StaleVersion: it changed since it was looked at.
    """
    if not Notification.objects.filter(pk=notification_id, person_id=person_id).exists():
        raise NotFound("notification", id=str(notification_id))
    notification = Notification.at_version(notification_id, expected_version)
    notification.muted_at = notification.muted_at or ctx.now
    notification.read_at = notification.read_at or ctx.now
    notification.save_changes("muted_at", "read_at")
    happened = events.NotificationMuted(notification_id=notification_id, person_id=person_id)
    record(ctx, event=happened, subjects=[Subject("notice", notification.notice_id), Subject("person", person_id)])


@command("notify.set_preferences")
def set_preferences(
    ctx: Context,
    *,
    person_id: UUID,
    expected_version: int,
    mail_urgent: MailWish,
    mail_attention: MailWish,
    mail_information: MailWish,
    quiet_from_minute: int,
    quiet_until_minute: int,
    urgent_breaks_quiet: bool,
) -> None:
    """Say how this person wants to be told from now on. What is owed already goes out as it was.

    Args:
        ctx: Who says so, when.
        person_id: For whom.
        expected_version: The version that was seen; 0 where none was ever said.
        mail_urgent: How mail about what is needed now is wanted.
        mail_attention: The same for what is needed soon.
        mail_information: The same for what is only to be known.
        quiet_from_minute: When it gets quiet: minutes after midnight, site time.
        quiet_until_minute: When that ends; the same minute for never quiet.
        urgent_breaks_quiet: Whether urgent mail goes out in quiet hours too.

    Raises:
        NotFound: no such person.
        Invalid: minutes that no day has.
        StaleVersion: changed meanwhile.
    """
    minutes = {"quiet_from_minute": quiet_from_minute, "quiet_until_minute": quiet_until_minute}
    wrong = {name: _("A time of day, from 00:00 to 23:59.") for name, value in minutes.items() if not 0 <= value < MINUTES_PER_DAY}
    if wrong:
        raise Invalid(wrong)
    if not User.objects.filter(pk=person_id).exists():
        raise NotFound("person", id=str(person_id))
    wishes = {"mail_urgent": mail_urgent, "mail_attention": mail_attention, "mail_information": mail_information}
    values = {**wishes, **minutes, "urgent_breaks_quiet": urgent_breaks_quiet}
    kept = Preference.objects.filter(person_id=person_id).first()
    if kept is None:
        _require_first(person_id, expected_version)
        Preference(person_id=person_id, created_at=ctx.now, **values).add()
    else:
        kept = Preference.at_version(kept.pk, expected_version)
        for name, value in values.items():
            setattr(kept, name, value)
        kept.save_changes(*values)
    record(ctx, event=events.PreferencesChanged(person_id=person_id), subjects=[Subject("person", person_id)])


def _require_first(person_id: UUID, expected_version: int) -> None:
    if expected_version != 0:
        raise StaleVersion("notification preferences", str(person_id), expected=expected_version, current=None)
