"""May this machine print that? Pure: values in, what does not fit out.

Unknown is never a match: a nozzle, a feed or a sheet nobody has looked at does not fit whatever is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

CODES = (
    "process",
    "class",
    "width",
    "depth",
    "height",
    "nozzle",
    "nozzle_material",
    "nozzle_temperature",
    "bed_temperature",
    "chamber_temperature",
    "enclosure",
    "material_flag",
    "tag",
    "sheet",
    "material",
    "color",
    "filament_amount",
)
"""Every way in which a machine can miss what is wanted."""

_CLOSEDNESS = {"open": 0, "closed": 1, "heated": 2}
_HARD_NOZZLES = frozenset({"hardened", "ruby"})


@dataclass(frozen=True, slots=True)
class WantedMaterial:
    """What one material slot asks for. ``family`` empty, ``material`` or ``color`` None: any will do. ``mg``: how much it takes."""

    family: str = ""
    material: str | None = None
    color: str | None = None
    mg: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a plate asks of a machine. Lengths are µm, temperatures °C; the defaults ask for nothing.

    Args:
        process: The technology.
        printer_class: ``key@version`` the output was made for; empty: any.
        size_um: Width, depth and height of everything on the plate.
        nozzle_um: Diameter; None: any.
        nozzle_c: Highest nozzle temperature.
        bed_c: Highest bed temperature.
        chamber_c: Chamber temperature; 0: none.
        enclosure: ``closed`` or ``heated``; empty or ``open``: any.
        flags: What the material asks for (``abrasive``, ``flexible`` …).
        tags: Words the plan asks for.
        sheet: Build sheet; empty: any.
        materials: One entry for each material slot, in the order of the feeds.
    """

    process: str = "fff"
    printer_class: str = ""
    size_um: tuple[int, int, int] = (0, 0, 0)
    nozzle_um: int | None = None
    nozzle_c: int = 0
    bed_c: int = 0
    chamber_c: int = 0
    enclosure: str = ""
    flags: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    sheet: str = ""
    materials: tuple[WantedMaterial, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """What is in one feed. ``content`` is ``loaded``, ``empty`` or ``unknown``; ``remaining_mg`` None: nobody knows."""

    content: str = "unknown"
    family: str = ""
    material: str | None = None
    color: str | None = None
    remaining_mg: int | None = None
    spool: str | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """What is known about a machine. None, an empty sheet and ``unknown`` mean that nobody knows; a capability that was never recorded is None."""

    process: str | None = None
    printer_class: str = ""
    volume_um: tuple[int, int, int] | None = None
    nozzle_um: int | None = None
    nozzle_material: str = "unknown"
    max_nozzle_c: int | None = None
    max_bed_c: int | None = None
    max_chamber_c: int | None = None
    enclosure: str | None = None
    flags: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    sheet: str = ""
    feeds: tuple[Loaded, ...] = ()


@dataclass(frozen=True, slots=True)
class Misfit:
    """One thing that does not fit: which, what is wanted, what the machine has (None: not known)."""

    code: str
    wanted: Any
    has: Any


def misfits(wanted: Wanted, machine: Machine) -> list[Misfit]:
    """Return everything in which ``machine`` misses what is ``wanted``; an empty list means that it fits."""
    return [*_of_the_machine(wanted, machine), *_of_the_fittings(wanted, machine), *_of_the_feeds(wanted, machine)]


def _of_the_machine(wanted: Wanted, machine: Machine) -> Iterator[Misfit]:
    if wanted.process != machine.process:
        yield Misfit("process", wanted.process, machine.process)
    if wanted.printer_class and wanted.printer_class != machine.printer_class:
        yield Misfit("class", wanted.printer_class, machine.printer_class or None)
    volume = machine.volume_um or (None, None, None)
    for code, size, room in zip(("width", "depth", "height"), wanted.size_um, volume, strict=True):
        yield from _at_most(code, size, room)
    yield from _at_most("nozzle_temperature", wanted.nozzle_c, machine.max_nozzle_c)
    yield from _at_most("bed_temperature", wanted.bed_c, machine.max_bed_c)
    yield from _at_most("chamber_temperature", wanted.chamber_c, machine.max_chamber_c)
    if _CLOSEDNESS.get(wanted.enclosure, 0) > _CLOSEDNESS.get(machine.enclosure or "", 0):
        yield Misfit("enclosure", wanted.enclosure, machine.enclosure)
    for flag in sorted(wanted.flags - machine.flags):
        yield Misfit("material_flag", flag, sorted(machine.flags))
    for tag in sorted(wanted.tags - machine.tags):
        yield Misfit("tag", tag, sorted(machine.tags))


def _at_most(code: str, wanted: int, limit: int | None) -> Iterator[Misfit]:
    """Nothing wanted fits everything; something wanted needs a known limit that it keeps."""
    if wanted > 0 and (limit is None or wanted > limit):
        yield Misfit(code, wanted, limit)


def _of_the_fittings(wanted: Wanted, machine: Machine) -> Iterator[Misfit]:
    if wanted.nozzle_um is not None and wanted.nozzle_um != machine.nozzle_um:
        yield Misfit("nozzle", wanted.nozzle_um, machine.nozzle_um)
    if "abrasive" in wanted.flags and machine.nozzle_material not in _HARD_NOZZLES:
        yield Misfit("nozzle_material", "hardened", None if machine.nozzle_material == "unknown" else machine.nozzle_material)
    if wanted.sheet and wanted.sheet != machine.sheet:
        yield Misfit("sheet", wanted.sheet, machine.sheet or None)


def _of_the_feeds(wanted: Wanted, machine: Machine) -> Iterator[Misfit]:
    for slot, asked in enumerate(wanted.materials):
        feed = machine.feeds[slot] if slot < len(machine.feeds) else Loaded("empty")
        if feed.content != "loaded":
            yield Misfit("material", asked.material or asked.family, "empty" if feed.content == "empty" else None)
            continue
        if (asked.material is not None and asked.material != feed.material) or (asked.family and asked.family != feed.family):
            yield Misfit("material", asked.material or asked.family, feed.material or feed.family or None)
        if asked.color is not None and asked.color != feed.color:
            yield Misfit("color", asked.color, feed.color)
        if feed.remaining_mg is not None and feed.remaining_mg < asked.mg:
            yield Misfit("filament_amount", asked.mg, feed.remaining_mg)
