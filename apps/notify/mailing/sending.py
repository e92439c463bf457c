"""Handing one mail to the mail server, and telling what became of it."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils import translation

from apps.journal.owed import Owed
from apps.notify import commands, queries
from apps.notify.labels.letters import Text
from apps.notify.models import MailOut, Notification
from apps.notify.states import DropCode, Letter

from . import customers, staff

NO_SUCH_ADDRESS = frozenset({550, 551, 553})
"""What a mail server answers for ever about an address; everything else may pass."""


def deliver(owed: Owed, mail: MailOut) -> None:
    """Send ``mail`` as it reads now, or drop it where there is nothing to tell or nobody to tell it to.

    Raises:
        OSError, SMTPException: the mail server cannot be reached or does not take it now; it is tried again.
    """
    told = queries.digest_rows(mail) if mail.letter == Letter.DIGEST else []
    dropped = _why_not(mail, told)
    to, language = _recipient(mail)
    if dropped is None and not _is_address(to):
        dropped = DropCode.NO_ADDRESS
    if dropped is None:
        with translation.override(language):
            message = build(mail, to, staff.text(mail, told) if mail.person_id else customers.text(mail))
        dropped = _send(message)
    if dropped is not None:
        commands.drop_mail(owed.context("drop"), mail_id=mail.pk, code=dropped)
        return
    read = tuple(row.pk for row in told) or ((mail.notification_id,) if mail.notification_id else ())
    commands.note_mail_sent(owed.context("sent"), mail_id=mail.pk, notification_ids=read)


def build(mail: MailOut, to: str, text: Text) -> EmailMultiAlternatives:
    """Return the message: plain text and the same as HTML, with an id that stays the same however often it is sent.

    Whatever ended up in the words cannot add a header: line breaks and control characters are blanks here, and Django refuses the rest.
    """
    host = settings.FARMOS_PUBLIC_URL.partition("://")[2].partition("/")[0].partition(":")[0] or "localhost"
    words = {"text": text, "language": translation.get_language() or "en"}
    headers = {"Message-ID": f"<{mail.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    subject = one_line(text.subject)
    message = EmailMultiAlternatives(subject, render_to_string("notify/mail.txt", words), to=[to], headers=headers)
    message.attach_alternative(render_to_string("notify/mail.html", words), "text/html")
    return message


def one_line(words: str, *, at_most: int = 150) -> str:
    """Return ``words`` fit for a header: one line, printable, not longer than people read."""
    plain = "".join(letter if letter.isprintable() else " " for letter in words)
    return " ".join(plain.split())[:at_most]


def _why_not(mail: MailOut, told: Sequence[Notification]) -> DropCode | None:
    if mail.letter == Letter.DIGEST and not told:
        return DropCode.SETTLED
    if mail.notification is None:
        return None
    if mail.notification.notice.closed_at is not None:
        return DropCode.SETTLED
    return DropCode.NOT_WANTED if mail.notification.muted_at is not None else None


def _recipient(mail: MailOut) -> tuple[str, str]:
    """Return address and language of whoever gets it, as they are now; an empty address for somebody who was erased or has left."""
    if mail.person is not None:
        return (mail.person.email, mail.person.language) if mail.person.is_active else ("", "en")
    return customers.recipient(mail)


def _is_address(to: str) -> bool:
    try:
        validate_email(to)
    except ValidationError:
        return False
    return True


def _send(message: EmailMultiAlternatives) -> DropCode | None:
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as refused:
        codes = {code for code, _answer in refused.recipients.values()}
        if codes <= NO_SUCH_ADDRESS:
            return DropCode.BAD_ADDRESS
        raise
    return None
