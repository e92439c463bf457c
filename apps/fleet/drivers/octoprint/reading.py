"""What OctoPrint's answers prove, in the words of an ``Observation``.

OctoPrint sends every line itself: a print ends with its connection to the printer. Its state is one English word in ``/api/job``; a file that is
chosen and one that has ended look alike there, so the file's own record (``prints``) decides. That record says whether the last print of the file
succeeded, not why it did not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.fleet.domain.observation import FileFacts, Observation, number, text, whole

OCTOPRINT_ITSELF = re.compile(r"OctoPrint \d[\w.+-]*")
"""How OctoPrint names itself. Others answer its API too (Moonraker for slicers, farmos for the same), and put their own name behind."""

COMPLETED = "completed"
UNSUCCESSFUL = "unsuccessful"

_PRINTING = frozenset(
    {"Printing", "Starting", "Pausing", "Resuming", "Finishing", "Cancelling", "Printing from SD", "Starting print from SD"}
)
_FIRMWARE = {
    "Offline": "disconnected",
    "Closed": "disconnected",
    "Opening serial connection": "startup",
    "Detecting serial connection": "startup",
    "Connecting": "startup",
    "Error": "error",
    "Offline after error": "error",
}
_READY = _PRINTING | {"Operational", "Paused", "Sending file to SD", "Starting to send file to SD", "Transferring file to SD"}


def firmware_state(word: str) -> str:
    """Return what OctoPrint's state says of the printer behind it; empty for a word nobody knows."""
    if word.startswith(("Error:", "Offline (Error")):  # as older ones say it
        return "error"
    return "ready" if word in _READY else _FIRMWARE.get(word, "")


def file_facts(found: Mapping[str, Any]) -> FileFacts:
    """Read ``/api/files/local/<path>``. Its hash is of the stored bytes; a print is on record once it ended."""
    prints = _part(found, "prints")
    last = _part(prints, "last")
    ended, took = number(last.get("date")), max(number(last.get("printTime")) or 0.0, 0.0)
    success = last.get("success")
    return FileFacts(
        size=whole(found.get("size")) or 0,
        uuid=text(found.get("hash")),
        estimated_s=None,
        print_start_time=ended - took if ended is not None else None,
        outcome={True: COMPLETED, False: UNSUCCESSFUL}.get(success, "") if isinstance(success, bool) else "",
        print_s=took,
    )


def read(
    job: Mapping[str, Any], printer: Mapping[str, Any], *, record: FileFacts | None, asked: FileFacts | None, now: datetime
) -> Observation:
    """Return what the answers say.

    Args:
        job: ``/api/job``.
        printer: ``/api/printer``, empty while the printer is not connected.
        record: What is known of the file that is loaded.
        asked: What is known of the file that was asked about.
        now: When they came.
    """
    word = text(job.get("state"))
    file, progress = _part(_part(job, "job"), "file"), _part(job, "progress")
    done = min(max((number(progress.get("completion")) or 0.0) / 100, 0.0), 1.0)
    took = max(number(progress.get("printTime")) or 0.0, 0.0)
    loaded, state = text(file.get("path")), _print_state(word, done, record)
    if state == "complete" and record is not None and record.outcome == COMPLETED:
        done, took = 1.0, record.print_s
    heat = _part(printer, "temperature")
    nozzle, bed = _part(heat, "tool0"), _part(heat, "bed")
    said = text(job.get("error"))
    return Observation(
        observed_at=now,
        source="poll",
        klippy_state=firmware_state(word),
        message=said or (word if firmware_state(word) == "error" else ""),
        print_state=state,
        filename="" if state == "standby" else loaded,
        chosen=loaded if state == "standby" else "",
        is_active=state == "printing",
        is_paused=state == "paused",
        progress=done,
        print_s=took,
        total_s=took,
        print_message=said,
        file_size=whole(file.get("size")),
        nozzle_c=number(nozzle.get("actual")),
        nozzle_target_c=number(nozzle.get("target")),
        bed_c=number(bed.get("actual")),
        bed_target_c=number(bed.get("target")),
        metadata=asked,
    )


def _print_state(word: str, done: float, record: FileFacts | None) -> str:
    """Return what became of the loaded file. Nothing is known of a print while the printer is not connected: its file is forgotten then."""
    if word in _PRINTING:
        return "printing"
    if word == "Paused":
        return "paused"
    if word != "Operational":
        return "busy" if firmware_state(word) == "ready" else "standby"
    outcome = record.outcome if record is not None else ""
    if done >= 1.0 or outcome == COMPLETED:
        return "complete"
    return "cancelled" if outcome == UNSUCCESSFUL else "standby"


def _part(whole_thing: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = whole_thing.get(name)
    return found if isinstance(found, Mapping) else {}
