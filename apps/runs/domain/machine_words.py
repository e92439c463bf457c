"""What an observation proves about one file, in one word. Moonraker's own words cannot be taken as they are.

A shutdown is not in ``print_state``, which goes on saying "printing" or says "paused"; "paused" without ``is_paused`` is a file that could not be
read; "complete" is also said of an empty or truncated file; file names are compared without regard to case.
"""

from __future__ import annotations

from collections.abc import Container
from enum import StrEnum

from apps.fleet.domain.observation import BROKEN, Observation

PLAUSIBLE_PROGRESS = 0.99
PLAUSIBLE_SHARE = 0.5
"""A print that took less than this share of its estimate was not the whole print."""


class Word(StrEnum):
    """What the machine is doing, as far as it proves it."""

    SILENT = "silent"
    LOCKED_OUT = "locked_out"
    STARTING = "starting"
    BROKEN = "broken"
    UNCLEAR = "unclear"
    PRINTING = "printing"
    PAUSED = "paused"
    UNREADABLE = "unreadable"
    COMPLETE = "complete"
    CANCELLED = "cancelled"
    ERROR = "error"
    IDLE = "idle"


class Whose(StrEnum):
    """Whose file the machine speaks of."""

    OURS = "ours"
    OTHER = "other"
    NONE = "none"


class Past(StrEnum):
    """What the machine's history, or the file's own record, proves about our file. Machines miss starts and ends, so no entry proves nothing."""

    NOTHING = "nothing"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ERROR = "error"
    SHUT_DOWN = "klippy_shutdown"
    RESTARTED = "klippy_disconnect"
    UNSUCCESSFUL = "unsuccessful"
    """It ended, and not well; the machine does not keep why."""


ACTIVE = frozenset({Word.PRINTING, Word.PAUSED, Word.UNREADABLE, Word.UNCLEAR})
"""Something is on the machine that is not over."""

FINAL = frozenset({Word.COMPLETE, Word.CANCELLED, Word.ERROR})
_PASTS = frozenset(one.value for one in Past)
_ENDED_WORDS = {"complete": Word.COMPLETE, "cancelled": Word.CANCELLED, "error": Word.ERROR, "standby": Word.IDLE}


def word(seen: Observation) -> Word:
    """Return the one word for ``seen``."""
    if not seen.reachable:
        return Word.SILENT
    if not seen.access_ok:
        return Word.STARTING if seen.trouble == "refused" else Word.LOCKED_OUT
    if seen.klippy_state in BROKEN:
        return Word.BROKEN
    if seen.klippy_state != "ready":
        return Word.STARTING
    if seen.print_state == "printing":
        return Word.PRINTING if seen.is_active and seen.filename else Word.UNCLEAR
    if seen.print_state == "paused":
        return Word.PAUSED if seen.is_paused else Word.UNREADABLE
    return _ENDED_WORDS.get(seen.print_state, Word.UNCLEAR)


def whose(seen: Observation, path: str) -> Whose:
    """Return whose file ``seen`` speaks of. Moonraker prints ``A.GCODE`` when asked for ``a.gcode``: it is the same file."""
    if not seen.filename or seen.print_state == "standby":
        return Whose.NONE
    return Whose.OURS if path and seen.filename.casefold() == path.casefold() else Whose.OTHER


def past(seen: Observation, path: str) -> Past:
    """Return what the history says became of our file; where a machine keeps none, what the file's own record says."""
    job = seen.history
    if job is not None and path and job.filename.casefold() == path.casefold():
        return Past(job.status) if job.status in _PASTS else Past.NOTHING
    outcome = seen.metadata.outcome if seen.metadata is not None else ""
    return Past(outcome) if outcome in _PASTS else Past.NOTHING


def has_started(seen: Observation, path: str) -> bool:
    """Does anything prove that ``path`` was started: what is loaded, the history, or the file's own record?"""
    if whose(seen, path) is Whose.OURS:
        return True
    if seen.history is not None and path and seen.history.filename.casefold() == path.casefold():
        return True
    return seen.metadata is not None and seen.metadata.print_start_time is not None


def is_plausible(seen: Observation, *, size: int | None, estimated_s: float, leaves_out: bool = False, parts: Container[str] = ()) -> bool:
    """Can this "complete" be the whole print? Parts that were left out on purpose make it shorter, by nobody knows how much.

    Machines forget what they left out as soon as they restart: ``leaves_out`` says that it is on record. They also take names that no print has;
    only ``parts`` of this one (without capitals) make it shorter.
    """
    if seen.progress < PLAUSIBLE_PROGRESS or seen.print_s <= 0:
        return False
    if size is not None and seen.file_size is not None and seen.file_size != size:
        return False
    return leaves_out or _leaves_out_any(seen, parts) or seen.print_s >= PLAUSIBLE_SHARE * estimated_s


def is_plausible_past(seen: Observation, *, estimated_s: float, leaves_out: bool = False, parts: Container[str] = ()) -> bool:
    """Can the "completed" of the history, or of the file's record, be the whole print?"""
    told = seen.history or seen.metadata
    took = told.print_s if told is not None else 0.0
    return took > 0 and (leaves_out or _leaves_out_any(seen, parts) or took >= PLAUSIBLE_SHARE * estimated_s)


def _leaves_out_any(seen: Observation, parts: Container[str]) -> bool:
    return any(name.casefold() in parts for name in seen.excluded_objects)


_FAULTS = (
    ("MCU_LOST", ("lost communication with mcu",)),
    ("THERMAL", ("temperature", "verify_heater", "adc out of range", "not heating", "thermal", "heater")),
    ("EMERGENCY_STOP", ("webhooks request", "emergency", "m112")),
)
"""Canonical reason → what Klippy's message says of it, most telling first."""


def fault(message: str, klippy_state: str) -> str:
    """Return the canonical reason behind a shutdown or error of Klippy."""
    said = message.casefold()
    for reason, signs in _FAULTS:
        if any(sign in said for sign in signs):
            return reason
    return "MACHINE_FAULT" if klippy_state == "error" else "KLIPPER_SHUTDOWN"


def print_fault(message: str) -> str:
    """Return the canonical reason behind a print that ended in an error."""
    is_cold = "minimum temp" in message.casefold()  # the file forgot to heat: its fault, not the machine's
    return "THERMAL" if fault(message, "error") == "THERMAL" and not is_cold else "GCODE_ERROR"


def pause_reason(seen: Observation) -> str:
    """Return the canonical reason behind a pause that nobody asked us for. Klipper's filament sensors say nothing in ``print_message``."""
    return "FILAMENT_RUNOUT" if seen.filament_missing or "runout" in seen.print_message.casefold() else "UNKNOWN"
