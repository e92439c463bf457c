"""What a machine said about itself at one moment, read without believing more than it proves. The words are Klipper's; other drivers use them too.

Machines are other people's software on other people's networks: any field may be absent, of another type, endless or not a number. Reading never
fails; what cannot be read counts as not said.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from .identity import MachineIdentity

LONGEST_TEXT = 500
"""Characters kept of anything a machine says."""

LONGEST_NAME = 120
NOBODY = MachineIdentity()
LARGEST_AMOUNT = 1e9
"""Of the seconds and millimetres that tell one print from another: nothing prints for thirty years."""

MOST_LAYERS = 10**6
"""A print of more is none."""

MOST_OBJECTS = 64
"""Of Klippy's objects kept at most."""

MOST_NAMES = 1000
"""Of parts that are left out."""

ENDED = ("complete", "cancelled", "error")
"""What Klipper calls a print that is over, until the next one."""

BROKEN = ("shutdown", "error")
"""What Klippy calls itself when nothing moves until somebody restarts it."""

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class HistoryJob:
    """One job of Moonraker's history. Its times are of the printer's own clock, which may be wrong; its status may never have been updated."""

    job_id: str
    filename: str
    status: str
    started_at: datetime | None
    ended_at: datetime | None
    print_s: float
    total_s: float
    metadata_uuid: str


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a machine knows of a stored file. ``uuid`` is new with other contents; ``print_start_time`` (their clock) is set once a job ran it.

    Machines without a history may say how the file's last print ended (``outcome``: completed, unsuccessful) and how long it took.
    """

    size: int
    uuid: str
    estimated_s: float | None
    print_start_time: float | None
    gcode_start: int | None = None
    gcode_end: int | None = None
    outcome: str = ""
    print_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything seen of one machine at one moment, from one source.

    ``reachable`` False: nothing was heard, all else is empty. ``access_ok`` False: something answers but does not let us in, or is something else
    (``trouble`` says which). Only ``klippy_state`` tells of a shutdown: ``print_state`` goes on saying "printing".
    """

    observed_at: datetime
    source: str
    reachable: bool = True
    access_ok: bool = True
    trouble: str = ""
    klippy_state: str = ""
    message: str = ""
    print_state: str = ""
    filename: str = ""
    is_active: bool = False
    is_paused: bool = False
    progress: float = 0.0
    layer: int | None = None
    layers: int | None = None
    print_s: float = 0.0
    total_s: float = 0.0
    filament_mm: float = 0.0
    print_message: str = ""
    klippy_pid: int | None = None
    eventtime: float = 0.0
    file_size: int | None = None
    nozzle_c: float | None = None
    nozzle_target_c: float | None = None
    bed_c: float | None = None
    bed_target_c: float | None = None
    current_object: str = ""
    excluded_objects: tuple[str, ...] = ()
    filament: tuple[tuple[str, bool | None], ...] = ()
    """Filament sensors that are switched on, by name: does it see any? None: not said."""
    history: HistoryJob | None = None
    metadata: FileFacts | None = None
    chosen: str = ""
    """The file that the next start is about, not started since it was chosen; only some machines have one."""
    ended_print: str = ""
    """What tells the print that ended last from every other; empty while something prints, and where a machine has nothing that does."""
    machine: MachineIdentity = NOBODY
    """Which machine says all this."""

    @property
    def filament_missing(self) -> bool:
        """Does the only filament sensor that is switched on see none? Of several, one may watch a lane that is empty and not printed from."""
        return len(self.filament) == 1 and self.filament[0][1] is False

    def sensors_that_see(self, has_filament: bool) -> frozenset[str]:
        """Return the names of the filament sensors that say this."""
        return frozenset(name for name, sees in self.filament if sees is has_filament)


@dataclass(frozen=True, slots=True)
class Reports:
    """Moonraker's answers as they came: ``server.info``, the queried objects with their ``eventtime``, ``printer.info``'s process id."""

    server: Mapping[str, Any]
    status: Mapping[str, Any]
    eventtime: float = 0.0
    klippy_pid: int | None = None
    current_file: FileFacts | None = None
    """Facts of the file that is loaded now, to leave its header and footer out of the progress."""
    history: HistoryJob | None = None
    metadata: FileFacts | None = None
    machine: MachineIdentity = NOBODY


def read(reports: Reports, *, observed_at: datetime, source: str) -> Observation:
    """Return what ``reports`` say."""
    stats, card = _part(reports.status, "print_stats"), _part(reports.status, "virtual_sdcard")
    excluding, layers = _part(reports.status, "exclude_object"), _part(stats, "info")
    nozzle, bed = _part(reports.status, "extruder"), _part(reports.status, "heater_bed")
    return Observation(
        observed_at=observed_at,
        source=source,
        klippy_state=klippy_state(reports.server, _part(reports.status, "webhooks")),
        message=text(_part(reports.status, "webhooks").get("state_message")),
        print_state=text(stats.get("state")),
        filename=text(stats.get("filename")),
        is_active=card.get("is_active") is True,
        is_paused=_part(reports.status, "pause_resume").get("is_paused") is True,
        progress=progress(card, reports.current_file),
        layer=_layer(layers.get("current_layer")),
        layers=_layer(layers.get("total_layer")),
        print_s=_amount(stats.get("print_duration")),
        total_s=_amount(stats.get("total_duration")),
        filament_mm=_amount(stats.get("filament_used")),
        print_message=text(stats.get("message")),
        klippy_pid=reports.klippy_pid,
        eventtime=reports.eventtime,
        file_size=whole(card.get("file_size")) or (reports.current_file.size if reports.current_file else None),
        nozzle_c=number(nozzle.get("temperature")),
        nozzle_target_c=number(nozzle.get("target")),
        bed_c=number(bed.get("temperature")),
        bed_target_c=number(bed.get("target")),
        current_object=text(excluding.get("current_object")),
        excluded_objects=_names(excluding.get("excluded_objects")),
        filament=_filament(reports.status),
        history=reports.history,
        metadata=reports.metadata,
        ended_print=_ended_print(stats),
        machine=reports.machine,
    )


def _ended_print(stats: Mapping[str, Any]) -> str:
    """Return the file and the times of a print that is over: they stay as they are until the next start, a reset, or a restart of Klippy."""
    if stats.get("state") not in ENDED or not (name := text(stats.get("filename"))):
        return ""
    took = "|".join(f"{min(_amount(stats.get(one)), LARGEST_AMOUNT):.3f}" for one in ("total_duration", "print_duration", "filament_used"))
    return f"{name.casefold()[:LONGEST_NAME]}|{took}"


def is_filament_sensor(name: str) -> bool:
    """Is this the name of a Klipper object that watches filament?"""
    return name.startswith(("filament_switch_sensor ", "filament_motion_sensor "))


def _filament(status: Mapping[str, Any]) -> tuple[tuple[str, bool | None], ...]:
    sensors = ((name, _part(status, name)) for name in sorted(filter(is_filament_sensor, status)))
    said = ((text(name), part.get("filament_detected")) for name, part in sensors if part.get("enabled") is True)
    return tuple((name, sees if isinstance(sees, bool) else None) for name, sees in said)


def klippy_state(server: Mapping[str, Any], webhooks: Mapping[str, Any]) -> str:
    """Return ready, startup, shutdown, error or disconnected: the worse of what Moonraker and Klippy say."""
    by_moonraker, by_klippy = text(server.get("klippy_state")), text(webhooks.get("state"))
    if server.get("klippy_connected") is False:
        return "disconnected"
    for said in (by_klippy, by_moonraker):
        if said in BROKEN:
            return said
    return by_klippy or by_moonraker


def progress(card: Mapping[str, Any], facts: FileFacts | None) -> float:
    """Return how much of the G-code proper was read, 0 to 1: a file's thumbnails and settings are no work."""
    raw = min(max(number(card.get("progress")) or 0.0, 0.0), 1.0)
    position = whole(card.get("file_position"))
    if facts is None or facts.gcode_start is None or facts.gcode_end is None or position is None or raw in (0.0, 1.0):
        return raw
    length = facts.gcode_end - facts.gcode_start
    return min(max((position - facts.gcode_start) / length, 0.0), 1.0) if length > 0 else raw


def history_job(job: Mapping[str, Any]) -> HistoryJob:
    """Read one job of ``server.history.list``."""
    return HistoryJob(
        job_id=text(job.get("job_id")),
        filename=text(job.get("filename")),
        status=text(job.get("status")),
        started_at=moment(job.get("start_time")),
        ended_at=moment(job.get("end_time")),
        print_s=_amount(job.get("print_duration")),
        total_s=_amount(job.get("total_duration")),
        metadata_uuid=text(_part(job, "metadata").get("uuid")),
    )


def file_facts(found: Mapping[str, Any]) -> FileFacts:
    """Read the answer of ``server.files.metadata``."""
    return FileFacts(
        size=whole(found.get("size")) or 0,
        uuid=text(found.get("uuid")),
        estimated_s=number(found.get("estimated_time")),
        print_start_time=number(found.get("print_start_time")),
        gcode_start=whole(found.get("gcode_start_byte")),
        gcode_end=whole(found.get("gcode_end_byte")),
    )


def unheard(*, observed_at: datetime, source: str, trouble: str, message: str = "", reachable: bool = False) -> Observation:
    """Return the observation of a machine that said nothing usable; ``reachable`` when something did answer."""
    return Observation(
        observed_at=observed_at, source=source, reachable=reachable, access_ok=not reachable, trouble=trouble, message=text(message)
    )


GRADUAL = frozenset(
    {*("observed_at", "source", "progress", "layer", "layers", "print_s", "total_s", "filament_mm", "eventtime")}
    | {*("file_size", "nozzle_c", "nozzle_target_c", "bed_c", "bed_target_c", "current_object", "history", "metadata")}
)
"""What changes all the time and only needs to be looked at now and then."""


def differs(before: Observation | None, after: Observation) -> bool:
    """Did anything change that somebody must know at once?"""
    return before is None or _at_once(before) != _at_once(after)


_at_once = attrgetter(*(field.name for field in fields(Observation) if field.name not in GRADUAL))

_GRADUAL_PARTS: Mapping[str, frozenset[str]] = {
    "print_stats": frozenset({"total_duration", "print_duration", "filament_used", "info"}),
    "virtual_sdcard": frozenset({"progress", "file_position", "file_size", "file_path"}),
    "exclude_object": frozenset({"current_object", "objects"}),
    "extruder": frozenset({"temperature", "target", "power"}),
    "heater_bed": frozenset({"temperature", "target", "power"}),
}


def is_pressing(change: Mapping[str, Any]) -> bool:
    """May a status update hold something that somebody must know at once? Most only move what is ``GRADUAL``, several times a second."""
    for name, values in change.items():
        gradual = _GRADUAL_PARTS.get(name)
        if gradual is None or not isinstance(values, Mapping) or not gradual.issuperset(values):
            return True
    return False


_READ: Mapping[str, frozenset[str]] = {
    "webhooks": frozenset({"state", "state_message"}),
    "print_stats": frozenset({"state", "filename", "message", "total_duration", "print_duration", "filament_used", "info"}),
    "virtual_sdcard": frozenset({"is_active", "progress", "file_position", "file_size"}),
    "pause_resume": frozenset({"is_paused"}),
    "exclude_object": frozenset({"current_object", "excluded_objects"}),
    "extruder": frozenset({"temperature", "target"}),
    "heater_bed": frozenset({"temperature", "target"}),
}
"""What ``read`` and samples look at. Nothing else is kept of what a machine says: it may say it for months, and anything."""

_READ_OF_SENSORS = frozenset({"enabled", "filament_detected"})


def merge(status: dict[str, Any], change: Mapping[str, Any]) -> None:
    """Lay a status update over what is known: object by object, field by field, and no more of it than ``read`` looks at."""
    for name, values in change.items():
        wanted = _READ.get(name) or (_READ_OF_SENSORS if is_filament_sensor(name) else None)
        if wanted is None or (name not in status and len(status) >= MOST_OBJECTS):
            continue
        told = {field: _short(value) for field, value in values.items() if field in wanted} if isinstance(values, Mapping) else None
        known = status.get(name)
        if told is not None and isinstance(known, dict):
            known.update(told)
        else:
            status[name] = told


def _short(value: Any) -> Any:
    return value[:LONGEST_TEXT] if isinstance(value, str) else value


def number(value: Any) -> float | None:
    """Return a finite number, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def whole(value: Any) -> int | None:
    """Return a number that fits 63 bits without its fraction, None for anything else."""
    found = number(value)
    return int(found) if found is not None and abs(found) < 2**63 else None


def _layer(value: Any) -> int | None:
    found = whole(value)
    return found if found is not None and 0 <= found <= MOST_LAYERS else None


def text(value: Any) -> str:
    """Return a text of bounded length without what controls a line or its direction, empty for anything else."""
    if not isinstance(value, str):
        return ""
    kept = value[:LONGEST_TEXT]
    return (kept if kept.isprintable() else _UNPRINTABLE.sub(" ", kept)).strip()


def _names(value: Any) -> tuple[str, ...]:
    """Return the names in a list, sorted, and no more than a print has parts; nothing for anything else."""
    named = (text(one) for one in value[:MOST_NAMES]) if isinstance(value, list) else ()
    return tuple(sorted(name for name in named if name))


def moment(value: Any) -> datetime | None:
    """Return a time told in seconds since 1970, None for anything else."""
    found = number(value)
    try:
        return datetime.fromtimestamp(found, tz=UTC) if found is not None else None
    except (OverflowError, OSError, ValueError):
        return None


def _amount(value: Any) -> float:
    return max(number(value) or 0.0, 0.0)


def _part(whole_thing: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = whole_thing.get(name)
    return found if isinstance(found, Mapping) else {}
