"""Streams of observations as a machine tells them, made from what physically happens: a print of any length, speed and shape, and its faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from apps.fleet.domain.observation import Observation
from apps.runs.domain.anomaly import Finding, Known, Watch, look
from tests.factories.context import NOW
from tests.runs.machine import OURS, saw

NOZZLE_C, BED_C, ROOM_C = 215.0, 60.0, 22.0
Change = Callable[[Observation], Observation]


@dataclass(frozen=True)
class Print:
    """A print as it is planned, and as it goes.

    Args:
        seconds: how long it takes once it is warm.
        layers: how many layers it has; 0: its file does not say.
        bend: progress is share of time to this power: bytes and seconds are not the same.
        every_s: how far apart the looks are.
        heat_s: how long it heats up.
        filament_mm: what it pushes in all; 0: the machine does not count.
    """

    seconds: float = 3600.0
    layers: int = 100
    bend: float = 1.0
    every_s: float = 5.0
    heat_s: float = 240.0
    filament_mm: float = 12_000.0

    def at(self, t: float) -> Observation:
        """Return what the machine says ``t`` seconds after the start."""
        now = NOW + timedelta(seconds=t)
        warm = min(t / self.heat_s, 1.0)
        heat = {
            "nozzle_c": ROOM_C + (NOZZLE_C - ROOM_C) * warm,
            "bed_c": ROOM_C + (BED_C - ROOM_C) * warm,
            "nozzle_target_c": NOZZLE_C,
            "bed_target_c": BED_C,
        }
        printed = max(t - self.heat_s, 0.0)
        share = min(printed / self.seconds, 1.0)
        layer = min(int(share * self.layers) + 1, self.layers) if self.layers and printed else None
        return saw(
            "printing",
            OURS,
            observed_at=now,
            progress=share**self.bend,
            layer=layer,
            layers=self.layers or None,
            print_s=printed,
            total_s=t,
            filament_mm=self.filament_mm * share,
            **heat,
        )

    def seen(self, until: float = 1.0) -> Iterator[Observation]:
        """Yield what the machine says from the start to this share of the print, look after look."""
        t = 0.0
        while t < self.heat_s + self.seconds * until:
            yield self.at(t)
            t += self.every_s


def after(seconds: float, change: Change, stream: Iterable[Observation]) -> Iterator[Observation]:
    """Yield a stream; from ``seconds`` after its beginning on it is changed."""
    for seen in stream:
        yield change(seen) if (seen.observed_at - NOW).total_seconds() >= seconds else seen


def cooling(seen: Observation) -> Observation:
    """The nozzle's heater is broken: it does not get warmer than this."""
    return replace(seen, nozzle_c=180.0)


def watched(stream: Iterable[Observation], known: Known | Callable[[Observation], Known] | None = None) -> list[tuple[float, Finding]]:
    """Watch a stream from a fresh start and return what was told, with the seconds after the beginning at which it was."""
    watch, told = Watch(), []
    for seen in stream:
        given = known(seen) if callable(known) else known or Known()
        watch, findings = look(watch, seen, given)
        told += [((seen.observed_at - NOW).total_seconds(), finding) for finding in findings]
    return told


def kinds(told: list[tuple[float, Finding]]) -> list[str]:
    """Return which kinds were told, in order."""
    return [finding.kind for _at, finding in told]
