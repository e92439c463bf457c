"""Doing what the table says: one command for each ruling. All of them look first, so telling the same twice does nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from apps.catalog.states import Reason
from apps.fleet import commands as fleet
from apps.fleet.domain.observation import Observation
from apps.fleet.models import Printer
from apps.fleet.states import Connection, Occupancy, SessionOutcome
from apps.journal.context import Context
from apps.runs import commands
from apps.runs.commands.machine import AFTER_THE_FIRST, MARKS
from apps.runs.domain.machine_words import FINAL, Word, word
from apps.runs.domain.reconcile import MACHINE, Action, Ruling, evidence_of
from apps.runs.models import Run
from apps.runs.states import ON_PRINTER, RunState
from apps.runs.states import Ruling as RulingCode

from .sides import Side

Contexts = Callable[[str], Context]
"""Makes the context of one step; its key says what it is."""

_MOVES = {
    Action.ADOPT: RulingCode.ADOPT,
    Action.PAUSE: RulingCode.PAUSE,
    Action.RESUME: RulingCode.RESUME,
    Action.COMPLETE: RulingCode.COMPLETE,
    Action.FAIL: RulingCode.FAIL,
    Action.ABORT: RulingCode.ABORT,
    Action.DESYNC: RulingCode.DESYNC,
}
_OUTCOMES = {Word.COMPLETE: SessionOutcome.COMPLETED, Word.CANCELLED: SessionOutcome.CANCELLED, Word.ERROR: SessionOutcome.ERROR}
NOTHING_YET = "nothing yet"
"""Stands for the last print of a machine that was first seen at rest with none."""


def apply(side: Side, seen: Observation, ruling: Ruling, contexts: Contexts) -> bool:
    """Do what ``ruling`` says about ``side``; return whether something was changed."""
    changed = side.run is not None and _move(side.printer, side.run, seen, ruling, contexts)
    if _takes_the_printer(ruling):
        changed = _see_foreign(side, seen, contexts) or changed
    elif side.printer.occupancy == Occupancy.FOREIGN and is_free(seen):
        _end_foreign(side, seen, contexts)
        changed = True
    if ruling.action is Action.UNSEEN or _is_first_look(side, seen):
        changed = _note_ended_print(side.printer, seen, contexts) or changed
    if ruling.action is Action.BLOCK and ruling.reason == Reason.THERMAL:
        fleet.degrade_printer(contexts("degrade"), printer_id=side.printer.pk, reason=Reason.THERMAL, evidence=evidence_of(seen))
        changed = True
    return changed


def is_free(seen: Observation) -> bool:
    """Does the machine prove that nothing is on it any more?"""
    return word(seen) in FINAL | {Word.IDLE} and not seen.is_paused


def is_news(side: Side, ruling: Ruling, seen: Observation) -> bool:
    """Could applying this change anything? Keeps what is told over and over from opening a transaction each time."""
    if side.printer.occupancy == Occupancy.FOREIGN:
        return ruling.action in _MOVES or is_free(seen)
    if _is_first_look(side, seen):
        return True
    match ruling.action:
        case Action.NOTHING | Action.WAIT:
            return False
        case Action.PROGRESS:
            return side.run is not None and _has_reached(side.run, seen)
        case Action.BLOCK:
            return ruling.code == "pause_left_over" or (ruling.reason == Reason.THERMAL and side.printer.health != "DEGRADED")
        case Action.DESYNC:
            return side.run is not None and not side.run.desynced
    return True


def _is_first_look(side: Side, seen: Observation) -> bool:
    """Is this the first time that the machine is at rest? What it printed last, if anything, is remembered, so that another print shows."""
    is_at_work = side.run is not None and side.run.state in ON_PRINTER
    return not is_at_work and not side.printer.last_print and word(seen) in FINAL | {Word.IDLE}


def _takes_the_printer(ruling: Ruling) -> bool:
    """Is the printer somebody else's: it prints a foreign file, or somebody paused it, so that a start would do what nobody expects?"""
    return ruling.is_foreign or ruling.code == "pause_left_over"


def _move(printer: Printer, run: Run, seen: Observation, ruling: Ruling, contexts: Contexts) -> bool:
    if ruling.action is Action.PROGRESS:
        return commands.note_progress(
            contexts("progress"),
            run_id=run.pk,
            printer_id=printer.pk,
            percent=seen.progress * 100,
            layer=seen.layer,
            layers_total=seen.layers,
            is_hot=seen.filament_mm > 0,
        )
    if ruling.action not in _MOVES:
        return False
    return commands.reconcile_run(
        contexts(ruling.action.value),
        run_id=run.pk,
        printer_id=printer.pk,
        expected_version=run.version,
        ruling=_MOVES[ruling.action],
        code=ruling.code,
        reason=ruling.reason,
        note=ruling.note or (ruling.code if ruling.reason == Reason.UNKNOWN else ""),
        by="" if ruling.cause == MACHINE else ruling.cause,
        job_ref=seen.history.job_id if seen.history else "",
        evidence=_kept(run, ruling),
    )


def _kept(run: Run, ruling: Ruling) -> dict[str, Any]:
    """Return the evidence to keep. Which process was asked to start is known already; the one that runs now may be another."""
    kept = {**ruling.evidence, "row": ruling.code}
    if ruling.action is Action.ADOPT and "klippy_pid" in run.machine_evidence:
        kept.pop("klippy_pid", None)
    return kept


def _has_reached(run: Run, seen: Observation) -> bool:
    if run.state not in (RunState.PRINTING, RunState.PAUSED):
        return False
    first_layer_done = run.layer is None and seen.layer is not None and seen.layer >= AFTER_THE_FIRST
    is_hot_now = run.heated_at is None and seen.filament_mm > 0
    return is_hot_now or first_layer_done or any(run.progress < mark <= seen.progress * 100 for mark in MARKS)


def _see_foreign(side: Side, seen: Observation, contexts: Contexts) -> bool:
    if side.printer.occupancy == Occupancy.FOREIGN:
        return False
    fleet.see_foreign_print(
        contexts("foreign"),
        printer_id=side.printer.pk,
        started_at=seen.observed_at - timedelta(seconds=min(seen.total_s, 10**7)),
        file_name=seen.filename,
        evidence=evidence_of(seen),
    )
    return True


def _end_foreign(side: Side, seen: Observation, contexts: Contexts) -> None:
    fleet.end_foreign_print(
        contexts("foreign-ended"),
        printer_id=side.printer.pk,
        outcome=_OUTCOMES.get(word(seen), SessionOutcome.UNKNOWN),
        ended_at=seen.observed_at,
        print_s=int(min(seen.print_s, 10**7)),
        duration_s=int(min(seen.total_s, 10**7)),
        filament_mm=int(min(seen.filament_mm, 10**8)),
        ended_print=seen.ended_print,
        evidence=evidence_of(seen),
    )


def _note_ended_print(printer: Printer, seen: Observation, contexts: Contexts) -> bool:
    return fleet.note_unseen_print(
        contexts("unseen"),
        printer_id=printer.pk,
        ended_print=seen.ended_print or NOTHING_YET,
        file_name=seen.filename,
        outcome=_OUTCOMES.get(word(seen), SessionOutcome.UNKNOWN),
        print_s=int(min(seen.print_s, 10**7)),
        duration_s=int(min(seen.total_s, 10**7)),
        filament_mm=int(min(seen.filament_mm, 10**8)),
        evidence=evidence_of(seen),
    )


def tell_connection(printer_id: UUID, seen: Observation, context: Context) -> None:
    """Take note that the machine answered, and how. A machine that answers with an error of its own was let in by us and is simply not ready."""
    fleet.observe_connection(
        context,
        printer_id=printer_id,
        reachable=seen.reachable,
        access_ok=seen.access_ok or seen.trouble == "refused",
        klippy_state=seen.klippy_state,
        machine=seen.machine.as_kept(),
        evidence=evidence_of(seen),
    )


def expected_connection(seen: Observation) -> Connection:
    """Return what a printer's connection should be after ``seen``."""
    if not seen.reachable:
        return Connection.OFFLINE
    if not seen.access_ok and seen.trouble != "refused":
        return Connection.MISCONFIGURED
    return Connection.ONLINE if seen.klippy_state == "ready" else Connection.UNKNOWN


def is_as_told(printer: Printer, seen: Observation) -> bool:
    """Does the printer's record already say so?"""
    if printer.is_another(seen.machine):
        return str(printer.connection) == Connection.MISCONFIGURED
    return str(printer.connection) == expected_connection(seen) and printer.is_all_known(seen.machine)
