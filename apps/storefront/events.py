"""What happened in the shop before an order was made. Who the visitor is, what they wrote and what their files are called is in no event."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.journal.event import event, subject_kind

subject_kind("visitor", label=_("Visitor"))
subject_kind("basket_line", label=_("Basket line"))


@event()
@dataclass(frozen=True, kw_only=True)
class VisitorWelcomed:
    """Somebody began to buy without signing in."""

    visitor_id: UUID
    account_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class VisitorForgotten:
    """A browser is a stranger again."""

    visitor_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class GuestIntroduced:
    """A guest said what they are called."""

    account_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class BasketFilled:
    """A part was put into a basket."""

    line_id: UUID
    account_id: UUID
    part_revision_id: UUID
    quantity: int


@event()
@dataclass(frozen=True, kw_only=True)
class BasketChanged:
    """A part in a basket is wanted otherwise."""

    line_id: UUID
    account_id: UUID
    quantity: int


@event()
@dataclass(frozen=True, kw_only=True)
class BasketEmptied:
    """A part was taken out of a basket."""

    line_id: UUID
    account_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class BasketOffered:
    """Parts in a basket are held by an offer that can be accepted."""

    account_id: UUID
    quote_id: UUID
    lines: int
