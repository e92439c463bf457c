"""Reads of the whole floor for scheduling: what waits, and which printers there are."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from apps.fleet import queries as fleet
from apps.fleet.domain.matching import Wanted
from apps.planning import queries as planning
from apps.planning.states import PlateState
from apps.policy.queries import active_holds
from apps.runs import facts
from apps.runs.domain.scheduling import PRIORITIES, Candidate, Fit, Waiting, fits
from apps.runs.models import Run
from apps.runs.states import RunState

from .attempts import items_on


def waiting_runs(site_id: UUID, *, now: datetime) -> list[Waiting]:
    """Return the attempts of a site that wait for a printer."""
    runs = Run.objects.filter(ended_at__isnull=True, state=RunState.QUEUED, plate__site_id=site_id)
    is_off = facts.automation_is_tripped(site_id)
    return [waiting(run, now=now, automation_is_off=is_off) for run in runs.select_related("plate__printer_class").order_by("id")]


def waiting(run: Run, *, now: datetime, automation_is_off: bool) -> Waiting:
    """Return what scheduling may know about one attempt."""
    items = items_on(run.plate_id)
    priorities = [item.piece.requirement.line.intent.priority for item in items]
    blocked = ""
    if run.plate.state != PlateState.APPROVED:
        blocked = "plate_taken_back"
    elif planning.output_for(run.plate) is None:
        blocked = "no_file"
    elif any(item.plan.dispatch_blocked for item in items):
        blocked = "plan_locked"
    elif active_holds(on=facts.targets_of(run.plate, items), now=now):
        blocked = "hold"
    elif automation_is_off:
        blocked = "automation_off"
    return Waiting(
        run_id=run.pk,
        wanted=planning.wanted_of(run.plate) if items else Wanted(),
        since=run.created_at,
        due_at=run.due_at,
        priority=min(priorities, key=_rank, default="normal"),
        only_printer=run.plate.printer_id,
        blocked=blocked,
    )


def _rank(priority: str) -> int:
    return PRIORITIES.index(priority) if priority in PRIORITIES else 1


def candidates(site_id: UUID, *, now: datetime) -> list[Candidate]:
    """Return the printers of a site, each with what keeps it from starting; a hold on it, its group or its spools counts."""
    found: list[Candidate] = []
    for printer in fleet.printers_in_service(site_id):
        waits = [str(code) for code in fleet.waits(printer)]
        if active_holds(on=facts.targets_on(printer), now=now):
            waits.append("hold")
        found.append(Candidate(printer.pk, printer.code, fleet.machine(printer), tuple(waits), printer.confidence))
    return found


def suited(run: Run, *, now: datetime) -> list[Fit]:
    """Return how each printer of the site suits an attempt: what it misses, and what keeps it from starting now."""
    asked = waiting(run, now=now, automation_is_off=facts.automation_is_tripped(run.plate.site_id))
    return fits(asked, candidates(run.plate.site_id, now=now))
