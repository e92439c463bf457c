"""How many pieces of a component stand where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from apps.journal.refusals import NotFound
from apps.orders.models import AmendmentLine, Requirement
from apps.orders.states import DELIVERED, IN_HAND, TO_MAKE, PieceState


@dataclass(frozen=True, slots=True)
class PieceCounts:
    """How many pieces of one component stand where.

    ``promised`` and ``added`` come from the order and its amendments, the others from the pieces. Allocated means that a live plate is to make
    it, or that it exists here; open is owed and on no plate.
    """

    promised: int
    added: int
    canceled: int
    shipped: int
    allocated: int
    open: int

    @property
    def balanced(self) -> bool:
        """Does every promised or added piece stand in exactly one place? Always, or something is broken."""
        return self.promised + self.added == self.canceled + self.shipped + self.allocated + self.open


def piece_counts(requirement_id: UUID) -> PieceCounts:
    """Return how many pieces of a component stand where, in one query.

    Raises:
        NotFound: no such component.
    """
    row = _counted(Requirement.objects.filter(pk=requirement_id)).first()
    if row is None:
        raise NotFound("component", id=str(requirement_id))
    return PieceCounts(**row)


def _counted(requirements: QuerySet[Requirement]) -> QuerySet[Requirement, Any]:
    added = AmendmentLine.objects.filter(requirement=OuterRef("pk"), pieces__gt=0).order_by().values("requirement")
    on_a_plate = Q(pieces__state__in=TO_MAKE, pieces__allocated_to__isnull=False)
    from_the_start = Q(amendment__isnull=True, line__amendment__isnull=True)
    counted = requirements.annotate(
        promised=Case(When(from_the_start, then=F("line__quantity") * F("qty_per_set")), default=Value(0)),
        added=Coalesce(Subquery(added.values(total=Sum("pieces")), output_field=IntegerField()), Value(0)),
        canceled=Count("pieces", filter=Q(pieces__state=PieceState.CANCELED)),
        shipped=Count("pieces", filter=Q(pieces__state__in=DELIVERED)),
        allocated=Count("pieces", filter=Q(pieces__state__in=IN_HAND) | on_a_plate),
        open=Count("pieces", filter=Q(pieces__state__in=TO_MAKE, pieces__allocated_to__isnull=True)),
    )
    return counted.values("promised", "added", "canceled", "shipped", "allocated", "open")
