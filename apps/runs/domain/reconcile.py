"""The table of disagreements: what we thought, what the machine says, and what follows. Pure, and total: every pair has one answer.

Rows are tried from top to bottom, as the machine's words are worth: silence and a closed door prove nothing; a shutdown outweighs whatever the print
claims; then the file decides, then the history, and where nothing proves anything a person does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from apps.fleet.domain.observation import Observation

from .machine_words import (
    ACTIVE,
    FINAL,
    Past,
    Whose,
    Word,
    fault,
    has_started,
    is_plausible,
    is_plausible_past,
    past,
    pause_reason,
    print_fault,
    whose,
    word,
)

MACHINE = "machine"
"""Cause of what nobody asked us for."""


class Action(StrEnum):
    """What to do."""

    NOTHING = "nothing"
    ADOPT = "adopt"
    PROGRESS = "progress"
    PAUSE = "pause"
    RESUME = "resume"
    COMPLETE = "complete"
    FAIL = "fail"
    ABORT = "abort"
    DESYNC = "desync"
    WAIT = "wait"
    FOREIGN = "foreign"
    UNSEEN = "unseen"
    BLOCK = "block"


TO_CONFIRM = frozenset({Action.COMPLETE, Action.FAIL, Action.ABORT, Action.DESYNC, Action.FOREIGN, Action.UNSEEN})
"""Rulings that are asked twice: right after a start or a restart a machine may still speak of what was before."""


@dataclass(frozen=True, slots=True)
class Platform:
    """What we think: about the attempt that is on the printer, or that its file belongs to.

    Args:
        state: the attempt's state, empty when the printer has none.
        step: how far its dispatch has come, while it uploads.
        path: its file on the machine.
        size: bytes of that file.
        estimated_s: the slicer's estimate for exactly these bytes; 0 when nobody knows.
        klippy_pid: the process that was asked to start it.
        wish: ``pause``, ``resume`` or ``abort`` while a person's wish is open.
        wish_reason: why they want it.
        wish_by: who wants it.
        last_print: what tells the print that ended last on the printer, as far as we watched, from others; empty: none is known.
        leaves_out: whether it was seen to leave out parts of the plate, so that it takes less than was estimated.
        parts: what the parts are called in its file, without capitals; empty: the file names none, or nobody knows.
    """

    state: str = ""
    step: str = ""
    path: str = ""
    size: int | None = None
    estimated_s: float = 0.0
    klippy_pid: int | None = None
    wish: str = ""
    wish_reason: str = ""
    wish_by: str = ""
    last_print: str = ""
    leaves_out: bool = False
    parts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ruling:
    """One answer of the table.

    Args:
        action: what to do.
        code: which row answered; ``labels/rulings.py`` has its sentence.
        reason: canonical reason, where something stops.
        cause: who wanted it, or ``machine``.
        note: the machine's own words, where the reason needs them.
        params: what the sentence names.
        evidence: what was seen, to be kept with the attempt; nothing where nothing is decided.
        is_foreign: something that is not ours is on the machine.
    """

    action: Action
    code: str
    reason: str = ""
    cause: str = ""
    note: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    evidence: Mapping[str, Any] = field(default_factory=dict)
    is_foreign: bool = False


def reconcile(platform: Platform, seen: Observation) -> Ruling:
    """Return what to do about ``platform`` now that the machine says ``seen``."""
    return _Case(platform, seen).ruling()


def proves_start(platform: Platform, seen: Observation) -> bool:
    """Does ``seen`` prove that this attempt's file was started? Only an observation that was asked about the path can."""
    return seen.reachable and seen.access_ok and has_started(seen, platform.path)


def evidence_of(seen: Observation) -> dict[str, Any]:
    """Return the part of an observation that is kept as evidence: JSON values, no traces, no key."""
    kept: dict[str, Any] = {
        "observed_at": seen.observed_at.isoformat(),
        **{name: getattr(seen, name) for name in _KEPT},
        "job_id": seen.history.job_id if seen.history else "",
        "history_status": seen.history.status if seen.history else "",
        "metadata_uuid": seen.metadata.uuid if seen.metadata else "",
        "excluded_objects": list(seen.excluded_objects) or None,
    }
    return {name: value for name, value in kept.items() if value not in ("", None)}


_KEPT = (
    *("source", "reachable", "access_ok", "trouble", "klippy_state", "message", "print_state", "filename", "is_active", "is_paused"),
    *("progress", "layer", "layers", "print_s", "total_s", "filament_mm", "print_message", "klippy_pid", "eventtime", "file_size"),
    *("filament_missing", "chosen", "ended_print"),
)


_UNHEARD = {Word.SILENT: "machine_silent", Word.LOCKED_OUT: "machine_locked_out", Word.STARTING: "machine_starting"}


class _Case:
    """One pair, with what all rows ask of it."""

    def __init__(self, platform: Platform, seen: Observation) -> None:
        self.platform = platform
        self.seen = seen
        self.word = word(seen)
        self.whose = whose(seen, platform.path)
        self.past = past(seen, platform.path)
        self.is_restarted = None not in (platform.klippy_pid, seen.klippy_pid) and platform.klippy_pid != seen.klippy_pid
        self.is_unseen = self.word in FINAL and bool(platform.last_print) and seen.ended_print not in ("", platform.last_print)
        self.is_foreign = self.whose is not Whose.OURS and self.word in (Word.PRINTING, Word.PAUSED, Word.UNREADABLE)

    def ruling(self) -> Ruling:
        unheard = _UNHEARD.get(self.word)
        if unheard is not None:
            return self.say(Action.WAIT, unheard)
        match self.platform.state:
            case "printing" | "paused":
                return self.on_the_machine()
            case "uploading":
                return self.being_started()
            case "queued" | "pending_approval":
                return self.not_given_out()
            case "completed" | "failed" | "aborted":
                return self.over()
        return self.nothing_of_ours()

    def say(self, action: Action, code: str, *, reason: str = "", cause: str = "", note: str = "") -> Ruling:
        params = {
            "file": self.seen.filename,
            "thought": self.platform.state,
            "machine": self.seen.print_state or self.seen.klippy_state,
            "message": self.seen.message or self.seen.print_message,
            "percent": round(self.seen.progress * 100),
        }
        kept = {} if action in (Action.NOTHING, Action.PROGRESS) else evidence_of(self.seen)
        return Ruling(action, code, reason, cause, note, params, kept, self.is_foreign)

    # -- printing or paused -------------------------------------------------------------------------------------------------------------

    def on_the_machine(self) -> Ruling:
        if self.word is Word.BROKEN:
            return self.shut_down()
        if self.word is Word.UNCLEAR:
            return self.say(Action.WAIT, "machine_unclear")
        if self.whose is not Whose.OURS:
            return self.no_longer_loaded()
        match self.word:
            case Word.PRINTING:
                return self.goes_on()
            case Word.PAUSED:
                return self.stands_still()
            case Word.COMPLETE if self.is_whole():
                return self.say(Action.COMPLETE, "completed")
            case Word.COMPLETE:
                return self.say(Action.DESYNC, "complete_but_implausible", reason="DESYNC", cause=MACHINE)
            case Word.CANCELLED:
                return self.stopped()
            case Word.UNREADABLE:
                return self.say(Action.FAIL, "file_unreadable", reason="GCODE_ERROR", cause=MACHINE, note=self.seen.print_message)
        return self.say(
            Action.FAIL, "print_error", reason=print_fault(self.seen.print_message), cause=MACHINE, note=self.seen.print_message
        )

    def shut_down(self) -> Ruling:
        """A shutdown: what the print claims is worth nothing, only the history may know that it had ended before."""
        if self.past is Past.COMPLETED:
            return self.ended_before()
        reason = fault(self.seen.message, self.seen.klippy_state)
        return self.say(Action.FAIL, "machine_stopped", reason=reason, cause=MACHINE, note=self.seen.message)

    def goes_on(self) -> Ruling:
        if self.is_restarted:
            return self.say(Action.DESYNC, "started_again_at_the_machine", reason="DESYNC", cause=MACHINE)
        if self.platform.state == "paused":
            return self.say(Action.RESUME, "resumed", cause=self.asked("resume"))
        return self.say(Action.PROGRESS, "stop_not_followed_yet" if self.platform.wish == "abort" else "printing")

    def stands_still(self) -> Ruling:
        if self.platform.state == "paused":
            return self.say(Action.NOTHING, "still_paused")
        if self.platform.wish == "pause":
            reason = self.platform.wish_reason or "OPERATOR_PAUSE"
            return self.say(Action.PAUSE, "paused_as_asked", reason=reason, cause=self.asked("pause"), note=self.words())
        return self.say(
            Action.PAUSE,
            "paused_at_the_machine",
            reason=pause_reason(self.seen),
            cause=MACHINE,
            note=self.words() or "paused at the machine",
        )

    def stopped(self) -> Ruling:
        if self.platform.wish == "abort":
            reason = self.platform.wish_reason or "OPERATOR_ABORT"
            return self.say(Action.ABORT, "stopped_as_asked", reason=reason, cause=self.asked("abort"), note=self.words())
        return self.say(Action.ABORT, "stopped_at_the_machine", reason="OPERATOR_ABORT", cause=MACHINE, note=self.words())

    def no_longer_loaded(self) -> Ruling:
        """Our file is not loaded any more, or something else is: only a proof ends the attempt."""
        match self.past:
            case Past.COMPLETED:
                return self.ended_before()
            case Past.CANCELLED:
                return self.stopped()
            case Past.ERROR:
                return self.say(Action.FAIL, "history_says_error", reason="GCODE_ERROR", cause=MACHINE)
            case Past.SHUT_DOWN:
                return self.say(Action.FAIL, "history_says_shutdown", reason="KLIPPER_SHUTDOWN", cause=MACHINE)
            case Past.RESTARTED:
                return self.say(Action.FAIL, "machine_restarted", reason="POWER_LOSS", cause=MACHINE)
            case Past.UNSUCCESSFUL if self.platform.wish == "abort":
                return self.stopped()
            case Past.UNSUCCESSFUL:
                return self.say(
                    Action.FAIL, "record_says_unsuccessful", reason="UNKNOWN", cause=MACHINE, note="the printer keeps no reason"
                )
        if self.is_restarted:
            return self.say(Action.FAIL, "machine_restarted", reason="POWER_LOSS", cause=MACHINE)
        code = "other_file_loaded" if self.whose is Whose.OTHER else "idle_without_proof"
        return self.say(Action.DESYNC, code, reason="DESYNC", cause=MACHINE)

    def ended_before(self) -> Ruling:
        ours = self.platform
        if is_plausible_past(self.seen, estimated_s=ours.estimated_s, leaves_out=ours.leaves_out, parts=ours.parts):
            return self.say(Action.COMPLETE, "history_says_completed")
        return self.say(Action.DESYNC, "complete_but_implausible", reason="DESYNC", cause=MACHINE)

    # -- being started ------------------------------------------------------------------------------------------------------------------

    def being_started(self) -> Ruling:
        if proves_start(self.platform, self.seen):
            return self.say(Action.ADOPT, "already_printing")
        if self.platform.step == "start_sent" and self.is_restarted:
            return self.say(Action.DESYNC, "restarted_during_start", reason="DESYNC", cause=MACHINE)
        if self.word is Word.BROKEN:
            return self.say(Action.BLOCK, "machine_stopped", reason=fault(self.seen.message, self.seen.klippy_state), cause=MACHINE)
        if self.is_foreign:
            return self.say(Action.FOREIGN, "foreign_print")
        if self.seen.is_paused:
            return self.say(Action.BLOCK, "pause_left_over")
        if self.is_unseen:
            return self.say(Action.UNSEEN, "printed_unseen")
        return self.say(Action.WAIT, "being_started")

    def not_given_out(self) -> Ruling:
        """It waits for a printer: its file can only be there after a start that came late."""
        if self.whose is Whose.OURS and self.word in ACTIVE | FINAL:
            return self.say(Action.ADOPT, "already_printing")
        return self.nothing_of_ours()

    # -- nothing expected ---------------------------------------------------------------------------------------------------------------

    def over(self) -> Ruling:
        if self.whose is Whose.OURS and self.word in (Word.PRINTING, Word.PAUSED):
            return self.say(Action.DESYNC, "prints_after_its_end", reason="DESYNC", cause=MACHINE)
        return self.nothing_of_ours()

    def nothing_of_ours(self) -> Ruling:
        if self.word is Word.BROKEN:
            return self.say(Action.BLOCK, "machine_stopped", reason=fault(self.seen.message, self.seen.klippy_state), cause=MACHINE)
        if self.word is Word.UNCLEAR:
            return self.say(Action.WAIT, "machine_unclear")
        if self.is_foreign:
            return self.say(Action.FOREIGN, "foreign_print")
        if self.seen.is_paused:
            return self.say(Action.BLOCK, "pause_left_over")
        if self.is_unseen:
            return self.say(Action.UNSEEN, "printed_unseen")
        return self.say(Action.NOTHING, "idle")

    def is_whole(self) -> bool:
        """Can what the machine calls complete be all that was to be printed?"""
        ours = self.platform
        return is_plausible(self.seen, size=ours.size, estimated_s=ours.estimated_s, leaves_out=ours.leaves_out, parts=ours.parts)

    # -- wording ------------------------------------------------------------------------------------------------------------------------

    def asked(self, wish: str) -> str:
        return self.platform.wish_by if self.platform.wish == wish and self.platform.wish_by else MACHINE

    def words(self) -> str:
        return self.seen.print_message
