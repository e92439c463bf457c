"""A morning on which every kind of card is on the board, made by commands where there is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from apps.accounts.models import Site
from apps.catalog.states import Reason
from apps.fleet import commands as fleet
from apps.fleet.states import Bed, Connection, Health, Occupancy
from apps.orders.models import Requirement
from apps.orders.states import PieceState, WebhookState
from apps.policy.states import BreakerKind, GatedTransition, SubjectKind
from apps.runs import commands as runs
from apps.runs.models import Run
from apps.runs.states import AnomalyKind, Ruling
from tests.factories.accounts import shop
from tests.factories.context import NOW
from tests.factories.floor import Floor, make_floor
from tests.factories.fulfilment import make_pieces, make_shipment, make_shipment_piece
from tests.factories.orders import make_line_item, make_paid_intent, make_requirement, make_webhook_message
from tests.factories.parts import make_part, make_part_revision
from tests.factories.planning import make_approved_plan, make_plan_review
from tests.factories.policy import make_approval, make_breaker
from tests.factories.runs import make_incident, make_incident_printer, make_pending_run
from tests.factories.toy import make_dead_letter
from tests.runs.driving import completed, machine, printing, queued, ruled

DOUBT = {
    "code": "idle_without_proof",
    "reachable": True,
    "klippy_state": "ready",
    "print_state": "standby",
    "observed_at": (NOW + timedelta(minutes=11)).isoformat(),
}


@dataclass
class Morning:
    """What was made, by what it is: the record behind each card."""

    site: Site
    floor: Floor
    records: dict[str, Any] = field(default_factory=dict)


def component(floor: Floor, name: str, number: str, *, due_min: int | None = None, **order: Any) -> Requirement:
    """Return a component of an order in production, of a part with a name."""
    due = None if due_min is None else NOW + timedelta(minutes=due_min)
    intent = make_paid_intent(number=number, sla_due_at=due, due_at=due, **order)
    revision = make_part_revision(part=make_part(name=name))
    line = make_line_item(intent=intent, part_revision=revision, material=floor.material, quantity=20)
    requirement: Requirement = make_requirement(line=line, part_revision=revision)
    slots = [{"family": floor.material.family, "material_id": str(floor.material.pk)}]
    make_approved_plan(requirement=requirement, material_slots=slots, risk_level="LOW")
    return requirement


def busy_morning() -> Morning:
    """Return a shop with one of everything."""
    made = Morning(shop(), make_floor())
    _attempts(made)
    _printers(made)
    _others(made)
    return made


def _attempts(made: Morning) -> None:
    floor, records = made.floor, made.records
    plate = floor.plate_of(component(floor, "Sensor housing", "1042", due_min=200), pieces=4)
    records["desynced"] = printing(plate, floor.printer(code="V3"))
    assert ruled(records["desynced"], Ruling.DESYNC, code="idle_without_proof", evidence=DOUBT)
    records["anomaly"] = printing(floor.plate_of(component(floor, "Clip", "1077", due_min=700), pieces=2), floor.printer(code="R4"))
    runs.raise_anomaly(
        machine(), run_id=records["anomaly"].pk, kind=AnomalyKind.NO_EXTRUSION, evidence={"for_s": 200, "limit_s": 180, "percent": 12.0}
    )
    records["paused"] = printing(floor.plate_of(component(floor, "Lamp shade", "1043", due_min=600), pieces=2), floor.printer(code="R1"))
    assert ruled(records["paused"], Ruling.PAUSE, reason=Reason.FILAMENT_RUNOUT)
    records["offline_run"] = printing(floor.plate_of(component(floor, "Wall bracket", "1044"), pieces=2), floor.printer(code="V6"))
    _silent(records["offline_run"])
    records["not_judged"] = completed(floor.plate_of(component(floor, "Knob", "1045"), pieces=24), floor.printer(code="V7"))
    records["at_risk"] = printing(floor.plate_of(component(floor, "Fan duct", "1046", due_min=80), pieces=3), floor.printer(code="E4"))
    records["running"] = printing(floor.plate_of(component(floor, "Gear", "1048", due_min=3000), pieces=18), floor.printer(code="E5"))
    records["queued"] = queued(floor.plate_of(component(floor, "Cable clip", "1049", due_min=2000), pieces=12))
    records["needs_approval"] = make_pending_run(
        plate=floor.plate_of(component(floor, "Hinge", "1050", due_min=900)),
        risk_level="HIGH",
        risk_factors=[{"factor": "THIN_WALL"}, {"factor": "NEW_PROFILE"}],
        approval=make_approval(transition=GatedTransition.RUN_DISPATCH, subject_kind=SubjectKind.RUN),
    )


def _silent(run: Run) -> None:
    assert run.printer_id is not None
    fleet.observe_connection(machine(), printer_id=run.printer_id, reachable=False, seen_at=NOW, evidence={})


def _printers(made: Morning) -> None:
    floor, records = made.floor, made.records
    wrong = {"health": Health.DEGRADED, "health_reason": Reason.THERMAL, "health_since": NOW}
    records["degraded"] = floor.printer(code="S2", **wrong)
    records["misconfigured"] = floor.printer(code="M1", connection=Connection.MISCONFIGURED)
    other = {"code": "other-machine", "machine": {"name": "voron-7"}}
    records["other_machine"] = floor.printer(code="M4", connection=Connection.MISCONFIGURED, connection_evidence=other)
    records["foreign"] = floor.printer(code="M9", occupancy=Occupancy.FOREIGN)
    records["bed_not_clear"] = [floor.printer(code=code, bed=Bed.NOT_CLEAR) for code in ("E1", "M2")]
    records["bed_unknown"] = floor.printer(code="M3", bed=Bed.UNKNOWN)
    records["incident"] = make_incident_printer(
        incident=make_incident(evidence={"circuit": "B"}), printer=floor.printer(code="E9")
    ).incident
    records["service_due"] = floor.printer(code="Q7", service_every_s=3600, printed_s=3600, service_due_at=NOW)
    records["free"] = floor.printer(code="E3")


def _others(made: Morning) -> None:
    floor, records = made.floor, made.records
    locked = component(floor, "Cable guide", "1047", due_min=1800).plans.get()
    records["plan_locked"] = _lock(locked.pk)
    records["plan_review"] = make_plan_review(plan=component(floor, "Vase", "1051").plans.get(), code="COSMETIC_FACE").plan
    records["breaker"] = make_breaker(kind=BreakerKind.RUNAWAY, subject_id=made.site.pk)
    records["payment_review"] = make_webhook_message(
        state=WebhookState.REVIEW, code="amount-differs", intent=make_paid_intent(number="1052")
    )
    records["dead_letter"] = make_dead_letter()
    for state in (PieceState.COOLING, PieceState.QA, PieceState.PASSED):
        requirement = component(floor, f"Bracket {state}", f"20{len(records)}", due_min=4000)
        records[str(state)] = make_pieces(3, state, requirement=requirement)
    records["to_ship"] = make_shipment()
    for piece in make_pieces(2, PieceState.PACKED, requirement=component(floor, "Lid", "1060", due_min=1500)):
        make_shipment_piece(shipment=records["to_ship"], piece=piece)


def _lock(plan_id: UUID) -> Any:
    from apps.journal import frame
    from apps.planning.models import Plan

    plan = Plan.objects.get(pk=plan_id)
    with frame.seeding("a plan that kept failing"):
        plan.dispatch_blocked, plan.blocked_since = True, NOW
        plan.save_changes("dispatch_blocked", "blocked_since")
    return plan


__all__ = ["DOUBT", "Morning", "busy_morning", "component"]
