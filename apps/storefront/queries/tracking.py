"""How an order stands, as its customer may know it: pieces by stage and what has happened, without printers, attempts or policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet

from apps.fulfilment.models import Shipment
from apps.fulfilment.states import ShipmentState
from apps.orders import queries as orders
from apps.orders.models import Intent, Piece, PieceFact, Refund
from apps.orders.states import DELIVERED, TO_MAKE, AmendmentKind, IntentState, PieceFactKind, PieceState, RefundState

_TOGETHER = timedelta(minutes=30)
"""What happens to several pieces within this time is told as one thing."""

_AGAIN = (PieceFactKind.SCRAPPED, PieceFactKind.NOT_MADE)
_TOLD = {
    PieceFactKind.STARTED: "printing",
    PieceFactKind.PASSED: "passed",
    PieceFactKind.SCRAPPED: "again",
    PieceFactKind.NOT_MADE: "again",
    PieceFactKind.SHIPPED: "shipped",
}


class Stage(StrEnum):
    """Where a piece is, in a customer's words."""

    TO_MAKE = "to_make"
    PRINTING = "printing"
    CHECKING = "checking"
    READY = "ready"
    SENT = "sent"
    CANCELED = "canceled"


_STAGES = {
    **dict.fromkeys(TO_MAKE, Stage.TO_MAKE),
    PieceState.PRINTING: Stage.PRINTING,
    **dict.fromkeys((PieceState.COOLING, PieceState.QA, PieceState.REWORK), Stage.CHECKING),
    **dict.fromkeys((PieceState.PASSED, PieceState.PACKED), Stage.READY),
    **dict.fromkeys(DELIVERED, Stage.SENT),
    PieceState.CANCELED: Stage.CANCELED,
}


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to an order.

    Args:
        what: One of ``received paid printing passed again shipped fewer refunded canceled``.
        at: When.
        pieces: How many pieces it is about; 0 for the whole order.
        amount_minor: How much money, where it is about money.
    """

    what: str
    at: datetime
    pieces: int = 0
    amount_minor: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How an order stands.

    Args:
        intent: The order.
        stages: How many pieces are where; canceled ones too.
        again: Pieces that are made once more because they did not come out right.
        money: What it costs, what came in, what went back.
        shipments: What was sent, the newest first.
        steps: What has happened, the newest first.
    """

    intent: Intent
    stages: dict[Stage, int]
    again: int
    money: orders.Money
    shipments: tuple[Shipment, ...]
    steps: tuple[Step, ...]

    @property
    def wanted(self) -> int:
        """Pieces that are (still) to reach the customer, or did."""
        return sum(count for stage, count in self.stages.items() if stage is not Stage.CANCELED)

    @property
    def printed(self) -> int:
        """Pieces that came off a printer and are good so far."""
        return self.stages[Stage.CHECKING] + self.stages[Stage.READY] + self.stages[Stage.SENT]

    @property
    def checked(self) -> int:
        """Pieces that passed our check."""
        return self.stages[Stage.READY] + self.stages[Stage.SENT]

    @property
    def sent(self) -> int:
        """Pieces that left the house."""
        return self.stages[Stage.SENT]

    @property
    def is_begun(self) -> bool:
        """Was any piece started?"""
        return self.printed + self.stages[Stage.PRINTING] > 0


def progress_of(intent: Intent) -> Progress:
    """Return how an order stands."""
    counts = Counter(_STAGES[PieceState(state)] for state in _pieces(intent).values_list("state", flat=True))
    facts = list(
        PieceFact.objects.filter(piece__requirement__line__intent=intent, kind__in=[*_TOLD])
        .order_by("created_at", "id")
        .values_list("kind", "created_at", "piece_id")
    )
    spoilt = {piece for kind, _at, piece in facts if kind in _AGAIN}
    waiting = _pieces(intent).filter(pk__in=spoilt, state__in=[*TO_MAKE, PieceState.PRINTING])
    return Progress(
        intent=intent,
        stages={stage: counts.get(stage, 0) for stage in Stage},
        again=waiting.count(),
        money=orders.money_of(intent),
        shipments=tuple(_shipments(intent)),
        steps=tuple(sorted([*_order_steps(intent), *_piece_steps(facts)], key=lambda step: step.at, reverse=True)),
    )


def untouched_pieces(intent: Intent, requirement_id: UUID) -> list[UUID]:
    """Return the pieces of a component nobody began, in the order in which they would be canceled."""
    found = _pieces(intent).filter(requirement_id=requirement_id, state__in=TO_MAKE).values_list("pk", "state", "allocated_to", "number")
    ranked = sorted(found, key=lambda one: (one[1] != PieceState.OWED, one[2] is not None, -one[3]))
    return [pk for pk, _state, _item, _number in ranked]


def started_pieces(intent: Intent, requirement_id: UUID) -> int:
    """Return how many pieces of a component were begun and are not canceled."""
    return _pieces(intent).filter(requirement_id=requirement_id).exclude(state__in=[*TO_MAKE, PieceState.CANCELED]).count()


def _pieces(intent: Intent) -> QuerySet[Piece]:
    return Piece.objects.filter(requirement__line__intent=intent)


def _shipments(intent: Intent) -> Iterator[Shipment]:
    sent = Shipment.objects.filter(
        state=ShipmentState.SHIPPED, contents__piece__requirement__line__intent=intent, contents__removed_at=None
    )
    yield from sent.distinct().order_by("-shipped_at")


def _order_steps(intent: Intent) -> Iterator[Step]:
    yield Step("received", intent.created_at)
    if intent.paid_at is not None:
        yield Step("paid", intent.paid_at, amount_minor=intent.price_minor)
    if intent.state == IntentState.CANCELED and intent.canceled_at is not None:
        yield Step("canceled", intent.canceled_at)
    else:
        for amendment in intent.amendments.filter(kind=AmendmentKind.CANCEL_QTY).prefetch_related("lines"):
            yield Step("fewer", amendment.created_at, pieces=-sum(line.pieces for line in amendment.lines.all()))
    for refund in Refund.objects.filter(intent=intent, state=RefundState.ISSUED):
        yield Step("refunded", refund.settled_at or refund.created_at, amount_minor=refund.amount_minor)


def _piece_steps(facts: Iterable[tuple[str, datetime, UUID]]) -> Iterator[Step]:
    """Tell what happened to pieces, several at about the same time as one thing; that printing began is told once."""
    open_steps: dict[str, tuple[datetime, datetime, set[UUID]]] = {}
    is_begun = False
    for kind, at, piece in facts:
        what = _TOLD[PieceFactKind(kind)]
        if what == "printing":
            if not is_begun:
                yield Step(what, at)
            is_begun = True
            continue
        first, last, pieces = open_steps.get(what, (at, at, set()))
        if at - last > _TOGETHER:
            yield Step(what, last, pieces=len(pieces))
            first, pieces = at, set()
        open_steps[what] = (first, at, pieces | {piece})
    for what, (_first, last, pieces) in open_steps.items():
        yield Step(what, last, pieces=len(pieces))
