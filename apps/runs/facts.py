"""What policies may look at when an attempt is queued, dispatched, or a part is printed again. Read here, judged in ``apps/policy``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Q, QuerySet, When

from apps.accounts.domain import hours
from apps.accounts.queries import calendar_of
from apps.catalog.states import FAMILY_OF, Reason, ReasonFamily
from apps.fleet import queries as fleet
from apps.fleet.domain.matching import Machine, Wanted, misfits
from apps.fleet.models import Feed, Printer
from apps.fleet.states import Bed
from apps.orders.models import PieceFact
from apps.orders.states import PieceFactKind
from apps.planning.models import BuildPlate, Output, PlateItem
from apps.policy.domain import risk
from apps.policy.domain.facts import FactValue
from apps.policy.models import Breaker
from apps.policy.queries import HoldTarget, active_holds
from apps.policy.states import BreakerKind, HoldScope, RiskLevel

from .domain.anomaly import BETTER_STOPPED
from .models import OPEN, Anomaly, IncidentRun, Run
from .queries.heating import heating_beside
from .states import AnomalySeverity, RunState

MATERIAL_CODES = frozenset({"material", "color", "filament_amount"})
RECENT = timedelta(hours=6)
DAY = timedelta(hours=24)
MINUTE = timedelta(minutes=1)

Facts = dict[str, FactValue]


def queue_facts(plate: BuildPlate, items: Sequence[PlateItem], output: Output, *, now: datetime) -> Facts:
    """Return what is known before an attempt of a plate waits for a printer."""
    return {
        **_of_the_work(plate, items, now=now),
        "slice.warning_count": len(output.warnings),
        "run.estimated_minutes": output.estimated_minutes,
        "hold.active": bool(active_holds(on=targets_of(plate, items), now=now)),
    }


def dispatch_facts(
    plate: BuildPlate,
    items: Sequence[PlateItem],
    output: Output,
    printer: Printer,
    *,
    wanted: Wanted,
    due_at: datetime | None,
    now: datetime,
) -> tuple[Facts, str, list[dict[str, Any]]]:
    """Return what is known before an attempt starts on a printer, and the attempt's risk there: its level and factors."""
    failed = Run.objects.filter(printer=printer, state=RunState.FAILED, ended_at__gt=now - RECENT)
    recent = failed.filter(incident_runs=None).count()
    nozzle_hours = round(printer.nozzle_s / 3600, 1)
    minutes_left = None if due_at is None else int((due_at - now).total_seconds() // 60)
    calibrated = fleet.oldest_calibration(printer, now=now)
    level, factors = risk.assess_run(
        risk.RunRisk(
            plan_level=_worst_plan_risk(items) or RiskLevel.LOW,
            plan_factors=tuple(factor for plan in {item.plan_id: item.plan for item in items}.values() for factor in plan.risk_factors),
            printer_state=printer.state,
            confidence=printer.confidence,
            recent_failures=recent,
            nozzle_hours=nozzle_hours,
            estimated_minutes=output.estimated_minutes,
            minutes_to_due=minutes_left,
        )
    )
    gathered: Facts = {
        **queue_facts(plate, items, output, now=now),
        "hold.active": bool(active_holds(on=[*targets_of(plate, items), *targets_on(printer)], now=now)),
        "run.risk_level": level,
        "run.printer_state": str(printer.state),
        "printer.confidence": printer.confidence,
        "printer.nozzle_hours": nozzle_hours,
        "printer.recent_failures": recent,
        "printer.oldest_calibration": calibrated.kind,
        "printer.calibration_age_days": calibrated.days,
        "bed.clear": printer.bed == Bed.CLEAR,
        "circuit.heating": heating_beside(printer, now=now),
        "circuit.max_heating": printer.circuit.max_heating if printer.circuit is not None else None,
        **hours_facts(plate.site_id, minutes=output.estimated_minutes, now=now),
        "material.sufficient": material_is_sufficient(wanted, fleet.machine(printer)),
        "sla.minutes_remaining": minutes_left,
    }
    return gathered, level, factors


def hours_facts(site_id: UUID, *, minutes: int, now: datetime) -> Facts:
    """Return who is there when an attempt of so many minutes starts now, and when it ends."""
    calendar = calendar_of(site_id)
    if not calendar.shifts:
        return {"hours.are_kept": False, "hours.there_for": None, "hours.end_after": None, "hours.wait_at_end": None}
    end = hours.ending(calendar, now, minutes=minutes)
    left = hours.AHEAD if end.left_since is None else end.left_since
    return {
        "hours.are_kept": True,
        "hours.there_for": hours.there_for(calendar, now) // MINUTE,
        "hours.end_after": -(-left // MINUTE),
        "hours.wait_at_end": None if end.next_there is None else -((end.at - end.next_there) // MINUTE),
    }


def reprint_facts(plate: BuildPlate, item: PlateItem, *, reason: str, now: datetime) -> Facts:
    """Return what is known before a failed or skipped part may be planned onto a new plate."""
    family = FAMILY_OF[Reason(reason)] if reason else ReasonFamily.HUMAN
    return {
        **_of_the_work(plate, [item], now=now),
        "item.failure_family": str(family),
        "hold.active": bool(active_holds(on=targets_of(plate, [item]), now=now)),
    }


def pause_facts(run_id: UUID, plate: BuildPlate, items: Sequence[PlateItem], printer: Printer, *, now: datetime) -> Facts:
    """Return what is known before automation pauses an attempt: as before it goes on, and what looks wrong with it most urgently."""
    kinds = Anomaly.objects.filter(OPEN, run_id=run_id).values_list("severity", "kind")
    worst = min(kinds, key=lambda one: AnomalySeverity.values.index(one[0]), default=None)
    return {**resume_facts(plate, items, printer, now=now), "run.anomaly_kind": worst[1] if worst else None}


def pause_version(run_id: UUID) -> int:
    """Return a number that changes with what a pause by automation is for: something else that looks wrong is another question, progress is not."""
    return 1 + better_stopped(run_id).count()


def better_stopped(run_id: UUID) -> QuerySet[Anomaly]:
    """Return what looks, or looked, so wrong with an attempt that it is better stopped, the most urgent first."""
    found = Anomaly.objects.filter(run_id=run_id, kind__in=BETTER_STOPPED).exclude(severity=AnomalySeverity.INFORMATION)
    return found.order_by(Case(When(severity=AnomalySeverity.URGENT, then=0), default=1), "id")


def resume_facts(plate: BuildPlate, items: Sequence[PlateItem], printer: Printer, *, now: datetime) -> Facts:
    """Return what is known before a paused attempt goes on."""
    return {
        **_of_the_work(plate, items, now=now),
        "hold.active": bool(active_holds(on=[*targets_of(plate, items), *targets_on(printer)], now=now)),
        "run.printer_state": str(printer.state),
    }


def _of_the_work(plate: BuildPlate, items: Sequence[PlateItem], *, now: datetime) -> Facts:
    total, last_day = attempts_of({item.piece_id for item in items}, now=now)
    plans = {item.plan_id: item.plan for item in items}.values()
    return {
        "plan.dispatch_blocked": any(plan.dispatch_blocked for plan in plans),
        "plan.risk_level": _worst_plan_risk(items),
        "item.attempt_count_total": total,
        "run.attempt_count_last_24h": last_day,
        "automation.tripped": automation_is_tripped(plate.site_id),
    }


def _worst_plan_risk(items: Sequence[PlateItem]) -> str | None:
    """Return the highest risk among the plans; None when one was never judged."""
    levels = [item.plan.risk_level for item in items]
    if not levels or "" in levels:
        return None
    return max(levels, key=list(RiskLevel.values).index)


def attempts_of(piece_ids: Iterable[UUID], *, now: datetime) -> tuple[int, int]:
    """Return how often the most tried of these pieces was tried, in total and within 24 hours.

    Attempts that made nothing of it do not count, nor those that an incident ended.
    """
    started, undone = Q(kind=PieceFactKind.STARTED), Q(kind=PieceFactKind.NOT_MADE)
    recent = Q(created_at__gt=now - DAY)
    rows = (
        PieceFact.objects.filter(piece_id__in=list(piece_ids), kind__in=[PieceFactKind.STARTED, PieceFactKind.NOT_MADE])
        .exclude(run_id__in=IncidentRun.objects.filter(run__state=RunState.FAILED).values("run_id"))
        .order_by()
        .values("piece_id")
        .annotate(
            total=Count("id", filter=started) - Count("id", filter=undone),
            last_day=Count("id", filter=started & recent) - Count("id", filter=undone & recent),
        )
    )
    found = [(row["total"], row["last_day"]) for row in rows]
    return max((total for total, _ in found), default=0), max((max(last, 0) for _, last in found), default=0)


def automation_is_tripped(site_id: UUID) -> bool:
    """Is automation off at the site because it started too much?"""
    return Breaker.objects.filter(kind=BreakerKind.RUNAWAY, subject_id=site_id, acknowledged_at__isnull=True).exists()


def material_is_sufficient(wanted: Wanted, machine: Machine) -> bool | None:
    """Is what the plate asks for loaded, and enough of it? None: nobody knows how much is left."""
    if any(found.code in MATERIAL_CODES for found in misfits(wanted, machine)):
        return False
    pairs = zip(wanted.materials, machine.feeds, strict=False)
    return None if any(asked.mg > 0 and feed.remaining_mg is None for asked, feed in pairs) else True


def targets_of(plate: BuildPlate, items: Sequence[PlateItem]) -> list[HoldTarget]:
    """Return everything a hold on which keeps this work from starting: its site, plate, plans, lines and orders."""
    found = {HoldTarget(HoldScope.SITE, plate.site_id): None, HoldTarget(HoldScope.PLATE, plate.pk): None}
    for item in items:
        line = item.piece.requirement.line
        found[HoldTarget(HoldScope.PLAN, item.plan_id)] = None
        found[HoldTarget(HoldScope.LINE, line.pk)] = None
        found[HoldTarget(HoldScope.ORDER, line.intent_id)] = None
    return list(found)


def targets_on(printer: Printer, loaded: Iterable[Feed] | None = None) -> list[HoldTarget]:
    """Return everything a hold on which keeps work from starting on a printer: itself, its group, and what is ``loaded`` (else that is read)."""
    found = [HoldTarget(HoldScope.PRINTER, printer.pk)]
    if printer.group:
        found.append(HoldTarget(HoldScope.GROUP, printer.site_id, printer.group))
    for feed in fleet.feeds(printer) if loaded is None else loaded:
        if feed.spool is not None:
            found.append(HoldTarget(HoldScope.SPOOL, feed.spool.pk))
            if feed.spool.lot_id is not None:
                found.append(HoldTarget(HoldScope.LOT, feed.spool.lot_id))
    return found
