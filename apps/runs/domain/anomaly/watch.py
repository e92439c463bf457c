"""Watching one attempt: the little that is remembered from look to look, and when a sign has held long enough to be told.

Pure: state and observation in, state and findings out. Forgetting the state only starts every timer anew; nothing is told wrongly by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from apps.fleet.domain.observation import Observation
from apps.runs.domain.machine_words import Word, word

from .detectors import DETECTORS
from .memory import HEATERS, Memory
from .values import Finding, Known, Sign

PULLED_MM = 50.0
"""Filament that is pulled back is no new count; more than this is."""

NOTHING: Mapping[str, datetime] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Watch:
    """What is remembered of an attempt.

    Args:
        memory: what the detectors compare a look with; None before the first one.
        since: kind → the first of the unbroken looks that saw its sign.
        told: kind → the last look that saw a sign that was told.
    """

    memory: Memory | None = None
    since: Mapping[str, datetime] = field(default_factory=lambda: NOTHING)
    told: Mapping[str, datetime] = field(default_factory=lambda: NOTHING)


def look(before: Watch, seen: Observation, known: Known) -> tuple[Watch, tuple[Finding, ...]]:
    """Return what is to be remembered after ``seen``, and what is to be told now.

    Args:
        before: what was remembered; ``Watch()`` for an attempt that is seen for the first time.
        seen: an observation of our file, printing or paused. One that is not newer than the last says nothing; one that is far older tells that the
            clock was set back, which is a gap like any other.
        known: what is on record of the attempt.
    """
    memory = before.memory
    apart = 0.0 if memory is None else _apart(memory.last.observed_at, seen)
    if memory is not None and -known.thresholds.gap_s <= apart <= 0:
        return before, ()
    is_broken = abs(apart) > known.thresholds.gap_s
    memory = begun(seen) if memory is None or is_broken else remembered(memory, seen, known)
    signs = {sign.kind: sign for detector in DETECTORS if (sign := detector(memory, seen, known)) is not None}
    unbroken = NOTHING if is_broken else before.since
    since = {kind: unbroken.get(kind, seen.observed_at) for kind in signs}
    told = {
        kind: seen.observed_at if kind in signs else at
        for kind, at in before.told.items()
        if kind in signs or _apart(at, seen) <= known.thresholds.clear_s
    }
    findings = tuple(
        Finding(kind, sign.severity, sign.since or since[kind], sign.evidence)
        for kind, sign in signs.items()
        if kind not in told and _apart(since[kind], seen) >= sign.hold_s
    )
    told |= {finding.kind: seen.observed_at for finding in findings}
    return Watch(memory, since, told), findings


def begun(seen: Observation) -> Memory:
    """Return what is remembered of a first look, or of one after a gap: only itself."""
    return Memory(last=seen, state_since=seen.observed_at, moved=seen, fed=seen, reached={}, emptied={})


def remembered(memory: Memory, seen: Observation, known: Known) -> Memory:
    """Return what is remembered after another look."""
    emptied = _emptied(memory, seen)
    if word(seen) is not word(memory.last) or seen.print_s < memory.last.print_s:
        return replace(begun(seen), emptied=emptied)
    limits = known.thresholds
    heats = any(heater.is_on_the_way(seen, memory.reached, limits.reached_c) for heater in HEATERS)
    rests = heats or word(seen) is Word.PAUSED
    has_fed = seen.filament_mm >= memory.fed.filament_mm + limits.filament_mm
    starts_over = seen.filament_mm < memory.fed.filament_mm - PULLED_MM
    reached = ((heater.name, heater.reached(seen, memory.reached, limits.reached_c)) for heater in HEATERS)
    return replace(
        memory,
        last=seen,
        moved=seen if rests or has_fed or _where(seen) != _where(memory.moved) else memory.moved,
        fed=seen if rests or has_fed or starts_over else memory.fed,
        has_fed=memory.has_fed or (has_fed and seen.filament_mm > 0),
        warm_since=None if heats or seen.print_s > 0 else memory.warm_since or seen.observed_at,
        heating_since=(memory.heating_since or seen.observed_at) if heats else None,
        cold=(memory.cold or (seen if memory.last.nozzle_target_c else None)) if seen.nozzle_target_c == 0 else None,
        reached={name: target for name, target in reached if target is not None},
        emptied=emptied,
    )


def _emptied(memory: Memory, seen: Observation) -> Mapping[str, datetime]:
    """Return since when filament sensors see none that saw some; what somebody takes out while it stands still is none of that."""
    empty, stands_still = seen.sensors_that_see(False), word(seen) is word(memory.last) is Word.PAUSED
    newly = frozenset() if stands_still else memory.last.sensors_that_see(True)
    return {name: memory.emptied.get(name, seen.observed_at) for name in empty if name in memory.emptied or name in newly}


def _where(seen: Observation) -> tuple[object, ...]:
    return (seen.progress, seen.layer, seen.current_object)


def _apart(then: datetime, seen: Observation) -> float:
    return (seen.observed_at - then).total_seconds()


__all__ = ["Finding", "Known", "Sign", "Watch", "look"]
