"""What orders and pieces look like: the promise, what changed of it, where every piece stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from apps.journal.http.scope import HidesFromCustomers
from apps.journal.http.shown import Code, Shown, ShownVersioned, shown
from apps.orders import models, queries


class PieceCounts(msgspec.Struct):
    """How many pieces of one component stand where: promised + added = canceled + shipped + allocated + open, always."""

    promised: int
    added: int
    canceled: int
    shipped: int
    allocated: int
    open: int


class Requirement(Shown):
    """Component: what one set of a line consists of."""

    model = models.Requirement

    position: int
    component: Code
    part_revision_id: UUID | None
    sku: str
    qty_per_set: int
    material_slots: list[Any]
    replaces_id: UUID | None
    counts: PieceCounts


class LineItem(Shown):
    """Line of an order as it was promised."""

    model = models.LineItem

    position: int
    part_revision_id: UUID | None
    sku: str
    title: str
    quantity: int
    material_id: UUID | None
    color_id: UUID | None
    finish: str
    quality_tier: Code
    constraints: list[Any]
    material_slots: list[Any]
    unit_minor: int
    total_minor: int
    requirements: list[Requirement]


class AmendmentLine(Shown):
    """What an amendment changes of one component."""

    model = models.AmendmentLine

    line_id: UUID
    requirement_id: UUID
    pieces: int
    before: Any
    after: Any


class Amendment(Shown):
    """Amendment: a change of what was promised, beside the promise, which never changes."""

    model = models.Amendment

    number: int
    kind: Code
    source: Code
    made_by: str | None
    note: str | None
    price_delta_minor: int
    sla_due_at: datetime | None
    lines: list[AmendmentLine]


class Money(msgspec.Struct):
    """The money of an order, in its currency, in minor units."""

    currency: str
    due: int
    received: int
    refunded: int
    refunding: int
    disputed: int
    kept: int
    outstanding: int
    surplus: int


class Release(Shown):
    """On what basis an order may be made."""

    model = models.Release

    basis: Code
    released_by: str
    decision_id: UUID
    note: str


class CustomerSnapshot(Shown):
    """The customer as they were when they ordered, and where it goes. Erased on request."""

    model = models.CustomerSnapshot

    number: int
    account: dict[str, Any]
    shipping_address: dict[str, Any]
    billing_address: dict[str, Any]
    notes: str
    erased_at: datetime | None


class IntentInList(ShownVersioned):
    """Order, in short."""

    model = models.Intent

    site_id: UUID
    number: str
    kind: Code
    source: Code
    external_ref: str
    account_id: UUID | None
    state: Code
    priority: Code
    currency: str
    price_minor: int
    due_at: datetime | None


class ManufacturingIntent(IntentInList):
    """Order: what was promised, which never changes, and everything that changed of it since."""

    shop: str
    quote_id: UUID | None
    replaces_id: UUID | None
    sla_due_at: datetime | None
    shipping_minor: int
    tax_minor: int
    thread: str
    created_by: str | None
    paid_at: datetime | None
    fulfilled_at: datetime | None
    canceled_at: datetime | None
    canceled_by: str | None
    cancel_reason: Code | None
    payment_status: Code
    money: Money
    lines: list[LineItem]
    amendments: list[Amendment]
    releases: list[Release] | None
    customer: list[CustomerSnapshot]


class PieceFact(Shown):
    """Something that happened to a piece."""

    model = models.PieceFact

    kind: Code
    from_state: Code | None
    to_state: Code
    reason: Code | None
    note: str
    actor: str
    item_id: UUID | None
    run_id: UUID | None


class PieceInList(ShownVersioned):
    """Piece: one promised unit of a component."""

    model = models.Piece

    requirement_id: UUID
    number: int
    state: Code
    since: datetime
    reason: Code | None
    allocated_to: UUID | None


class Piece(PieceInList):
    """Piece: one promised unit of a component, with everything that happened to it."""

    facts: list[PieceFact] | None


class Intents(HidesFromCustomers):
    """Orders of the asker's sites, and customers' own."""

    model = models.Intent
    for_staff = ("releases", "created_by", "canceled_by")

    def told(self, row: models.Intent) -> Mapping[str, Any]:
        """Return where its pieces and its money stand."""
        if self.shows is IntentInList:
            return {}
        hidden = super().told(row)
        kept = dict.fromkeys(("made_by", "note")) if hidden else {}  # whoever made it here, and what they noted, is the shop's business
        status = queries.payment_status(row)
        money = queries.money_of(row)
        return {
            "money": Money(**{name: getattr(money, name) for name in Money.__struct_fields__}),
            "payment_status": Code(str(status), str(status.label)),
            "lines": [_line(line) for line in row.lines.order_by("position").prefetch_related("requirements")],
            "amendments": [shown(Amendment, one, **kept) for one in row.amendments.order_by("number").prefetch_related("lines")],
            "customer": [shown(CustomerSnapshot, one) for one in row.snapshots.order_by("-number")[:1]],
            **hidden,
        }


def _line(line: models.LineItem) -> LineItem:
    components = [
        shown(Requirement, one, counts=_counts(one.pk)) for one in sorted(line.requirements.all(), key=lambda found: found.position)
    ]
    return shown(LineItem, line, requirements=components)


def _counts(requirement_id: UUID) -> PieceCounts:
    found = queries.piece_counts(requirement_id)
    return PieceCounts(**{name: getattr(found, name) for name in PieceCounts.__struct_fields__})


class Pieces(HidesFromCustomers):
    """Pieces of those orders."""

    model = models.Piece
    reads = ("requirement__line__intent",)
    for_staff = ("facts",)
