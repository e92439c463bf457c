"""Pieces after the printer, by component and stage: what is to cool, check, rework and pack."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from apps.board.domain.known import Batch
from apps.orders.models import Piece
from apps.orders.states import PieceState

from . import kept

AFTER_THE_PRINTER = (PieceState.COOLING, PieceState.QA, PieceState.REWORK, PieceState.PASSED)
ACTED_ON = 12
"""How many batches carry the ids of their pieces, so that they can be acted on from the board; the others open their order."""

_NEVER = datetime.max.replace(tzinfo=UTC)
_LINE = "requirement__line__"


def batches(site_id: UUID) -> tuple[Batch, ...]:
    """Return the pieces of a site that are off the printer and not yet in a package, the earliest promise first.

    The stage is filtered by, the site is selected: a planner without statistics would else start at all orders the site ever had.
    """
    ours = str(site_id)
    found = sorted((_batch(row) for row in kept.rows(_by_stage, site_id) if kept.as_id(row[7]) == ours), key=_urgency)
    ids = _piece_ids(found[:ACTED_ON])
    return tuple(replace(one, piece_ids=ids.get((one.state, one.requirement_id), ())) for one in found)


def _batch(row: tuple[Any, ...]) -> Batch:
    state, requirement_id, part, order, many, oldest, due, _site, revision = row
    since, until = kept.as_moment(oldest), kept.as_moment(due)
    return Batch(state, kept.as_id(requirement_id), part or "", order, many, since, until, revision=kept.as_id(revision))


def _urgency(batch: Batch) -> tuple[datetime, datetime, str, str]:
    return (batch.due_at or _NEVER, batch.since, batch.requirement_id, batch.state)


def pieces_by_stage() -> QuerySet[Piece, Any]:
    """Return, of all sites, the pieces after the printer by stage and component: how many, since when, for which order, due when, at which site."""
    name = Coalesce(F("requirement__part_revision__part__name"), NullIf(F(f"{_LINE}title"), Value("")), F(f"{_LINE}sku"))
    return (
        Piece.objects.filter(state__in=AFTER_THE_PRINTER)
        .order_by()
        .values("state", "requirement_id", site=F(f"{_LINE}intent__site_id"))
        .annotate(name=name, order=F(f"{_LINE}intent__number"), due=F(f"{_LINE}intent__due_at"), many=Count("id"), oldest=Min("since"))
        .values_list("state", "requirement_id", "name", "order", "many", "oldest", "due", "site", "requirement__part_revision_id")
    )


def _by_stage(_site_id: UUID) -> QuerySet[Piece, Any]:
    return pieces_by_stage()


def _piece_ids(shown: list[Batch]) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the pieces of these batches: an action from the board is about exactly those it showed."""
    if not shown:
        return {}
    states, requirements = {one.state for one in shown}, {UUID(one.requirement_id) for one in shown}
    pieces = Piece.objects.filter(requirement_id__in=requirements, state__in=states).order_by("id")
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for piece_id, state, requirement_id in pieces.values_list("id", "state", "requirement_id"):
        found[state, str(requirement_id)].append(str(piece_id))
    return {key: tuple(ids) for key, ids in found.items()}
