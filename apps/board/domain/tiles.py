"""One printer at a glance: its four facts, what is on it, what is loaded, and what to press first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .floor_cards import ON_PRINTER, OVER, asks_for_its_bed, risks
from .known import Attempt, Loaded, Machine
from .promises import Promise, done_about, promise_of


class BedButton(StrEnum):
    """What the tile offers about the bed: it is there in every state in which nothing prints."""

    FIRST = "first"
    ALSO = "also"
    IS_CLEAR = "is_clear"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Tile:
    """A printer with what it does and holds. ``rank`` orders tiles: those that need somebody first, beds before all others."""

    machine: Machine
    attempt: Attempt | None
    loaded: tuple[Loaded, ...]
    bed_button: BedButton
    rank: int
    done_about: datetime | None = None
    promise: Promise | None = None
    risks: tuple[str, ...] = ()

    @property
    def prints(self) -> bool:
        """Does something of ours print on it, or stand still?"""
        return self.attempt is not None and self.attempt.state in ON_PRINTER

    @property
    def needs_somebody(self) -> bool:
        """Is there something only a person can do about it?"""
        return self.rank < _RUNNING


_BED, _WRONG, _JUDGE, _RUNNING, _FREE = range(5)


def tiles(machines: Iterable[Machine], attempts: Iterable[Attempt], loaded: Iterable[Loaded], now: datetime) -> tuple[Tile, ...]:
    """Return a tile for every printer: beds to clear, then what is wrong, then plates to judge, then what prints, then what is free."""
    on: dict[str, Attempt] = {}
    for attempt in sorted(attempts, key=_weight, reverse=True):
        if attempt.printer_id:
            on.setdefault(attempt.printer_id, attempt)
    spools: dict[str, list[Loaded]] = {}
    for one in loaded:
        spools.setdefault(one.printer_id, []).append(one)
    found = [_tile(machine, on.get(machine.id), tuple(spools.get(machine.id, ())), now) for machine in machines]
    return tuple(sorted(found, key=lambda tile: (tile.rank, tile.machine.code)))


def _weight(attempt: Attempt) -> tuple[bool, bool, str]:
    """Of several attempts at one printer the one on it counts, then a doubtful one, then the newest to be judged."""
    return (attempt.state in ON_PRINTER, attempt.desynced_since is not None, attempt.id)


def _tile(machine: Machine, attempt: Attempt | None, loaded: tuple[Loaded, ...], now: datetime) -> Tile:
    is_on_it = attempt is not None and attempt.state in ON_PRINTER
    return Tile(
        machine,
        attempt,
        loaded,
        _bed_button(machine, attempt),
        _rank(machine, attempt),
        done_about=done_about(attempt, now) if attempt is not None and attempt.state == "printing" else None,
        promise=promise_of(attempt, now) if attempt is not None and is_on_it else None,
        risks=risks(attempt, machine, now) if attempt is not None and is_on_it else (),
    )


def _bed_button(machine: Machine, attempt: Attempt | None) -> BedButton:
    """While something prints there is nothing to tap; while it is in doubt or silent the tap is kept as a note."""
    doubtful = attempt is not None and (attempt.desynced_since is not None or machine.connection != "ONLINE")
    if machine.occupancy != "FREE":
        return BedButton.ALSO if doubtful and machine.occupancy == "OURS" else BedButton.NONE
    if machine.bed == "CLEAR":
        return BedButton.IS_CLEAR
    return BedButton.FIRST if asks_for_its_bed(machine) and machine.connection == "ONLINE" and attempt is None else BedButton.ALSO


def _rank(machine: Machine, attempt: Attempt | None) -> int:
    is_over = attempt is not None and attempt.state in OVER
    if asks_for_its_bed(machine) and attempt is None and machine.connection == "ONLINE":
        return _BED
    doubtful = attempt is not None and (attempt.desynced_since is not None or attempt.state == "paused")
    if doubtful or machine.health != "OK" or machine.connection != "ONLINE" or machine.occupancy == "FOREIGN":
        return _WRONG
    if is_over:
        return _JUDGE
    return _RUNNING if attempt is not None else _FREE
