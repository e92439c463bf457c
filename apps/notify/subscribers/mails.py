"""Sending mails, and telling more people when nobody answers."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.journal.owed import Later, Owed
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe
from apps.notify import commands, events
from apps.notify.models import MailOut, Notice
from apps.notify.states import MailState, Severity

MAIL_ATTEMPTS = 12
"""With the lanes' backoff: about an hour of a mail server that is away."""


@subscribe(events.MailOwed, label=_("Send a mail"), lane=Lane.DEFAULT, max_attempts=MAIL_ATTEMPTS, lease_s=60)
def send_mail(owed: Owed) -> None:
    """Send one mail when its time has come. A worker that dies in between may send it twice: both carry the same Message-ID."""
    from apps.notify import mailing

    mail = MailOut.objects.select_related("site", "person", "intent__account", "notification__notice").get(pk=owed.event.mail_id)
    if mail.state != MailState.OWED:
        return
    wait = (mail.due_at - owed.context().now).total_seconds()
    if wait > 0:
        raise Later(wait)
    mailing.deliver(owed, mail)


@subscribe(events.NoticeOpened, events.NoticeChanged, label=_("Tell more people when nobody answers"), lane=Lane.DEFAULT)
def escalate_in_silence(owed: Owed) -> None:
    """Tell the leads of something urgent that nobody took in hand within ``FARMOS_ESCALATE_MINUTES``."""
    if owed.event.severity != Severity.URGENT:
        return
    notice = Notice.objects.get(pk=owed.event.notice_id)
    if notice.closed_at is not None or notice.acknowledged_at is not None:
        return
    wait = (notice.created_at + timedelta(minutes=settings.FARMOS_ESCALATE_MINUTES) - owed.context().now).total_seconds()
    if wait > 0:
        raise Later(wait)
    commands.escalate(owed.context(), notice_id=notice.pk)
