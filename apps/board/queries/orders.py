"""When an order is expected to be made, by the same pieces, attempts and printers that the board shows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from apps.board.domain.expected import TO_MAKE, PieceFacts, expected_at
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
    return orders_expected_at([intent.pk], intent.site_id, now=now).get(intent.pk)


def orders_expected_at(intent_ids: Iterable[UUID], site_id: UUID, *, now: datetime) -> dict[UUID, datetime]:
    """Return, for each of these orders of a site, when its last piece is expected off its printer. Missing: all are made, or nobody can say.

    At most six statements, however many orders.
    """
    ids = list(intent_ids)
    to_make = Piece.objects.filter(requirement__line__intent__in=ids, state__in=TO_MAKE)
    on_plates = PlateItem.objects.filter(live=True, piece__in=to_make.values("pk")).order_by()
    without = to_make.filter(allocated_to__isnull=True).order_by()
    rows = [
        *on_plates.values_list("piece__requirement__line__intent_id", "piece__requirement_id", "piece__state", "plate_id").distinct(),
        *((*row, None) for row in without.values_list("requirement__line__intent_id", "requirement_id", "state").distinct()),
    ]
    making = _Making({plate for *_rest, plate in rows if plate}, {requirement for _intent, requirement, *_rest in rows}, site_id, now)
    pieces: dict[UUID, list[PieceFacts]] = {}
    for owner, requirement, state, plate in rows:
        facts = PieceFacts(state, making.made_about(plate, requirement), making.is_doubtful(plate))
        pieces.setdefault(owner, []).append(facts)
    return {owner: at for owner, of in pieces.items() if (at := expected_at(of)) is not None}


class _Making:
    """What makes the pieces of orders: attempts at their plates, and plans where there is no plate yet."""

    def __init__(self, plates: Iterable[UUID], requirements: Iterable[UUID], site_id: UUID, now: datetime) -> None:
        self._now = now
        runs = Run.objects.filter(plate_id__in=list(plates), ended_at__isnull=True)
        self._attempts: dict[str, Attempt] = {one.plate_id: one for one in floor.attempts(runs, site_id)}
        printers = [UUID(one.printer_id) for one in self._attempts.values() if one.printer_id]
        found = floor.machines(Printer.objects.filter(pk__in=printers)) if printers else ()
        self._machines: dict[str, Machine] = {machine.id: machine for machine in found}
        plans = Plan.objects.filter(requirement_id__in=list(requirements), state=PlanState.APPROVED)
        self._minutes = dict(plans.values_list("requirement_id", "estimated_minutes"))

    def _attempt(self, plate: UUID | None) -> Attempt | None:
        return self._attempts.get(str(plate)) if plate else None

    def made_about(self, plate: UUID | None, requirement: UUID) -> datetime | None:
        """Return when a piece is expected to be made: by its attempt, else by its plan's estimate from now; None: nobody knows."""
        attempt = self._attempt(plate)
        if attempt is not None:
            return done_about(attempt, self._now)
        minutes = self._minutes.get(requirement)
        return None if minutes is None else self._now + timedelta(minutes=minutes)

    def is_doubtful(self, plate: UUID | None) -> bool:
        """Is it on a printer that is silent, or about which record and machine disagree?"""
        attempt = self._attempt(plate)
        machine = self._machines.get(attempt.printer_id) if attempt else None
        return attempt is not None and (attempt.desynced_since is not None or (machine is not None and machine.connection != "ONLINE"))
