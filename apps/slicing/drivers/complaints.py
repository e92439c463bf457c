"""What PrusaSlicer's words mean when it gives up. Its exit status alone says next to nothing."""

from __future__ import annotations

import re
import signal

from django.utils.translation import gettext

from apps.journal.confined import Ended
from apps.journal.confined.launch import CANNOT_RUN
from apps.slicing.domain.job import SliceProblem, SlicerCrashed, SliceRejected

REJECTIONS = (
    (re.compile(r"Loading of a model file failed|No such file", re.IGNORECASE), "slice-model-unreadable"),
    (re.compile(r"No layers were detected|The print is empty|no extrusions", re.IGNORECASE), "slice-nothing-to-print"),
    (
        re.compile(r"could not fit on the bed|outside of the print volume|exceeds the maximum build volume", re.IGNORECASE),
        "slice-does-not-fit",
    ),
    (re.compile(r"invalid custom G-code|Parsing error", re.IGNORECASE), "slice-custom-gcode-invalid"),
    (
        re.compile(r"Invalid value|Unknown option|Error while reading config|can't be greater|must be|Invalid ", re.IGNORECASE),
        "slice-settings-refused",
    ),
)
DISK_FULL = re.compile(r"No space left on device|Cannot open the file for writing|is the disk full", re.IGNORECASE)
OUT_OF_MEMORY = re.compile(r"bad_alloc|ran out of memory|Cannot allocate memory|std::length_error", re.IGNORECASE)


def problem(ended: Ended, *, timeout_s: float) -> SliceProblem | None:
    """Return what went wrong, None when nothing seems to have."""
    if ended.timed_out or ended.status == -signal.SIGXCPU:
        return SlicerCrashed("slicer-timed-out", ended.log, seconds=round(timeout_s))
    if ended.status == 0:
        return None
    if ended.status == -signal.SIGXFSZ:
        return SliceRejected("slice-output-too-large", ended.log)
    if DISK_FULL.search(ended.log):
        return SlicerCrashed("slicer-disk-full", ended.log)
    if OUT_OF_MEMORY.search(ended.log):
        return SlicerCrashed("slicer-out-of-memory", ended.log)
    if code := next((code for pattern, code in REJECTIONS if pattern.search(ended.log)), None):
        return SliceRejected(code, ended.log, said=last_words(ended.log))
    if ended.status < 0 or ended.status == CANNOT_RUN:
        return SlicerCrashed("slicer-crashed", ended.log, signal=_signal_name(ended.status), said=last_words(ended.log))
    return SliceRejected("slice-refused", ended.log, said=last_words(ended.log) or gettext("nothing (exit status %d)") % ended.status)


def _signal_name(status: int) -> str:
    try:
        return signal.Signals(-status).name
    except ValueError:
        return str(status)


NOISE = re.compile(r"^(\[\d{4}-\d\d-\d\d|\d{1,3} => )")


def last_words(log: str, longest: int = 300) -> str:
    """Return the last thing the slicer said that is not progress."""
    lines = [line.strip() for line in log.splitlines() if line.strip() and not NOISE.match(line)]
    return lines[-1][:longest] if lines else ""
