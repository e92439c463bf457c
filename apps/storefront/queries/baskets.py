"""A basket as its customer sees it: which parts can be ordered now, which wait for a choice, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import QuerySet

from apps.journal.refusals import Refusal
from apps.orders import queries as prices
from apps.orders.domain.requests import QuoteRequestLine
from apps.orders.states import ConstraintKind, QuoteState
from apps.parts import queries as parts
from apps.parts.models import Preflight
from apps.parts.states import PreflightStatus
from apps.storefront.models import BasketLine


@dataclass(frozen=True, slots=True)
class Row:
    """One part in a basket.

    Args:
        line: As it is wanted.
        preflight: What its check found.
        status: What that comes to with the answers given so far.
        refusal: Why it cannot be ordered as it is wanted (a material that is gone, say); None while it can.
        unit_minor: What a piece costs, its share of the setup included; None without a price.
        total_minor: What the line costs.
    """

    line: BasketLine
    preflight: Preflight
    status: PreflightStatus
    refusal: Refusal | None = None
    unit_minor: int | None = None
    total_minor: int | None = None

    @property
    def is_ready(self) -> bool:
        """Can it be ordered now?"""
        return self.refusal is None and self.status == PreflightStatus.PASS


@dataclass(frozen=True, slots=True)
class Basket:
    """All of it.

    Args:
        rows: The parts, in the order they were put in.
        preview: What the ready ones come to; None when none is, or they have no common price.
        refusal: Why the ready ones cannot be ordered together; None while they can.
    """

    rows: tuple[Row, ...]
    preview: prices.Preview | None = None
    refusal: Refusal | None = None

    @property
    def ready(self) -> tuple[Row, ...]:
        """What can be ordered now."""
        return tuple(row for row in self.rows if row.is_ready)


def asked(line: BasketLine) -> QuoteRequestLine:
    """Return what an offer for a line is asked with."""
    wish = ({"kind": ConstraintKind.CUSTOM.value, "text": line.notes},) if line.notes else ()
    return QuoteRequestLine(
        part_revision_id=line.part_revision_id,
        quantity=line.quantity,
        material_id=line.material_id,
        color_id=line.color_id,
        quality_tier=line.quality_tier,
        constraints=wish,
        title=line.part_revision.part.name,
    )


def basket_of(site_id: UUID, account_id: UUID, *, pickup: bool = False) -> Basket:
    """Return a customer's basket with today's prices."""
    rows = tuple(_row(site_id, account_id, line) for line in _open_lines(account_id))
    ready = [row.line for row in rows if row.is_ready]
    if not ready:
        return Basket(rows)
    try:
        found = prices.preview(site_id, account_id, [asked(line) for line in ready], pickup=pickup)
    except Refusal as refusal:
        return Basket(rows, refusal=refusal)
    priced = dict(zip([line.pk for line in ready], found.price.lines, strict=True))
    rows = tuple(
        replace(row, unit_minor=priced[row.line.pk].unit_minor, total_minor=priced[row.line.pk].total_minor) if row.is_ready else row
        for row in rows
    )
    return Basket(rows, preview=found)


def count_in_basket(account_id: UUID) -> int:
    """Return how many parts are in a customer's basket."""
    return _open_lines(account_id).count()


def lines_held_by(quote_id: UUID) -> QuerySet[BasketLine]:
    """Return the lines an offer holds."""
    return BasketLine.objects.filter(quote_id=quote_id).select_related("part_revision__part", "material", "color").order_by("id")


def _open_lines(account_id: UUID) -> QuerySet[BasketLine]:
    lines = BasketLine.objects.filter(account_id=account_id).exclude(quote__state=QuoteState.ACCEPTED)
    return lines.select_related("part_revision__part", "material", "color", "quote").order_by("id")


def _row(site_id: UUID, account_id: UUID, line: BasketLine) -> Row:
    preflight = parts.preflight_of(line.part_revision_id)
    status = parts.effective_status(preflight)
    if status == PreflightStatus.FAIL:
        return Row(line, preflight, status)
    try:
        pickup = prices.delivery(site_id, account_id).pickup
        found = prices.preview(site_id, account_id, [asked(line)], pickup=pickup).price.lines[0]
    except Refusal as refusal:
        return Row(line, preflight, status, refusal=refusal)
    return Row(line, preflight, status, unit_minor=found.unit_minor, total_minor=found.total_minor)
