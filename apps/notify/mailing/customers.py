"""Mails to customers about their orders."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from apps.fulfilment.models import Shipment
from apps.notify import links
from apps.notify.labels import letters
from apps.notify.labels.letters import Item, Text
from apps.notify.models import MailOut
from apps.notify.states import Letter
from apps.orders.domain.money import spelled
from apps.orders.models import Amendment, CustomerSnapshot, Intent, LedgerEntry, LineItem
from apps.orders.queries import effective_price

AT_MOST = 50
"""Lines a mail names; the page of the order names all."""


def recipient(mail: MailOut) -> tuple[str, str]:
    """Return address and language of the order's customer, as their latest details say; an empty address where these were erased."""
    intent = _order(mail)
    latest = CustomerSnapshot.objects.filter(intent=intent).order_by("-number").first()
    if latest is not None and latest.erased_at is not None:
        return "", "en"
    account = intent.account
    details: dict[str, Any] = latest.account if latest is not None else {}
    address = details.get("email") or (account.email if account else "")
    language = details.get("language") or (account.language if account else "en")
    return str(address), str(language)


def text(mail: MailOut) -> Text:
    """Return what the mail says about its order."""
    intent = _order(mail)
    subject, first = letters.ORDER_WORDS[mail.letter]
    values = {"number": intent.number, "total": spelled(effective_price(intent), intent.currency), **_particulars(mail)}
    items = [] if mail.letter in (Letter.ORDER_REFUNDED, Letter.ORDER_CANCELED) else _lines(intent)
    return Text(
        subject=str(subject).format(**values),
        heading=str(subject).format(**values),
        paragraphs=[str(first).format(**values)],
        items=[*items, Item(_("In all: {total}").format(**values), "")] if items else [],
        action=str(letters.FOLLOW),
        url=links.order_url(intent),
        footer=str(letters.CUSTOMER_FOOTER).format(shop=mail.site.name),
    )


def _order(mail: MailOut) -> Intent:
    if mail.intent is None:
        raise ValueError(f"mail {mail.pk} is about no order")
    return mail.intent


def _lines(intent: Intent) -> list[Item]:
    lines = intent.lines.select_related("part_revision__part").order_by("position")[:AT_MOST]
    return [Item(_("{quantity} x {what}").format(quantity=line.quantity, what=_what(line)), "") for line in lines]


def _what(line: LineItem) -> str:
    part = line.part_revision.part.name if line.part_revision is not None else ""
    return line.title or part or line.sku


def _particulars(mail: MailOut) -> dict[str, str | int]:
    """Return what only this letter needs."""
    if "shipment" in mail.params:
        return _sent(Shipment.objects.get(pk=mail.params["shipment"]), _order(mail))
    if "amendment" in mail.params:
        return {"change": Amendment.objects.get(pk=mail.params["amendment"]).get_kind_display()}
    if "entry" in mail.params:
        entry = LedgerEntry.objects.get(pk=mail.params["entry"])
        return {"refund": spelled(abs(entry.amount_minor), entry.currency)}
    return {}


def _sent(shipment: Shipment, intent: Intent) -> dict[str, str | int]:
    inside = shipment.contents.filter(removed_at__isnull=True, piece__requirement__line__intent=intent)
    handed_over = shipment.carrier == "pickup"
    return {
        "pieces": inside.count(),
        "carrier": str(letters.PICKED_UP) if handed_over else shipment.carrier,
        "tracking": shipment.tracking or str(letters.NO_TRACKING),
    }
