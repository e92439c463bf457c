"""Mails: owing one to a customer, and what became of one that was owed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.refusals import Invalid
from apps.notify import events, queries
from apps.notify.models import MailOut, Notification
from apps.notify.states import CUSTOMER_LETTERS, DropCode, Letter, MailState

from .owing import owe, owe_digest, say, summary_due


@command("notify.write_to_customer")
def write_to_customer(ctx: Context, *, intent_id: UUID, letter: Letter, occasion: str, params: dict[str, Any] | None = None) -> UUID | None:
    """Owe the customer of an order a mail, once per ``occasion``, and return its id. None: the order has no customer.

    Args:
        ctx: What made it necessary, when.
        intent_id: The order.
        letter: Which mail; one of those customers get.
        occasion: What makes it one and the same mail, such as ``shipped:<shipment id>``.
        params: Ids and codes the text needs.

    Raises:
        NotFound: no such order.
        Invalid: a letter that customers do not get, or no occasion.
    """
    if letter not in CUSTOMER_LETTERS or not occasion.strip():
        raise Invalid({"letter": _("Name a mail for customers, and its occasion.")})
    intent = locks.intent(intent_id)
    if intent.account_id is None:
        return None
    named = f"{letter}:{occasion}:{intent_id}"
    owed = MailOut.objects.filter(occasion=named).values_list("pk", flat=True).first()
    if owed is not None:
        return owed
    return owe(ctx, intent.site, letter, named, ctx.now, intent=intent, params=params or {}).pk


@command("notify.note_mail_sent")
def note_mail_sent(ctx: Context, *, mail_id: UUID, notification_ids: tuple[UUID, ...] = ()) -> bool:
    """Note that the mail server took a mail; False when that was known. What came for a summary after it was written waits for the next one.

    Args:
        ctx: Who sent it, when.
        mail_id: Which.
        notification_ids: The notifications it told of.
    """
    mail = _owed(mail_id)
    if mail is None:
        return False
    mail.sent(now=ctx.now)
    mail.save_changes("state", "ended_at")
    told = Notification.objects.filter(pk__in=notification_ids, person_id=mail.person_id, mailed_at__isnull=True)
    told.update(mailed_at=ctx.now, version=F("version") + 1)
    _owe_what_is_left(ctx, mail)
    say(ctx, mail, events.MailSent(mail_id=mail.pk, letter=mail.letter))
    return True


@command("notify.drop_mail")
def drop_mail(ctx: Context, *, mail_id: UUID, code: DropCode) -> bool:
    """Note that a mail will not be sent, and why; False when it was sent or dropped before."""
    mail = _owed(mail_id)
    if mail is None:
        return False
    mail.drop(code=code, now=ctx.now)
    mail.save_changes("state", "drop_code", "ended_at")
    if code == DropCode.SETTLED:
        _owe_what_is_left(ctx, mail)
    say(ctx, mail, events.MailDropped(mail_id=mail.pk, letter=mail.letter, code=code))
    return True


def _owed(mail_id: UUID) -> MailOut | None:
    """Return the mail if it is still owed, with its site locked: whoever tells people now waits until it is settled."""
    site_id = MailOut.objects.filter(pk=mail_id).values_list("site_id", flat=True).first()
    if site_id is None:
        return None
    locks.site(site_id)
    return MailOut.objects.select_related("site").filter(pk=mail_id, state=MailState.OWED).first()


def _owe_what_is_left(ctx: Context, mail: MailOut) -> None:
    if mail.letter == Letter.DIGEST and mail.person_id is not None and queries.digest_rows(mail):
        due = summary_due(ctx.now, mail.site, queries.preference_of(mail.person_id))
        owe_digest(ctx, mail.site, mail.person_id, due)
