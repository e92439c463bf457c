"""Watching a machine that tells nothing by itself: ask, tell what changed, wait."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

from apps.fleet.domain import observation
from apps.fleet.domain.observation import Observation
from apps.fleet.domain.telemetry import sample_of

from .contract import OnObservation, OnSample, Pace


async def ask_for_ever(look: Callable[[], Awaitable[Observation]], on_observation: OnObservation, on_sample: OnSample, pace: Pace) -> None:
    """Look every ``ask_s``, less often while nobody answers, and tell what changed at once, the rest every ``coarse_s``."""
    told: Observation | None = None
    told_at, failures = 0.0, 0
    while True:
        seen, now = await look(), asyncio.get_running_loop().time()
        if observation.differs(told, seen) or now >= told_at + pace.coarse_s:
            told, told_at = seen, now
            await on_observation(seen)
        if seen.reachable and seen.access_ok:
            on_sample(sample_of(seen))
        failures = 0 if seen.access_ok and seen.reachable else failures + 1
        await asyncio.sleep(_wait_s(pace, failures))


def _wait_s(pace: Pace, failures: int) -> float:
    """Return how long to wait: twice as long with each failure, and never the same for all printers."""
    if not failures:
        return pace.ask_s
    return min(pace.longest_retry_s, pace.first_retry_s * 2.0 ** min(failures, 16)) * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load
