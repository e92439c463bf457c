"""The detectors: each looks at one observation beside what is remembered, and says whether something is wrong at this moment.

A detector judges only what the machine says. What it does not say is not known, and what is not known is no sign. How long a sign must hold is
part of it; timers and "told already" are in ``watch.py``, so that a detector remembers nothing. How to add one:
``docs/contributors/adding-a-detector.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from apps.fleet.domain.observation import Observation
from apps.runs.domain.machine_words import Word, word

from .memory import HEATERS, Heater, Memory
from .values import Known, Sign

URGENT, ATTENTION = "urgent", "attention"
Detector = Callable[[Memory, Observation, Known], Sign | None]


def thermal_runaway(memory: Memory, seen: Observation, known: Known) -> Sign | None:
    """A heater that had reached its target is far above it."""
    for heater in _judged(seen, known):
        off = _off_target(heater, memory, seen)
        if off is not None and off >= known.thresholds.runaway_c:
            return Sign("THERMAL_RUNAWAY", URGENT, _heat(heater, seen, known.thresholds.runaway_c), known.thresholds.runaway_s)
    return None


def temp_drift(memory: Memory, seen: Observation, known: Known) -> Sign | None:
    """A heater that had reached its target is off it (not so far above that it runs away), or the nozzle was switched off while the print goes on."""
    if not _is_steady(memory, seen, known):
        return None
    limits = known.thresholds
    for heater in _judged(seen, known):
        limit = limits.nozzle_c if heater.name == "nozzle" else limits.bed_c
        off = _off_target(heater, memory, seen)
        if off is not None and abs(off) >= limit and off < limits.runaway_c:
            return Sign("TEMP_DRIFT", URGENT, _heat(heater, seen, limit), limits.drift_s)
    if known.has_one_nozzle and memory.cold is not None and _goes_on_since(memory.cold, seen, known) and not _is_ending(seen, known):
        return Sign("TEMP_DRIFT", URGENT, {"heater": "nozzle", "cause": "off", "measured": seen.nozzle_c, "target": 0}, limits.off_s)
    return None


def filament_runout(memory: Memory, seen: Observation, known: Known) -> Sign | None:
    """The only filament sensor sees none, or one of several lost it just before the machine paused: a lane may be empty all the time."""
    if not _ran_out(memory, seen, known) or known.wish == "abort":
        return None
    return Sign("FILAMENT_RUNOUT", URGENT, {"state": seen.print_state, **_far(seen)}, known.thresholds.runout_s)


def _ran_out(memory: Memory, seen: Observation, known: Known) -> bool:
    """Is it proved that the filament this prints from is missing?"""
    if seen.filament_missing or word(seen) is not Word.PAUSED:
        return seen.filament_missing
    return any((memory.state_since - at).total_seconds() <= known.thresholds.emptied_s for at in memory.emptied.values())


def unexpected_pause(memory: Memory, seen: Observation, known: Known) -> Sign | None:
    """It stands still; nobody asked farmos for that, and neither the plan nor the filament explains it."""
    if word(seen) is not Word.PAUSED or known.state != "paused" or known.reason != "UNKNOWN" or known.wish:
        return None
    if known.stops_itself or _ran_out(memory, seen, known):
        return None
    return Sign("UNEXPECTED_PAUSE", ATTENTION, {"said": seen.print_message, **_far(seen)}, known.thresholds.pause_s)


def progress_stuck(memory: Memory, seen: Observation, known: Known) -> Sign | None:
    """It says that it prints, is warm, and nothing at all gets further."""
    if not _is_steady(memory, seen, known):
        return None
    if memory.heating_since is not None:
        return _never_warm(memory.heating_since, seen, known)
    still_s = (seen.observed_at - memory.moved.observed_at).total_seconds()
    limit = known.thresholds.still_s if seen.nozzle_target_c == 0 else known.thresholds.stuck_s
    if still_s < limit or seen.print_s <= 0:
        return None
    return Sign("PROGRESS_STUCK", ATTENTION, {"for_s": round(still_s), "limit_s": limit, **_far(seen)}, since=memory.moved.observed_at)


def _never_warm(since: datetime, seen: Observation, known: Known) -> Sign | None:
    """It waits for a heater that does not get there."""
    waited = (seen.observed_at - since).total_seconds()
    if waited < known.thresholds.heat_s:
        return None
    temperatures = {
        "nozzle_c": seen.nozzle_c,
        "nozzle_target_c": seen.nozzle_target_c,
        "bed_c": seen.bed_c,
        "bed_target_c": seen.bed_target_c,
    }
    evidence = {"cause": "heating", "for_s": round(waited), "limit_s": known.thresholds.heat_s, **temperatures}
    return Sign("PROGRESS_STUCK", ATTENTION, evidence, since=since)


def no_extrusion(memory: Memory, seen: Observation, known: Known) -> Sign | None:
    """The file is being read on, and no filament is pushed any more. Only where a machine was seen to count it."""
    limits = known.thresholds
    if not memory.has_fed or not _is_steady(memory, seen, known) or _is_ending(seen, known):
        return None
    for_s = (seen.observed_at - memory.fed.observed_at).total_seconds()
    gone_on = seen.progress - memory.fed.progress
    if for_s < limits.starved_s or gone_on < limits.starved_share:
        return None
    evidence = {"for_s": round(for_s), "limit_s": limits.starved_s, "filament_mm": round(seen.filament_mm, 1), "gone_on": round(gone_on, 4)}
    return Sign("NO_EXTRUSION", URGENT, {**evidence, **_far(seen)}, since=memory.fed.observed_at)


def first_layer_risk(memory: Memory, seen: Observation, known: Known) -> Sign | None:
    """The first layer does not come: it was warm long ago and pushed nothing yet, or is at it far longer than it may be."""
    if not _is_steady(memory, seen, known):
        return None
    limits = known.thresholds
    if memory.warm_since is not None and (waited := (seen.observed_at - memory.warm_since).total_seconds()) >= limits.begin_s:
        return Sign("FIRST_LAYER_RISK", ATTENTION, {"cause": "not_begun", "for_s": round(waited), "limit_s": limits.begin_s})
    if seen.layer is None or seen.layers is None or seen.layers < 2 or seen.layer > 1 or known.estimated_s <= 0:
        return None
    share = max(limits.first_share, limits.first_layers / seen.layers)
    limit = max(limits.first_least_s, share * known.estimated_s)
    if seen.print_s < limit:
        return None
    evidence = {"cause": "slow", "for_s": round(seen.print_s), "limit_s": round(limit), "layers": seen.layers}
    return Sign("FIRST_LAYER_RISK", ATTENTION, {**evidence, **_far(seen)})


def duration_anomaly(memory: Memory, seen: Observation, known: Known) -> Sign | None:
    """It takes far longer than its file says. Pauses and heating up do not count."""
    limits = known.thresholds
    if known.estimated_s <= 0 or not _is_steady(memory, seen, known) or _is_ending(seen, known):
        return None
    limit = limits.duration_share * known.estimated_s + limits.duration_least_s
    if seen.print_s < limit:
        return None
    evidence = {"for_s": round(seen.print_s), "limit_s": round(limit), "estimated_s": round(known.estimated_s)}
    return Sign("DURATION_ANOMALY", ATTENTION, {**evidence, **_far(seen)})


DETECTORS: tuple[Detector, ...] = (
    thermal_runaway,
    temp_drift,
    filament_runout,
    unexpected_pause,
    progress_stuck,
    no_extrusion,
    first_layer_risk,
    duration_anomaly,
)


def _is_steady(memory: Memory, seen: Observation, known: Known) -> bool:
    """Does it print, nobody wants otherwise, and has it for long enough to be judged?"""
    if word(seen) is not Word.PRINTING or known.state != "printing" or known.wish in ("pause", "abort"):
        return False
    return memory.lasted_s(seen) >= known.thresholds.settle_s


def _is_ending(seen: Observation, known: Known) -> bool:
    """Is what is left of the file its end: cooling down, parking, the slicer's settings?"""
    return seen.progress >= known.thresholds.end_share or (seen.layers is not None and seen.layer is not None and seen.layer >= seen.layers)


def _goes_on_since(then: Observation, seen: Observation, known: Known) -> bool:
    """Was more of the file read since then, or filament pushed?"""
    return seen.progress > then.progress + known.thresholds.off_share or seen.filament_mm >= then.filament_mm + known.thresholds.filament_mm


def _judged(seen: Observation, known: Known) -> tuple[Heater, ...]:
    return tuple(heater for heater in HEATERS if heater.name != "nozzle" or known.has_one_nozzle)


def _off_target(heater: Heater, memory: Memory, seen: Observation) -> float | None:
    """Return by how much a heater is above (below: negative) a target it had reached; None: it is on the way to it, off, or not known."""
    temperature, target = heater.temperature(seen), heater.target(seen)
    if temperature is None or not target or memory.reached.get(heater.name) != target:
        return None
    return temperature - target


def _heat(heater: Heater, seen: Observation, limit: float) -> dict[str, object]:
    return {"heater": heater.name, "measured": heater.temperature(seen), "target": heater.target(seen), "limit_c": limit, **_far(seen)}


def _far(seen: Observation) -> dict[str, object]:
    """Return how far the print was."""
    return {"percent": round(seen.progress * 100, 1), **({"layer": seen.layer} if seen.layer is not None else {})}
