"""Telling people of a cause once, telling more people when nobody answers, and ending it when the cause has ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F

from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid
from apps.notify import events, queries
from apps.notify.domain.audience import first_told, told_next
from apps.notify.models import Notice, Notification
from apps.notify.states import RANK, CloseCode, NoticeKind, Severity

from .owing import tell_people


@command("notify.raise_notice")
def raise_notice(
    ctx: Context,
    *,
    site_id: UUID,
    kind: NoticeKind,
    severity: Severity,
    cause: str,
    subject_kind: str,
    subject_id: UUID,
    group: str = "",
    params: dict[str, Any] | None = None,
) -> UUID:
    """Tell the people whose work it is of a cause, once, and return the notice's id.

    The same cause again changes the open notice and tells nobody, unless it became more pressing.

    Args:
        ctx: Who noticed it, when.
        site_id: Where people are needed.
        kind: What it is.
        severity: How soon somebody is needed.
        cause: What makes it one and the same thing, such as ``run:<id>``.
        subject_kind: What to look at: ``run``, ``printer``, ``plan`` …
        subject_id: Its id.
        group: What it has in common with other causes of the same incident: they share a mail.
        params: Codes and short names for the sentence; never what a customer wrote.

    Raises:
        NotFound: no such site.
        Invalid: no cause.
    """
    if not cause.strip():
        raise Invalid({"cause": "must not be empty"})
    site = locks.site(site_id)
    seen = {"kind": kind, "severity": severity, "params": params or {}, "subject_kind": subject_kind, "subject_id": subject_id}
    notice = Notice.objects.filter(site=site, cause=cause, closed_at__isnull=True).first()
    if notice is None:
        notice = Notice(site=site, cause=cause, group=group, changed_at=ctx.now, created_at=ctx.now, **seen).add()
        people = tell_people(ctx, site, notice, first_told(queries.ladder_for(kind), queries.holders(site_id)))
        _say(ctx, notice, events.NoticeOpened(notice_id=notice.pk, kind=kind, severity=severity, people=people))
    elif any(getattr(notice, name) != value for name, value in seen.items()):
        _change(ctx, site, notice, seen)
    return notice.pk


def _change(ctx: Context, site: Any, notice: Notice, seen: dict[str, Any]) -> None:
    rose = RANK[Severity(seen["severity"])] > RANK[Severity(notice.severity)]
    for name, value in seen.items():
        setattr(notice, name, value)
    notice.changed_at = ctx.now
    notice.save_changes(*seen, "changed_at")
    people = 0
    if rose:
        told = set(Notification.objects.filter(notice=notice).values_list("person_id", flat=True))
        first = first_told(queries.ladder_for(notice.kind), queries.holders(notice.site_id))
        people = tell_people(ctx, site, notice, told | first)
    _say(ctx, notice, events.NoticeChanged(notice_id=notice.pk, kind=notice.kind, severity=notice.severity, people=people))


@command("notify.close_notice")
def close_notice(ctx: Context, *, site_id: UUID, cause: str, code: CloseCode = CloseCode.SETTLED) -> bool:
    """Note that a cause has ended: its notice is over, read or not, and mail about it that did not go out yet will not. False: none was open.

    Raises:
        NotFound: no such site.
    """
    locks.site(site_id)
    notice = Notice.objects.filter(site_id=site_id, cause=cause, closed_at__isnull=True).first()
    if notice is None:
        return False
    notice.close(code=code, now=ctx.now)
    notice.save_changes("closed_code", "closed_at")
    Notification.objects.filter(notice=notice, read_at__isnull=True).update(read_at=ctx.now, version=F("version") + 1)
    _say(ctx, notice, events.NoticeClosed(notice_id=notice.pk, code=code))
    return True


@command("notify.escalate")
def escalate(ctx: Context, *, notice_id: UUID) -> int:
    """Tell the leads, or the admins where the leads know already, of an open notice nobody took in hand; return how many were told.

    It happens once for a notice. A notice that somebody saw to, that is over, or that does not exist any more is left alone.
    """
    site_id = Notice.objects.filter(pk=notice_id).values_list("site_id", flat=True).first()
    if site_id is None:
        return 0
    site = locks.site(site_id)
    notice = Notice.objects.get(pk=notice_id)
    if notice.closed_at is not None or notice.acknowledged_at is not None or notice.escalated_at is not None:
        return 0
    told = Notification.objects.filter(notice=notice).values_list("person_id", flat=True)
    more = told_next(queries.LEADS, queries.holders(site_id), told)
    if not more:
        return 0
    notice.escalated_at = ctx.now
    notice.save_changes("escalated_at")
    people = tell_people(ctx, site, notice, more)
    _say(ctx, notice, events.NoticeEscalated(notice_id=notice.pk, people=people))
    return people


def _say(ctx: Context, notice: Notice, event: object) -> None:
    subjects = [Subject("notice", notice.pk), Subject(notice.subject_kind, notice.subject_id)]
    record(ctx.about(site_id=notice.site_id), event=event, subjects=subjects)
