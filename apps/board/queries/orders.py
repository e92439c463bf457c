"""Where an order stands: the same pieces, attempts and printers that the board shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Value
from django.db.models.functions import Coalesce, NullIf

from apps.board.domain.known import Attempt, Machine
from apps.board.domain.promises import done_about
from apps.board.domain.truth import PieceFacts, Truth, truth
from apps.fleet.models import Printer
from apps.orders.models import Intent, Piece, PieceFact
from apps.orders.states import PieceFactKind
from apps.planning.models import Plan, PlateItem
from apps.planning.states import PlanState
from apps.runs.models import Run

from . import floor


def order_truth(intent: Intent, *, now: datetime) -> Truth:
    """Return where an order stands: promised, expected, and how many pieces of each component are at which stage. At most six statements."""
    scrapped = PieceFact.objects.filter(piece=OuterRef("pk"), kind=PieceFactKind.SCRAPPED)
    line = "requirement__line__"
    name = Coalesce(F("requirement__part_revision__part__name"), NullIf(F(f"{line}title"), Value("")), F(f"{line}sku"))
    rows = list(
        Piece.objects.filter(requirement__line__intent=intent)
        .order_by(f"{line}position", "requirement__position", "number")
        .annotate(component=name, was_scrapped=Exists(scrapped))
        .values_list("requirement_id", "component", "state", "allocated_to", "was_scrapped")
    )
    making = _Making({row[3] for row in rows if row[3]}, {row[0] for row in rows}, intent.site_id, now)
    facts = [
        PieceFacts(component or "", state, making.made_about(item, requirement), making.is_doubtful(item), bool(was_scrapped))
        for requirement, component, state, item, was_scrapped in rows
    ]
    return truth(facts, promised_at=intent.due_at, now=now)


class _Making:
    """What makes the pieces of an order: attempts at their plates, and plans where there is no plate yet."""

    def __init__(self, items: Iterable[UUID], requirements: Iterable[UUID], site_id: UUID, now: datetime) -> None:
        self._now = now
        self._plate_of = {item: str(plate) for item, plate in PlateItem.objects.filter(pk__in=list(items)).values_list("pk", "plate_id")}
        runs = Run.objects.filter(plate_id__in=set(self._plate_of.values()), ended_at__isnull=True)
        self._attempts: dict[str, Attempt] = {one.plate_id: one for one in floor.attempts(runs, site_id)}
        printers = [UUID(one.printer_id) for one in self._attempts.values() if one.printer_id]
        found = floor.machines(Printer.objects.filter(pk__in=printers)) if printers else ()
        self._machines: dict[str, Machine] = {machine.id: machine for machine in found}
        plans = Plan.objects.filter(requirement_id__in=list(requirements), state=PlanState.APPROVED)
        self._minutes = dict(plans.values_list("requirement_id", "estimated_minutes"))

    def _attempt(self, item: UUID | None) -> Attempt | None:
        return self._attempts.get(self._plate_of.get(item, "")) if item else None

    def made_about(self, item: UUID | None, requirement: UUID) -> datetime | None:
        """Return when a piece is expected to be made: by its attempt, else by its plan's estimate from now; None: nobody knows."""
        attempt = self._attempt(item)
        if attempt is not None:
            return done_about(attempt, self._now)
        minutes = self._minutes.get(requirement)
        return None if minutes is None else self._now + timedelta(minutes=minutes)

    def is_doubtful(self, item: UUID | None) -> bool:
        """Is it on a printer that is silent, or about which record and machine disagree?"""
        attempt = self._attempt(item)
        machine = self._machines.get(attempt.printer_id) if attempt else None
        return attempt is not None and (attempt.desynced_since is not None or (machine is not None and machine.connection != "ONLINE"))
