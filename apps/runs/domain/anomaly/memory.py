"""What is remembered of an attempt from look to look, and what its heaters are doing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from apps.fleet.domain.observation import Observation


@dataclass(frozen=True, slots=True)
class Memory:
    """Looks at one attempt that follow each other without a gap, while it does the same.

    Args:
        last: the last look.
        state_since: since when it has been seen doing what it does (printing, paused).
        moved: the last look at which anything had got further, or was not to.
        fed: the last look at which filament had been pushed, or was not to be.
        reached: heater → the target it has reached; a new target forgets it.
        emptied: filament sensor that sees none → the look that no longer saw any, while it printed or as it stopped.
        has_fed: was filament seen to be pushed at all? Machines that do not count it say 0 for ever.
        warm_since: since when it is warm and has pushed nothing yet.
        heating_since: since when a heater has been on its way to a target.
        cold: the first look at which the nozzle was switched off, having been on.
    """

    last: Observation
    state_since: datetime
    moved: Observation
    fed: Observation
    reached: Mapping[str, float]
    emptied: Mapping[str, datetime]
    has_fed: bool = False
    warm_since: datetime | None = None
    heating_since: datetime | None = None
    cold: Observation | None = None

    def lasted_s(self, seen: Observation) -> float:
        """Return for how long it has been seen doing what it does."""
        return (seen.observed_at - self.state_since).total_seconds()


@dataclass(frozen=True, slots=True)
class Heater:
    """One of the two heaters that machines tell about."""

    name: str

    def temperature(self, seen: Observation) -> float | None:
        """Return how warm it is; None: not said."""
        return seen.nozzle_c if self.name == "nozzle" else seen.bed_c

    def target(self, seen: Observation) -> float | None:
        """Return how warm it is to be, 0 for off; None: not said."""
        return seen.nozzle_target_c if self.name == "nozzle" else seen.bed_target_c

    def reached(self, seen: Observation, before: Mapping[str, float], near_c: float) -> float | None:
        """Return the target it has reached by now, or had reached before and still has; None: it is on the way, or nobody knows."""
        temperature, target = self.temperature(seen), self.target(seen)
        if temperature is None or not target:
            return None
        if before.get(self.name) == target or abs(temperature - target) <= near_c:
            return target
        return None

    def is_on_the_way(self, seen: Observation, before: Mapping[str, float], near_c: float) -> bool:
        """Is it heating up, or cooling down, to a target it has not reached?"""
        return bool(self.target(seen)) and self.temperature(seen) is not None and self.reached(seen, before, near_c) is None


HEATERS = (Heater("nozzle"), Heater("bed"))
