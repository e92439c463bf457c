"""Why is this not printing? Everything in the way of a piece, an attempt or an order, in the order of the work, each with what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.accounts.domain import hours
from apps.accounts.queries import clock_time
from apps.catalog.states import Reason
from apps.fleet.domain.matching import Misfit
from apps.fleet.states import Connection, MisfitCode, PrinterWait
from apps.orders.models import Piece
from apps.orders.states import PieceState
from apps.planning import queries as planning
from apps.planning.models import BuildPlate, PlateItem
from apps.planning.queries import Blocker, Sentences
from apps.policy.domain.predicates import MET, WATCHED
from apps.policy.models import Approval, Decision
from apps.policy.queries import active_holds
from apps.policy.states import ApprovalState, Outcome, SubjectKind
from apps.runs import facts
from apps.runs.domain.hours import Keeping
from apps.runs.domain.scheduling import Candidate, Fit, fits
from apps.runs.models import Run
from apps.runs.states import RunState

from .attempts import items_on
from .floor import CIRCUIT_IS_FULL, IN_INCIDENT, candidates, waiting
from .hours import keeping
from .incidents import open_incident_of

_MAY_START = _("Whoever is there may start it now.")
_BOUND_TOO = _("The policy binds people to this too: by hand it starts only as an exception, with a reason.")

WORDS: dict[str, Sentences] = {
    "AUTOMATION_OFF": (_("Automation is off: it started too much in an hour."), _("Look into it and put the breaker back in.")),
    "DENIED": (_("Somebody was asked to let it go on and did not: {said}"), _("Change what was asked about, or cancel it.")),
    "POLICY": (_("The policy does not let it go on."), _("Look at the decision; remove its reason, or pass it with a reason of your own.")),
    "NOT_QUEUED": (_("Its plate is sliced but not in the queue."), _("Queue it.")),
    "NO_PRINTER": (_("No printer fits: {misses}."), _("Change a printer, or have it sliced for another kind.")),
    "NO_PRINTER_AT_ALL": (_("There is no printer."), _("Add one.")),
    "MATERIAL": (_("The material is loaded nowhere: {misses}."), _("Load it into a printer that fits.")),
    "BED": (_("The bed is not clear: {printers}."), _('Clear it and tap "Bed is clear".')),
    "OFFLINE": (_("Not heard from: {printers}."), _("Check power, network and address.")),
    "OTHER_MACHINE": (
        _("Another machine answers at the address of: {printers}."),
        _("Open it: say where it is now, or that it is the same machine with a new board."),
    ),
    "OUT_OF_SERVICE": (_("Degraded or in maintenance: {printers}."), _("Check the machine and acknowledge it.")),
    "FOREIGN": (
        _("Busy with something that is not ours, or paused while idle: {printers}."),
        _("Wait for it, or end it at the machine (CLEAR_PAUSE takes back a pause)."),
    ),
    "PRINTER_ON_HOLD": (_("On hold: {printers}."), _("Release the hold when its reason is gone.")),
    "INCIDENT": (
        _("An incident stopped {printers}, and nobody has released it."),
        _("Open the incident: see to its printers, then let work start again."),
    ),
    "STAGGERED": (
        _("As many printers heat up on its circuit as may at once: {printers}."),
        _("Nothing: it starts when one of them is hot. Should more heat up at once, let the circuit carry more."),
    ),
    "UNWATCHED": (
        _("Nobody would be there to watch it start. It starts by itself {start}, when somebody is there."),
        _("Nothing. {by_hand} If somebody is there more often, change the working hours."),
    ),
    "ENDS_ALONE": (
        _("It would end {end}, and nobody is there until {there}. It starts by itself {start}."),
        _("Nothing. {by_hand} A shorter print goes first. If somebody is there then, change the working hours."),
    ),
    "NO_SHIFT_FITS": (
        _("As the working hours are, it does not start by itself within {days} days: no shift is long enough, or none is left."),
        _("{by_hand} Or change the working hours."),
    ),
    "WAITING_FOR_PRINTER": (_("Every printer that fits is busy: {printers}."), _("Nothing: it is next in line when one is free.")),
    "STARTS_NOW": (_("A printer is free: it is about to be given to one."), _("Nothing.")),
    "UPLOADING": (_("It is being sent to printer {printer}."), _("Nothing.")),
    "NOT_HEARD": (
        _("Printer {printer} is not heard from ({connection}); until it is, nobody knows how far the print is."),
        _("Check power, network and address. When it is back, what it proves decides."),
    ),
    "RUNOUT": (_("Printer {printer} ran out of filament and is paused."), _("Load filament, then let it go on.")),
    "PAUSED": (_("It is paused on printer {printer}: {why}."), _("Look at it, then let it go on or stop it.")),
    "IN_DOUBT": (_("Record and machine disagree on printer {printer}."), _("Refresh; then adopt the machine's state or keep ours.")),
    "PRINTING": (_("It is printing on printer {printer}."), _("Nothing.")),
    "NOT_JUDGED": (
        _("Its print is over ({how}); nobody said what came of it."),
        _("Look at the plate and say what happened to each part."),
    ),
    "TO_BE_DECIDED": (
        _("It failed or was left out; whether it is printed again is being decided."),
        _("Nothing, if it was just now; else look at what farmos gave up."),
    ),
    "REPRINT": (_("It failed or was left out, and may not be printed again by itself."), _("Have it printed again, or change the plan.")),
}
"""What a person reads for each code from the queue on: what is in the way, and the next right action."""

Printers = Callable[[UUID], list[Candidate]]
"""The printers of a site as scheduling sees them."""

_WAITS = {
    PrinterWait.BED_NOT_CLEAR: "BED",
    PrinterWait.BED_UNKNOWN: "BED",
    PrinterWait.OFFLINE: "OFFLINE",
    PrinterWait.CONNECTION_UNKNOWN: "OFFLINE",
    PrinterWait.MISCONFIGURED: "OFFLINE",
    PrinterWait.OTHER_MACHINE: "OTHER_MACHINE",
    PrinterWait.DEGRADED: "OUT_OF_SERVICE",
    PrinterWait.MAINTENANCE: "OUT_OF_SERVICE",
    PrinterWait.FOREIGN: "FOREIGN",
    PrinterWait.PRINTING: "WAITING_FOR_PRINTER",
    "hold": "PRINTER_ON_HOLD",
    CIRCUIT_IS_FULL: "STAGGERED",
    IN_INCIDENT: "INCIDENT",
}
_ORDER = ("STAGGERED", "INCIDENT", "BED", "OTHER_MACHINE", "OUT_OF_SERVICE", "OFFLINE", "PRINTER_ON_HOLD", "FOREIGN", "WAITING_FOR_PRINTER")


@dataclass(frozen=True, slots=True)
class _Blocker(Blocker):
    """One thing in the way from the queue on."""

    SENTENCES: ClassVar[Mapping[str, Sentences]] = {**Blocker.SENTENCES, **WORDS}


def why_not_printing(kind: str, record_id: UUID, *, now: datetime) -> list[Blocker]:
    """Return what keeps a ``piece``, ``run`` or ``intent`` from printing, most decisive first; nothing: it is not waiting for anything.

    Raises:
        ValueError: another kind of record.
    """
    if kind == "run":
        run = Run.objects.filter(pk=record_id).select_related("plate__printer_class", "printer").first()
        return [] if run is None else list(_of_run(run, now, partial(candidates, now=now)))
    if kind == "piece":
        pieces = Piece.objects.filter(pk=record_id)
    elif kind == "intent":
        pieces = Piece.objects.filter(requirement__line__intent_id=record_id)
    else:
        raise ValueError(f"nobody asks why a {kind} is not printing")
    found: dict[tuple[str, str], Blocker] = {}
    for blocker in _of_pieces(list(pieces.select_related("requirement__line__intent").order_by("id")), now):
        found.setdefault((blocker.code, blocker.id), blocker)
    return list(found.values())


def _of_pieces(pieces: list[Piece], now: datetime) -> Iterator[Blocker]:
    """Yield what keeps each piece from printing. An attempt is asked about once, however many of the pieces are on it."""
    placed = PlateItem.objects.filter(piece__in=pieces, live=True).select_related("plate")
    items = {item.piece_id: item for item in placed}
    plates = {item.plate_id for item in items.values()}
    attempts = Run.objects.filter(plate__in=plates).select_related("plate__printer_class", "printer").order_by("attempt")
    runs = {run.plate_id: run for run in attempts}
    planned = planning.why_waiting([piece for piece in pieces if piece.pk not in items or items[piece.pk].plate_id not in runs], now=now)
    of_items = _last_decisions("item", [item.pk for item in items.values()])
    of_plates = _last_decisions("plate", plates)
    questions = _last_questions(of_items)
    printers = cache(partial(candidates, now=now))
    told: set[UUID] = set()
    for piece in pieces:
        item = items.get(piece.pk)
        run = runs.get(item.plate_id) if item else None
        if run is not None and (piece.state == PieceState.PRINTING or (piece.state == PieceState.OWED and run.ended_at is None)):
            if run.pk not in told:
                told.add(run.pk)
                yield from _of_run(run, now, printers)
        elif piece.state != PieceState.OWED:
            continue
        elif run is not None and item is not None:
            yield _of_reprint(item, run, of_items.get(item.pk), questions.get(item.pk))
        elif piece.pk in planned:
            yield planned[piece.pk]
        elif item is not None:
            yield _of_queue(item.plate, of_plates.get(item.plate_id))


def _of_reprint(item: PlateItem, run: Run, asked: Decision | None, question: Approval | None) -> Blocker:
    if run.judged_at is None:
        return _not_judged(run)
    if asked is None:
        return _Blocker("TO_BE_DECIDED", "run", str(run.pk), run.judged_at)
    if asked.outcome == Outcome.REQUIRE_APPROVAL:
        return _of_question(question, asked.created_at)
    return _Blocker("REPRINT", "run", str(run.pk), asked.created_at, {"item": str(item.pk), "why": list(asked.explanations)})


def _not_judged(run: Run) -> Blocker:
    ended = str(run.get_state_display())
    how = f"{ended}: {run.get_reason_display()}" if run.reason else ended
    return _Blocker("NOT_JUDGED", "run", str(run.pk), run.ended_at, {"how": how, "reason": run.reason})


def _of_question(question: Approval | None, since: datetime | None) -> Blocker:
    """Say that somebody is asked, or what they said."""
    if question is None or question.state in (ApprovalState.PENDING, ApprovalState.GRANTED):
        return _Blocker("APPROVAL", "approval", str(question.pk if question else None), since)
    said = question.reason or question.revoke_reason or str(question.get_state_display())
    return _Blocker("DENIED", "approval", str(question.pk), question.decided_at or question.revoked_at or since, {"said": said})


def _of_queue(plate: BuildPlate, asked: Decision | None) -> Blocker:
    if asked is None or asked.transition != "run.queue" or asked.outcome == Outcome.ALLOW:
        return _Blocker("NOT_QUEUED", "plate", str(plate.pk), plate.approved_at)
    return _Blocker("POLICY", "plate", str(plate.pk), asked.created_at, _of_decision(asked))


def _of_run(run: Run, now: datetime, printers: Printers) -> Iterator[Blocker]:
    """Yield what keeps one attempt from printing."""
    if run.state == RunState.QUEUED:
        yield from _of_queued(run, now, printers)
    elif run.state == RunState.PENDING_APPROVAL:
        yield _of_question(run.approval, run.created_at)
    elif run.ended_at is None:
        yield from _of_printing(run)
    elif run.judged_at is None:
        yield _not_judged(run)


def _of_printing(run: Run) -> Iterator[Blocker]:
    """Yield what is to be known about an attempt that is on a printer."""
    printer = run.printer
    here: dict[str, Any] = {"printer": printer.code if printer else "?", "reason": run.reason}
    if printer is not None and (incident := open_incident_of([printer.pk]).get(printer.pk)):
        yield _Blocker("INCIDENT", "incident", str(incident), printer.connection_since, {"printers": printer.code})
    if run.desynced:
        yield _Blocker("IN_DOUBT", "run", str(run.pk), run.desynced_since, here)
    if printer is not None and printer.connection != Connection.ONLINE:
        said = {**here, "connection": str(printer.get_connection_display())}
        if printer.other_machine is not None:
            yield _Blocker("OTHER_MACHINE", "printer", str(printer.pk), printer.connection_since, {"printers": printer.code})
        yield _Blocker("NOT_HEARD", "printer", str(printer.pk), printer.connection_since, said)
    code = {RunState.UPLOADING: "UPLOADING", RunState.PRINTING: "PRINTING", RunState.PAUSED: "PAUSED"}[RunState(run.state)]
    if run.state == RunState.PAUSED:
        code = "RUNOUT" if run.reason == Reason.FILAMENT_RUNOUT else "PAUSED"
        here["why"] = run.reason_note if run.reason == Reason.UNKNOWN and run.reason_note else str(run.get_reason_display())
    since = run.dispatched_at if run.state == RunState.UPLOADING else run.started_at
    yield _Blocker(code, "run", str(run.pk), since, here)


def _of_queued(run: Run, now: datetime, printers: Printers) -> Iterator[Blocker]:
    is_off, kept = facts.automation_is_tripped(run.plate.site_id), keeping(run.plate.site_id)
    stops = list(_of_stops(run, now, is_off=is_off, kept=kept))
    yield from stops
    wanted = waiting(run, now=now, automation_is_off=is_off, kept=kept)
    for blocker in _of_printers(run, fits(wanted, printers(run.plate.site_id))):
        if blocker.code != "STARTS_NOW" or not stops:
            yield blocker


def _of_stops(run: Run, now: datetime, *, is_off: bool, kept: Keeping | None) -> Iterator[Blocker]:
    """Yield what keeps it from starting whatever the printers are like."""
    items = items_on(run.plate_id)
    for hold in active_holds(on=facts.targets_of(run.plate, items), now=now):
        yield _Blocker("ON_HOLD", "hold", str(hold.pk), hold.placed_at, {"reason": hold.reason, "scope": hold.scope})
    for plan in {item.plan_id: item.plan for item in items if item.plan.dispatch_blocked}.values():
        yield _Blocker("PLAN_LOCKED", "plan", str(plan.pk), plan.blocked_since)
    if is_off:
        yield _Blocker("AUTOMATION_OFF", "site", str(run.plate.site_id))
    asked = _last_decisions("run", [run.pk]).get(run.pk)
    if asked is not None and asked.outcome == Outcome.BLOCK and {str(one.get("code")) for one in asked.explanations} - {WATCHED, MET}:
        yield _Blocker("POLICY", "decision", str(asked.pk), asked.created_at, _of_decision(asked))
    if kept is not None and (in_hours := _of_hours(run, kept, now)) is not None:
        yield in_hours


def _of_hours(run: Run, keeping: Keeping, now: datetime) -> Blocker | None:
    """Say what working hours keep back, and until when."""
    output = planning.output_for(run.plate)
    kept = keeping.kept(minutes=output.estimated_minutes, now=now) if output is not None else None
    if kept is None:
        return None
    moments = {"end": kept.ends_at, "there": keeping.next_there(kept, now=now), "start": kept.start}
    said = {name: clock_time(at, now=now, zone=keeping.calendar.zone) if at else "" for name, at in moments.items()}
    said |= {"by_hand": str(_BOUND_TOO if keeping.binds_people else _MAY_START), "days": str(hours.AHEAD.days)}
    code = "NO_SHIFT_FITS" if kept.start is None else "UNWATCHED" if kept.is_unwatched else "ENDS_ALONE"
    return _Blocker(code, "run", str(run.pk), run.created_at, {**said, "start_at": kept.start})


def _of_printers(run: Run, suited: list[Fit]) -> Iterator[Blocker]:
    eligible = [fit for fit in suited if fit.is_eligible]
    if not suited:
        yield _Blocker("NO_PRINTER_AT_ALL", "run", str(run.pk), run.created_at)
    elif not eligible:
        yield _of_misfits(run, suited)
    elif any(fit.is_ready for fit in eligible):
        yield _Blocker("STARTS_NOW", "run", str(run.pk), run.created_at)
    else:
        yield from _of_waits(run, eligible)


def _of_misfits(run: Run, suited: list[Fit]) -> Blocker:
    """Say which requirement is missed, by how many printers and by what. Is only the material missing somewhere, say that."""
    nearly = [fit for fit in suited if all(miss.code in facts.MATERIAL_CODES for miss in fit.misfits)]
    considered = nearly or suited
    counted = Counter(miss.code for fit in considered for miss in fit.misfits)
    misses = [
        _miss(code, number, [miss for fit in considered for miss in fit.misfits if miss.code == code])
        for code, number in counted.most_common()
    ]
    words = "; ".join(f"{one['words']} ({one['printers']})" for one in misses)
    return _Blocker("MATERIAL" if nearly else "NO_PRINTER", "run", str(run.pk), run.created_at, {"misses": words, "requirements": misses})


def _miss(code: str, printers: int, found: list[Misfit]) -> dict[str, Any]:
    words = str(MisfitCode(code).label) if code in MisfitCode.values else code
    return {"code": code, "words": words, "printers": printers, "wanted": found[0].wanted, "has": [miss.has for miss in found]}


def _of_waits(run: Run, eligible: list[Fit]) -> Iterator[Blocker]:
    grouped: dict[str, list[str]] = {}
    for fit in eligible:
        grouped.setdefault(_WAITS.get(fit.candidate.waits[0], "OUT_OF_SERVICE"), []).append(fit.candidate.code)
    for code in sorted(grouped, key=_ORDER.index):
        about = ("run", str(run.pk))
        if code == "INCIDENT":
            stopped = open_incident_of([fit.candidate.printer_id for fit in eligible])
            about = ("incident", str(next(iter(stopped.values())))) if stopped else about
        yield _Blocker(code, *about, run.created_at, {"printers": ", ".join(grouped[code])})


def _last_decisions(kind: str, record_ids: Iterable[UUID]) -> dict[UUID, Decision]:
    """Return the newest decision about each record."""
    rows = Decision.objects.filter(subject_kind=kind, subject_id__in=record_ids)
    return {decision.subject_id: decision for decision in rows.defer("inputs").order_by("id")}


def _last_questions(decisions: Mapping[UUID, Decision]) -> dict[UUID, Approval]:
    """Return the newest question to a person about each part of a plate, for the same move as the decision about it."""
    rows = Approval.objects.filter(subject_kind=SubjectKind.ITEM, subject_id__in=decisions).order_by("id")
    return {one.subject_id: one for one in rows if one.transition == decisions[one.subject_id].transition}


def _of_decision(decision: Decision) -> dict[str, Any]:
    return {"decision": str(decision.pk), "rules": list(decision.rule_ids), "why": list(decision.explanations)}
