"""What mails to customers say. Their pages never show printers, policies or attempts, and neither do their mails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from apps.notify.states import Letter

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a mail tells of, with where to look."""

    title: str
    detail: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A mail in words, before it is laid out as plain text and as HTML.

    Args:
        subject: The subject line.
        heading: The first line people read.
        paragraphs: What there is to say.
        items: What it tells of, one by one.
        action: What the one link says, and where it leads; both empty: none.
        url: Where the link leads.
        footer: Why they get it, and how that is changed.
    """

    subject: str
    heading: str
    paragraphs: Sequence[str]
    items: Sequence[Item]
    action: str
    url: str
    footer: str


ORDER_WORDS: dict[str, tuple[StrOrPromise, StrOrPromise]] = {
    Letter.ORDER_RECEIVED: (
        _("We have your order {number}"),
        _("Thank you. Here is what you ordered. Nothing is made before it is paid for, unless you pay by invoice."),
    ),
    Letter.ORDER_PAID: (
        _("Your order {number} is paid"),
        _("We have your payment, and production begins. You can follow every piece on the page of your order."),
    ),
    Letter.ORDER_SHIPPED: (
        _("Your order {number} is on its way"),
        _("These pieces left our house: {pieces}. Carrier: {carrier}. Tracking number: {tracking}."),
    ),
    Letter.ORDER_CHANGED: (_("Your order {number} was changed"), _("The change: {change}. Your order costs {total} now.")),
    Letter.ORDER_CANCELED: (
        _("Your order {number} is cancelled"),
        _("Nothing more of it is made. What you paid for pieces that were not made goes back to you, in a mail of its own."),
    ),
    Letter.ORDER_REFUNDED: (
        _("We sent {refund} back to you"),
        _("It belongs to your order {number}. It arrives by the way you paid, within a few days."),
    ),
}
"""Letter → subject and first paragraph."""

FOLLOW = _("Open your order")
CUSTOMER_FOOTER = _("You get this mail because you ordered from {shop}. Answer it if something is not right.")
STAFF_FOOTER = _("You get this mail because of your role at {shop}. Change what you get under Notifications, How you are told.")
DIGEST_SUBJECT = _("{shop}: {count} things wait for you")
DIGEST_SUBJECT_ONE = _("{shop}: one thing waits for you")
DIGEST_HEADING = _("This came up and is still open")
OPEN_NOTIFICATIONS = _("Open your notifications")
ESCALATED = _("Nobody said that they see to it since {since}, so you are told as well.")
PICKED_UP = _("handed over here")
NO_TRACKING = _("none")
