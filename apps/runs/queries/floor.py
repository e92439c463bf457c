"""Reads of the whole floor for scheduling: what waits, and which printers there are."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from uuid import UUID

from apps.fleet import queries as fleet
from apps.fleet.domain.matching import Wanted
from apps.planning import queries as planning
from apps.planning.models import PlateItem
from apps.planning.states import PlateState
from apps.policy.queries import HoldTarget, held_of, rules_of
from apps.policy.states import GatedTransition
from apps.runs import facts
from apps.runs.domain.hours import Keeping
from apps.runs.domain.scheduling import PRIORITIES, Candidate, Fit, Waiting, fits
from apps.runs.models import Run
from apps.runs.states import RunState

from .attempts import items_on
from .heating import room_on_circuits
from .hours import keeping
from .incidents import open_incident_of

IN_INCIDENT = "incident"
"""What a printer waits for that an incident stopped, until somebody releases it."""

BY_HOURS = "hours"
"""What an attempt waits for that working hours keep back."""

CIRCUIT_IS_FULL = "circuit_is_full"
"""What a printer waits for while as many as may heat up on its circuit."""


def waiting_runs(site_id: UUID, *, now: datetime) -> list[Waiting]:
    """Return the attempts of a site that wait for a printer."""
    rows = Run.objects.filter(ended_at__isnull=True, state=RunState.QUEUED, plate__site_id=site_id)
    is_off, kept = facts.automation_is_tripped(site_id), keeping(site_id)
    runs = list(rows.select_related("plate__printer_class").order_by("id"))
    items = {run.pk: items_on(run.plate_id) for run in runs}
    targets = (target for run in runs for target in facts.targets_of(run.plate, items[run.pk]))
    held = held_of(targets, now=now)
    return [_waiting(run, items[run.pk], held, now=now, automation_is_off=is_off, kept=kept) for run in runs]


def waiting(run: Run, *, now: datetime, automation_is_off: bool, kept: Keeping | None) -> Waiting:
    """Return what scheduling may know about one attempt. ``kept``: what working hours keep back at its site."""
    items = items_on(run.plate_id)
    held = held_of(facts.targets_of(run.plate, items), now=now)
    return _waiting(run, items, held, now=now, automation_is_off=automation_is_off, kept=kept)


def _waiting(
    run: Run, items: Sequence[PlateItem], held: AbstractSet[HoldTarget], *, now: datetime, automation_is_off: bool, kept: Keeping | None
) -> Waiting:
    priorities = [item.piece.requirement.line.intent.priority for item in items]
    blocked, not_before = "", None
    output = planning.output_for(run.plate)
    if run.plate.state != PlateState.APPROVED:
        blocked = "plate_taken_back"
    elif output is None:
        blocked = "no_file"
    elif any(item.plan.dispatch_blocked for item in items):
        blocked = "plan_locked"
    elif not held.isdisjoint(facts.targets_of(run.plate, items)):
        blocked = "hold"
    elif automation_is_off:
        blocked = "automation_off"
    elif kept is not None and (start := kept.start(minutes=output.estimated_minutes, now=now)) != now:
        blocked, not_before = BY_HOURS, start
    return Waiting(
        run_id=run.pk,
        wanted=planning.wanted_of(run.plate) if items else Wanted(),
        since=run.created_at,
        due_at=run.due_at,
        priority=min(priorities, key=_rank, default="normal"),
        only_printer=run.plate.printer_id,
        blocked=blocked,
        not_before=not_before,
    )


def _rank(priority: str) -> int:
    return PRIORITIES.index(priority) if priority in PRIORITIES else 1


def candidates(site_id: UUID, *, now: datetime) -> list[Candidate]:
    """Return the printers of a site, each with what keeps it from starting; a hold on it, its group or its spools counts."""
    found: list[Candidate] = []
    printers = list(fleet.printers_in_service(site_id))
    loaded = fleet.feeds_of(printers)
    machines = fleet.machines(printers, loaded)
    on = {printer.pk: facts.targets_on(printer, loaded[printer.pk]) for printer in printers}
    held = held_of((target for targets in on.values() for target in targets), now=now)
    room = room_on_circuits(site_id, now=now) if staggers(site_id) else {}
    stopped = open_incident_of([printer.pk for printer in printers])
    for printer in printers:
        waits = [str(code) for code in fleet.waits(printer)]
        if printer.pk in stopped:
            waits.insert(0, IN_INCIDENT)
        if not held.isdisjoint(on[printer.pk]):
            waits.append("hold")
        circuit = printer.circuit_id if printer.circuit_id in room else None
        left = room[circuit] if circuit is not None else 0
        if circuit is not None and left == 0:
            waits.append(CIRCUIT_IS_FULL)
        found.append(Candidate(printer.pk, printer.code, machines[printer.pk], tuple(waits), printer.confidence, circuit, left))
    return found


def staggers(site_id: UUID) -> bool:
    """Does the site's policy want its circuits not to carry more heating printers than they may?"""
    return bool(rules_of(site_id, transition=GatedTransition.RUN_DISPATCH, predicate="circuit_has_room"))


def suited(run: Run, *, now: datetime) -> list[Fit]:
    """Return how each printer of the site suits an attempt: what it misses, and what keeps it from starting now."""
    site_id = run.plate.site_id
    asked = waiting(run, now=now, automation_is_off=facts.automation_is_tripped(site_id), kept=keeping(site_id))
    return fits(asked, candidates(site_id, now=now))
