"""Pieces after the printer, by component and stage: what is to cool, check, rework and pack."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from apps.board.domain.known import Batch
from apps.orders.models import Piece
from apps.orders.states import PieceState

AFTER_THE_PRINTER = (PieceState.COOLING, PieceState.QA, PieceState.REWORK, PieceState.PASSED)
ACTED_ON = 12
"""How many batches carry the ids of their pieces, so that they can be acted on from the board; the others open their order."""

_NEVER = datetime.max.replace(tzinfo=UTC)
_LINE = "requirement__line__"


def batches(site_id: UUID) -> tuple[Batch, ...]:
    """Return the pieces of a site that are off the printer and not yet in a package, the earliest promise first.

    The stage is filtered by, the site is selected: a planner without statistics would else start at all orders the site ever had.
    """
    rows = pieces_by_stage()
    found = sorted((row[:-1] for row in rows if row[-1] == site_id), key=lambda row: (row[6] or _NEVER, row[5], str(row[1]), row[0]))
    ids = _piece_ids(found[:ACTED_ON])
    return tuple(
        Batch(state, str(requirement_id), part or "", order, many, oldest, due, ids.get((state, requirement_id), ()))
        for state, requirement_id, part, order, many, oldest, due in found
    )


def pieces_by_stage() -> QuerySet[Piece, Any]:
    """Return, of all sites, the pieces after the printer by stage and component: how many, since when, for which order, due when, at which site."""
    name = Coalesce(F("requirement__part_revision__part__name"), NullIf(F(f"{_LINE}title"), Value("")), F(f"{_LINE}sku"))
    return (
        Piece.objects.filter(state__in=AFTER_THE_PRINTER)
        .order_by()
        .values("state", "requirement_id", site=F(f"{_LINE}intent__site_id"))
        .annotate(name=name, order=F(f"{_LINE}intent__number"), due=F(f"{_LINE}intent__due_at"), many=Count("id"), oldest=Min("since"))
        .values_list("state", "requirement_id", "name", "order", "many", "oldest", "due", "site")
    )


def _piece_ids(rows: list[tuple[Any, ...]]) -> dict[tuple[str, UUID], tuple[str, ...]]:
    """Return the pieces of these batches: an action from the board is about exactly those it showed."""
    if not rows:
        return {}
    states, requirements = {row[0] for row in rows}, {row[1] for row in rows}
    pieces = Piece.objects.filter(requirement_id__in=requirements, state__in=states).order_by("id")
    found: dict[tuple[str, UUID], list[str]] = defaultdict(list)
    for piece_id, state, requirement_id in pieces.values_list("id", "state", "requirement_id"):
        found[state, requirement_id].append(str(piece_id))
    return {key: tuple(ids) for key, ids in found.items()}
