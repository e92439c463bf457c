"""When an order is expected to be made, by the same pieces, attempts and printers that the board shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from apps.board.domain.expected import PieceFacts, expected_at
from apps.board.domain.known import Attempt, Machine
from apps.board.domain.promises import done_about
from apps.fleet.models import Printer
from apps.orders.models import Intent, Piece
from apps.planning.models import Plan, PlateItem
from apps.planning.states import PlanState
from apps.runs.models import Run

from . import floor


def order_expected_at(intent: Intent, *, now: datetime) -> datetime | None:
    """Return when the last piece of an order is expected off its printer; None: all are made, or nobody can say. At most six statements."""
    pieces = Piece.objects.filter(requirement__line__intent=intent)
    rows = list(pieces.order_by().values_list("requirement_id", "state", "allocated_to"))
    making = _Making({item for _component, _state, item in rows if item}, {component for component, *_rest in rows}, intent.site_id, now)
    return expected_at(PieceFacts(state, making.made_about(item, component), making.is_doubtful(item)) for component, state, item in rows)


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
