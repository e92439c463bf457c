"""What happened after the print: cooling, quality check, packing, shipping."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.journal.event import event, subject_kind

subject_kind("shipment", label=_("Shipment"))


@event()
@dataclass(frozen=True, kw_only=True)
class PieceCooled:
    """It can be touched and judged."""

    piece_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class QAPassed:
    """It is good."""

    piece_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class QARejected:
    """It is not good: scrapped and owed again."""

    piece_id: UUID
    reason: str


@event()
@dataclass(frozen=True, kw_only=True)
class ReworkStarted:
    """It is not good but can be made good."""

    piece_id: UUID
    reason: str


@event()
@dataclass(frozen=True, kw_only=True)
class ReworkDone:
    """It was worked on and is judged again."""

    piece_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class Packed:
    """Pieces are in a package."""

    shipment_id: UUID
    pieces: int


@event()
@dataclass(frozen=True, kw_only=True)
class Shipped:
    """It left the house or was handed over."""

    shipment_id: UUID
    pieces: int
    carrier: str


@event()
@dataclass(frozen=True, kw_only=True)
class Closed:
    """Nothing more is expected."""

    intent_id: UUID
    pieces: int


@event()
@dataclass(frozen=True, kw_only=True)
class SessionClaimed:
    """A print that was not ours made pieces of an order. They go to QA; the print stays marked as not governed."""

    session_id: UUID
    printer_id: UUID
    intent_id: UUID
    pieces: int
