"""What physically happened: an append-only log that farmos never sees, and its reading. The judge of "nothing printed twice".

One JSON object a line in ``physical.jsonl``, written and fsynced before the simulated machine goes on. Whether a bed is occupied is read from it,
so it survives everything the simulator's process does not.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
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


@dataclass(slots=True)
class State:
    """What the log so far comes to for one printer."""

    job: int = 0
    is_open: bool = False
    is_occupied: bool = False

    def take(self, event: dict[str, Any]) -> None:
        """Take one event in."""
        match event["event"]:
            case "start":
                self.job, self.is_open = event["job"], True
            case "end":
                self.is_open = False
            case "material":
                self.is_occupied = True
            case "bed_cleared":
                self.is_occupied = False


class PhysicalLog:
    """The log, open for writing. One process writes it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = path.read_bytes() if path.exists() else b""
        whole = kept[: kept.rfind(b"\n") + 1]
        self.path = path
        self.states: defaultdict[str, State] = defaultdict(State)
        for event in read_events(path):
            self.states[event["printer"]].take(event)
        self._out: BinaryIO = path.open("ab", buffering=0)
        if len(whole) != len(kept):
            self._out.truncate(len(whole))

    def write(self, printer: str, event: str, **values: Any) -> None:
        """Append one event; it is on the disk when this returns."""
        line = {"at": datetime.now(tz=UTC).isoformat(), "printer": printer, "event": event, **values}
        self._out.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        os.fsync(self._out.fileno())
        self.states[printer].take(line)

    def close(self) -> None:
        """Close the file."""
        self._out.close()


class Bed:
    """One printer's bed, as the log has it: what lies on it stays there until somebody takes it off, whatever the electronics think.

    A print that the log left open had a power cut.
    """

    def __init__(self, log: PhysicalLog, printer: str) -> None:
        self._log = log
        self._printer = printer
        self.end(POWER_CUT)

    @property
    def _state(self) -> State:
        return self._log.states[self._printer]

    @property
    def is_occupied(self) -> bool:
        """Does anything lie on it?"""
        return self._state.is_occupied

    def start(self, path: str, sha256: str, objects: tuple[str, ...]) -> int:
        """Begin a print; return its number. Onto an occupied bed it is a collision, and is recorded as one."""
        job, occupied = self._state.job + 1, self.is_occupied
        known = {"path": path, "sha256": sha256, "bed_was_occupied": occupied, "collision": occupied, "objects": list(objects)}
        self._log.write(self._printer, "start", job=job, **known)
        return job

    def material(self) -> None:
        """Something leaves the nozzle: from here on the bed is occupied."""
        self._write("material")

    def object_printed(self, name: str) -> None:
        """The last of one object came out."""
        self._write("object_printed", object=name)

    def object_excluded(self, name: str) -> None:
        """One object will not be finished."""
        self._write("object_excluded", object=name)

    def end(self, outcome: str) -> None:
        """The print is over, however; once for each start."""
        if self._state.is_open:
            self._write("end", outcome=outcome)

    def clear(self) -> None:
        """A person takes everything off."""
        self._log.write(self._printer, "bed_cleared")

    def _write(self, event: str, **values: Any) -> None:
        self._log.write(self._printer, event, job=self._state.job, **values)
