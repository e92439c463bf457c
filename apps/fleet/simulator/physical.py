"""What physically happened: an append-only log that farmos never sees, and its reading. The judge of "nothing printed twice".

One JSON object a line in ``physical.jsonl``, written and fsynced before the simulated machine goes on. Whether a bed is occupied is read from it,
so it survives everything the simulator's process does not.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

FILE = "physical.jsonl"
"""Its name in the state directory."""

POWER_CUT = "power_cut"


@dataclass(slots=True)
class Print:
    """One physical print: everything between a start and its end."""

    printer: str
    job: int
    path: str
    sha256: str
    started_at: str
    bed_was_occupied: bool
    """True: a collision. The print began on top of something."""
    has_material: bool = False
    """Did anything leave the nozzle?"""
    outcome: str = ""
    """complete, cancelled, error, shutdown, restart, replaced, power_cut, reset; empty while it lasts."""
    ended_at: str = ""
    printed: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)

    @property
    def unfinished(self) -> list[str]:
        """Objects of the file that came out neither whole nor were left out."""
        return [name for name in self.objects if name not in self.printed and name not in self.excluded]


def read_events(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the log's lines in order. A torn last line was never finished, so it says nothing.

    Raises:
        ValueError: a line in the middle is broken; the log is not to be trusted.
    """
    if not path.exists():
        return
    *whole, _torn = path.read_bytes().split(b"\n")
    for number, line in enumerate(whole, start=1):
        try:
            yield json.loads(line)
        except ValueError as problem:
            raise ValueError(f"{path}, line {number} is broken") from problem


def physical_account(path: Path) -> dict[str, list[Print]]:
    """Return, for each printer, everything it printed, in order. ``path``: the log, or the state directory it is in."""
    account: dict[str, list[Print]] = {}
    for event in read_events(path / FILE if path.is_dir() else path):
        prints = account.setdefault(event["printer"], [])
        if event["event"] == "start":
            names = ("printer", "job", "path", "sha256", "bed_was_occupied", "objects")
            prints.append(Print(started_at=event["at"], **{name: event[name] for name in names}))
            continue
        open_one = next((one for one in reversed(prints) if one.job == event.get("job")), None)
        if open_one is None:
            continue
        match event["event"]:
            case "material":
                open_one.has_material = True
            case "object_printed":
                open_one.printed.append(event["object"])
            case "object_excluded":
                open_one.excluded.append(event["object"])
            case "end":
                open_one.outcome, open_one.ended_at = event["outcome"], event["at"]
    return account


class PhysicalLog:
    """The log, open for writing. One process writes it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = path.read_bytes() if path.exists() else b""
        whole = kept[: kept.rfind(b"\n") + 1]
        self._out: BinaryIO = path.open("ab", buffering=0)
        if len(whole) != len(kept):
            self._out.truncate(len(whole))
        self.path = path

    def write(self, printer: str, event: str, **values: Any) -> None:
        """Append one event; it is on the disk when this returns."""
        line = {"at": datetime.now(tz=UTC).isoformat(), "printer": printer, "event": event, **values}
        self._out.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        os.fsync(self._out.fileno())

    def close(self) -> None:
        """Close the file."""
        self._out.close()


class Bed:
    """One printer's bed, as the log has it: what lies on it stays there until somebody takes it off, whatever the electronics think."""

    def __init__(self, log: PhysicalLog, printer: str) -> None:
        self._log = log
        self._printer = printer
        self.is_occupied = False
        self._job = 0
        self._is_open = False
        for event in read_events(log.path):
            if event["printer"] == printer:
                self._remember(event)
        if self._is_open:
            self.end(POWER_CUT)

    def _remember(self, event: dict[str, Any]) -> None:
        match event["event"]:
            case "start":
                self._job, self._is_open = event["job"], True
            case "end":
                self._is_open = False
            case "material":
                self.is_occupied = True
            case "bed_cleared":
                self.is_occupied = False

    def start(self, path: str, sha256: str, objects: tuple[str, ...]) -> int:
        """Begin a print; return its number. Onto an occupied bed it is a collision, and is recorded as one."""
        self._job += 1
        self._is_open = True
        self._write("start", path=path, sha256=sha256, bed_was_occupied=self.is_occupied, collision=self.is_occupied, objects=list(objects))
        return self._job

    def material(self) -> None:
        """Something leaves the nozzle: from here on the bed is occupied."""
        self.is_occupied = True
        self._write("material")

    def object_printed(self, name: str) -> None:
        """The last of one object came out."""
        self._write("object_printed", object=name)

    def object_excluded(self, name: str) -> None:
        """One object will not be finished."""
        self._write("object_excluded", object=name)

    def end(self, outcome: str) -> None:
        """The print is over, however; once for each start."""
        if self._is_open:
            self._is_open = False
            self._write("end", outcome=outcome)

    def clear(self) -> None:
        """A person takes everything off."""
        self.is_occupied = False
        self._log.write(self._printer, "bed_cleared")

    def _write(self, event: str, **values: Any) -> None:
        self._log.write(self._printer, event, job=self._job, **values)
