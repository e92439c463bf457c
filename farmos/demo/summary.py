"""What came of the demo's orders: read from the records, checked against the files, the event log and the printers' own account."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.artifacts import queries as files
from apps.artifacts.models import Artifact
from apps.artifacts.store import read_verified
from apps.inventory.models import Spool
from apps.journal.models import Delivery, Event
from apps.journal.refusals import Refusal
from apps.journal.states import DeliveryState
from apps.journal.verification import verify_log
from apps.orders import queries as orders
from apps.orders.models import Intent, Piece, Requirement
from apps.orders.states import DELIVERED, PieceState
from apps.parts import queries as parts
from apps.planning.models import Plan, PlateItem
from apps.policy.models import Decision
from apps.runs.models import Exclusion, ItemOutcome, Run
from apps.runs.states import ExclusionState, ItemResult

STAGES = (
    ("upload and preflight", ("ModelIngested",), ("PreflightPassed", "PreflightWarned", "PreflightFailed")),
    ("quote to payment", ("QuoteSent",), ("IntentPaid",)),
    ("release to plan", ("IntentReleased",), ("PlanApproved",)),
    ("plate", ("PlanApproved",), ("BuildPlateApproved",)),
    ("slice", ("SliceRequested",), ("Sliced", "SliceFailed")),
    ("waiting for a printer", ("RunQueued",), ("RunDispatchRequested",)),
    ("upload and start", ("RunDispatchRequested",), ("RunStarted",)),
    ("print", ("RunStarted",), ("RunCompleted", "RunFailed", "RunAborted")),
    ("after the print", ("RunCompleted",), ("Shipped",)),
)
"""Stage → the events that begin it and those that end it; its seconds run from the first beginning to the last end."""


def summarize(printed: dict[str, Any]) -> dict[str, Any]:
    """Return everything about the demo as one document.

    Args:
        printed: The printers' own account, as ``printers.account`` read it.
    """
    problems = [*_order_problems(), *_lineage_problems(), *printed.pop("problems"), *_owed_problems()]
    log = verify_log()
    problems += [f"event log: {problem.explanation}" for problem in log.problems]
    return {
        "ok": not problems,
        "problems": problems,
        "orders": [_order(intent) for intent in Intent.objects.order_by("number")],
        "plans": [_plan(plan) for plan in Plan.objects.order_by("created_at")],
        "lineage": [entry for piece in _delivered() if (entry := _lineage(piece))],
        "decisions": _decisions(),
        "runs": [_run(run) for run in Run.objects.select_related("printer", "output__artifact", "plate").order_by("created_at")],
        "spool_changes": list(_spool_changes()),
        "left_out": [_left_out(one) for one in _excluded()],
        "outcomes": dict(Counter(ItemOutcome.objects.values_list("outcome", flat=True))),
        "seconds": _seconds(),
        "events": Event.objects.count(),
        "chain": {"verified": not log.problems, "events": log.events},
        "printers": printed,
    }


def _delivered() -> Iterator[Piece]:
    yield from Piece.objects.filter(state__in=DELIVERED).select_related("requirement__line__intent").order_by("requirement", "number")


def _order(intent: Intent) -> dict[str, Any]:
    pieces = Counter(Piece.objects.filter(requirement__line__intent=intent).values_list("state", flat=True))
    return {
        "number": intent.number,
        "state": intent.state,
        "pieces": dict(pieces),
        "price_minor": intent.price_minor,
        "currency": intent.currency,
        "payment": orders.payment_status(intent),
    }


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "requirement": str(plan.requirement_id),
        "revision": plan.revision,
        "state": plan.state,
        "risk": plan.risk_level,
        "pins_sha256": plan.pins_sha256,
    }


def _run(run: Run) -> dict[str, Any]:
    return {
        "id": str(run.pk),
        "plate": run.plate.number,
        "attempt": run.attempt,
        "state": run.state,
        "reason": run.reason,
        "printer": run.printer.code if run.printer else None,
        "gcode_sha256": run.output.artifact.sha256 if run.output else None,
        "pieces": PlateItem.objects.filter(plate=run.plate).count(),
        "seconds": _between(run.started_at, run.ended_at),
    }


def _spool_changes() -> Iterator[dict[str, Any]]:
    """Yield the spools that went into a printer while a print of ours stood still on it."""
    for event in Event.objects.filter(type="SpoolLoaded").order_by("id"):
        loaded = json.loads(event.data)
        over = Run.objects.filter(printer_id=loaded["printer_id"], started_at__lt=event.at).select_related("printer", "plate")
        run = over.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=event.at)).first()
        spool = Spool.objects.filter(pk=loaded["spool_id"]).first()
        if run is not None and spool is not None:
            yield {"printer": run.printer.code if run.printer else None, "plate": run.plate.number, "run": str(run.pk), "spool": spool.code}


def _excluded() -> QuerySet[Exclusion]:
    found = Exclusion.objects.filter(state=ExclusionState.EXCLUDED).order_by("id")
    return found.select_related("run__printer", "run__plate", "item__piece__requirement__line__intent")


def _left_out(exclusion: Exclusion) -> dict[str, Any]:
    run, piece = exclusion.run, exclusion.item.piece
    return {
        "printer": run.printer.code if run.printer else None,
        "plate": run.plate.number,
        "run": str(run.pk),
        "part": exclusion.item.slot,
        "reason": exclusion.get_reason_display() or "at the machine",
        "order": piece.requirement.line.intent.number,
        "piece": piece.state,
    }


def _decisions() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for transition, outcome in Decision.objects.values_list("transition", "outcome"):
        counted = found.setdefault(transition, {})
        counted[outcome] = counted.get(outcome, 0) + 1
    return found


def _seconds() -> dict[str, float]:
    moments: dict[str, list[datetime]] = {}
    for kind, at in Event.objects.order_by("id").values_list("type", "at"):
        moments.setdefault(kind, []).append(at)
    found = {}
    for stage, begins, ends in STAGES:
        began = min((moments[kind][0] for kind in begins if kind in moments), default=None)
        ended = max((moments[kind][-1] for kind in ends if kind in moments), default=None)
        seconds = _between(began, ended)
        if seconds is not None:
            found[stage] = seconds
    return found


def _between(began: datetime | None, ended: datetime | None) -> float | None:
    return None if began is None or ended is None else round((ended - began).total_seconds(), 2)


def made_by(piece: Piece) -> tuple[PlateItem, Run] | None:
    """Return the part on a plate and the attempt that made what was delivered, or None."""
    good = ItemOutcome.objects.filter(item__piece=piece, corrections__isnull=True, outcome__in=[ItemResult.SUCCESS, ItemResult.UNKNOWN])
    outcome = good.select_related("item__plate", "run__output__artifact", "run__printer").order_by("-created_at", "-id").first()
    return None if outcome is None else (outcome.item, outcome.run)


def _lineage(piece: Piece) -> dict[str, Any] | None:
    """Return a delivered piece's way from the customer's file to the attempt, with every hash."""
    made = made_by(piece)
    if made is None:
        return None
    item, run = made
    output = run.output
    if output is None:
        return None
    links = files.lineage(output.artifact_id)
    return {
        "order": piece.requirement.line.intent.number,
        "piece": piece.number,
        "plate": item.plate.number,
        "slot": item.slot,
        "run": str(run.pk),
        "printer": run.printer.code if run.printer else None,
        "gcode": output.artifact.sha256,
        "made_from": [
            {"role": link.role, "sha256": link.parent.sha256, "tool": f"{link.tool} {link.tool_version}".strip()} for link in links
        ],
    }


def _order_problems() -> Iterator[str]:
    for requirement in Requirement.objects.select_related("line__intent"):
        counts = orders.piece_counts(requirement.pk)
        number = requirement.line.intent.number
        if not counts.balanced:
            yield f"{number}: the pieces do not add up: {counts}"
        if counts.open or counts.allocated:
            yield f"{number}: {counts.open + counts.allocated} pieces are not shipped"
    for intent in Intent.objects.filter(fulfilled_at=None, canceled_at=None):
        yield f"{intent.number}: is {intent.state}, not shipped"
    if not Intent.objects.exists():
        yield "there is no order"


def _lineage_problems() -> Iterator[str]:
    for piece in _delivered():
        number = f"{piece.requirement.line.intent.number} piece {piece.number}"
        made = made_by(piece)
        if made is None or made[1].output is None:
            yield f"{number}: was shipped, and no attempt says that it made it"
            continue
        yield from _file_problems(number, piece, made[1].output.artifact_id)
    canceled = Piece.objects.filter(state=PieceState.CANCELED, allocated_to__isnull=False).count()
    if canceled:
        yield f"{canceled} canceled pieces are still on a plate"


def _file_problems(number: str, piece: Piece, gcode_id: UUID) -> Iterator[str]:
    revision_id = piece.requirement.part_revision_id
    if revision_id is None:
        return
    source = parts.gcode_of(revision_id) or parts.mesh_of(revision_id)
    chain = {gcode_id} | {link.parent_id for link in files.lineage(gcode_id)}
    if source.pk not in chain:
        yield f"{number}: its print file was not made from the customer's file"
    for artifact in Artifact.objects.filter(pk__in=chain):
        try:
            read_verified(artifact)
        except Refusal as refused:
            yield f"{number}: file {artifact.sha256[:12]}: {refused.detail}"


def _owed_problems() -> Iterator[str]:
    for delivery in Delivery.objects.filter(state=DeliveryState.DEAD):
        yield f"given up: {delivery.subscriber}: {delivery.last_error[:200]}"
