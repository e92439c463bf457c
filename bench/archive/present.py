"""A busy day: 200 printers, 200 open attempts, beds to clear, plates to judge, questions, parts in QA and packages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

PRINTERS, PRINTING, PAUSED, DESYNCED, QUEUED, TO_JUDGE = 200, 150, 10, 5, 35, 20


def busy_day(now: datetime) -> None:
    """Make the open work of a large farm at ``now``."""
    from tests.factories.floor import make_floor

    floor = make_floor()
    printers = [_printer(floor, number, now) for number in range(PRINTERS)]
    place = iter(range(PRINTERS))
    for number in range(PRINTING + PAUSED + DESYNCED):
        _on_a_printer(floor, printers[next(place)], number, now)
    for number in range(TO_JUDGE):
        _to_judge(floor, printers[next(place)], number, now)
    for number in range(QUEUED):
        _queued(floor, number, now)
    _others(floor, now)


def _printer(floor: Any, number: int, now: datetime) -> Any:
    from apps.catalog.states import Reason

    state: dict[str, Any] = {}
    if number >= PRINTING + PAUSED + DESYNCED:
        state = {"bed": "NOT_CLEAR", "bed_since": now - timedelta(minutes=number)}
    if number in (190, 191, 192):
        state = {"health": "DEGRADED", "health_reason": Reason.THERMAL, "health_since": now - timedelta(hours=2)}
    if number > 195:
        state = {}
    return floor.printer(code=f"N{number:03}", **state)


def _on_a_printer(floor: Any, printer: Any, number: int, now: datetime) -> None:
    from apps.catalog.states import Reason
    from tests.factories.fleet import occupy
    from tests.factories.runs import make_paused_run, make_printing_run

    plate, due = _numbered(floor, f"B-{number}", number, now)
    values: dict[str, Any] = {
        "plate": plate,
        "output": plate.output,
        "printer": printer,
        "due_at": due,
        "started_at": now - timedelta(minutes=30),
        "progress": (number * 7) % 100,
        "risk_level": ("LOW", "MEDIUM", "HIGH")[number % 3],
        "risk_factors": [{"factor": "THIN_WALL"}, {"factor": "NEW_PROFILE"}],
    }
    if number < PRINTING:
        run = make_printing_run(**values)
    elif number < PRINTING + PAUSED:
        run = make_paused_run(
            **values, reason=Reason.FILAMENT_RUNOUT, needs_attention=True, attention_since=now - timedelta(minutes=number)
        )
    else:
        seen = {"code": "idle_without_proof", "print_state": "standby", "klippy_state": "ready", "observed_at": now.isoformat()}
        doubt = {"desynced": True, "desynced_since": now - timedelta(minutes=6), "desync_evidence": seen}
        run = make_printing_run(**values, **doubt, needs_attention=True, attention_since=now - timedelta(minutes=6))
    occupy(printer, run_id=run.pk)


def _numbered(floor: Any, number: str, index: int, now: datetime) -> tuple[Any, datetime]:
    due = now + timedelta(minutes=90 + (index * 37) % 4000)
    component = floor.component(number=number, due_at=due, sla_due_at=due)
    return floor.plate_of(component, pieces=4), due


def _to_judge(floor: Any, printer: Any, number: int, now: datetime) -> None:
    from tests.factories.runs import make_completed_run

    plate, due = _numbered(floor, f"C-{number}", number, now)
    ended = {"started_at": now - timedelta(hours=3), "ended_at": now - timedelta(minutes=number)}
    make_completed_run(plate=plate, output=plate.output, printer=printer, due_at=due, **ended)


def _queued(floor: Any, number: int, now: datetime) -> None:
    from tests.factories.runs import make_run

    plate, due = _numbered(floor, f"D-{number}", number, now)
    make_run(plate=plate, due_at=due, created_at=now - timedelta(minutes=number))


def _others(floor: Any, now: datetime) -> None:
    from apps.orders.states import PieceState
    from tests.factories.fulfilment import make_pieces, make_shipment, make_shipment_piece
    from tests.factories.planning import make_plan_review
    from tests.factories.policy import make_approval
    from tests.factories.toy import make_dead_letter

    for number in range(5):
        make_plan_review(plan=floor.component(number=f"E-{number}").plans.get(), code="COSMETIC_FACE")
        make_approval(transition="plan.approve", subject_kind="plan", subject_id=floor.component(number=f"F-{number}").plans.get().pk)
        parcel = make_shipment()
        for piece in make_pieces(3, PieceState.PACKED, requirement=floor.component(number=f"G-{number}", due_at=now, sla_due_at=now)):
            make_shipment_piece(shipment=parcel, piece=piece)
    for number in range(40):
        state = (PieceState.QA, PieceState.PASSED, PieceState.COOLING)[number % 3]
        make_pieces(4, state, requirement=floor.component(number=f"H-{number}"))
    make_dead_letter()
