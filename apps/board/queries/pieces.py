"""How many pieces of orders stand where, for many orders or components at once, and on which printers they are.

A piece on a printer nobody hears from, or whose state is in doubt, counts as nothing until somebody looked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from apps.fleet.states import Connection
from apps.orders.models import Piece
from apps.orders.states import PieceState
from apps.planning.models import PlateItem
from apps.runs.states import RunState

SHOWN = ("shipped", "packed", "passed", "qa", "cooling", "rework", "printing", "doubt", "owed", "canceled")
"""How pieces are told, in this order; ``doubt`` is no state of a piece but what we know of it."""

_SHOWN_AS = {PieceState.SCRAPPED: "owed", PieceState.CLOSED: "shipped"}
_MADE = ("shipped", "packed", "passed")
_NOT_HEARD = [code for code in Connection.values if code != Connection.ONLINE]
_IN_DOUBT = Q(plate__runs__desynced=True) | Q(plate__runs__printer__connection__in=_NOT_HEARD)
_ON_PRINTER = Q(plate__runs__ended_at__isnull=True, plate__runs__state__in=(RunState.PRINTING, RunState.PAUSED, RunState.UPLOADING))


@dataclass(frozen=True, slots=True)
class Stand:
    """How many pieces stand where. ``silent``: the printers behind those in doubt, and how many pieces each was making."""

    counts: Mapping[str, int] = field(default_factory=dict)
    silent: Mapping[str, int] = field(default_factory=dict)

    @property
    def promised(self) -> int:
        """All that are still promised."""
        return sum(many for code, many in self.counts.items() if code != "canceled")

    @property
    def made(self) -> int:
        """Those that are good."""
        return sum(self.counts.get(code, 0) for code in _MADE)

    @property
    def to_make(self) -> int:
        """Those that are on no printer and not made."""
        return self.counts.get("owed", 0)

    def __add__(self, other: Stand) -> Stand:
        return Stand(_sum(self.counts, other.counts), _sum(self.silent, other.silent))


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {code: one.get(code, 0) + other.get(code, 0) for code in {**one, **other}}


def stands_of_orders(intent_ids: Iterable[UUID]) -> dict[UUID, Stand]:
    """Return how the pieces of each of these orders stand. Two queries."""
    return _stands(Piece.objects.filter(requirement__line__intent__in=list(intent_ids)), "requirement__line__intent_id")


def stands_of_components(intent_id: UUID) -> dict[UUID, Stand]:
    """Return how the pieces of each component of an order stand. Two queries."""
    return _stands(Piece.objects.filter(requirement__line__intent_id=intent_id), "requirement_id")


def _stands(pieces: QuerySet[Piece], group: str) -> dict[UUID, Stand]:
    counts: dict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for owner, state, many in pieces.order_by().values_list(group, "state").annotate(many=Count("id")):
        counts[owner][_SHOWN_AS.get(state, str(state))] += many
    silent: dict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    printing = pieces.filter(state=PieceState.PRINTING).values("id")
    doubtful = PlateItem.objects.filter(_IN_DOUBT, _ON_PRINTER, live=True, piece__in=printing)
    for owner, code, many in doubtful.order_by().values_list(f"piece__{group}", "plate__runs__printer__code").annotate(many=Count("id")):
        counts[owner]["printing"] -= many
        counts[owner]["doubt"] += many
        silent[owner][code or "?"] += many
    return {owner: Stand({code: n for code, n in of.items() if n > 0}, dict(silent[owner])) for owner, of in counts.items()}


def printing_on(intent_id: UUID) -> dict[str, int]:
    """Return how many pieces of an order print on which printer that answers. One query."""
    items = PlateItem.objects.filter(
        _ON_PRINTER,
        plate__runs__desynced=False,
        plate__runs__printer__connection=Connection.ONLINE,
        live=True,
        piece__state=PieceState.PRINTING,
        piece__requirement__line__intent_id=intent_id,
    )
    rows = items.order_by("plate__runs__printer__code").values_list("plate__runs__printer__code").annotate(pieces=Count("id"))
    return {code or "?": pieces for code, pieces in rows}
