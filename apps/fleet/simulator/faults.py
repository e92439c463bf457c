"""What goes wrong between a client and a simulated Moonraker: on order, or by chance from a seed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from random import Random

KINDS = ("drop", "lose_reply", "delay", "duplicate", "refuse", "restart_klippy", "restart_moonraker")
"""drop: the request never arrives. lose_reply: it is followed, the answer is lost. delay: it is followed later. duplicate: a websocket's answer comes
twice. refuse: 500. restart_*: it is followed, then that process restarts."""


@dataclass(slots=True)
class Rule:
    """Do ``kind`` to the next ``times`` requests for ``method`` (empty: any)."""

    kind: str
    method: str = ""
    times: int = 1
    seconds: float = 1.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind!r} is none of {', '.join(KINDS)}")


class Faults:
    """The faults of one printer."""

    def __init__(self, printer: str) -> None:
        self._printer = printer
        self.rules: list[Rule] = []
        self._chances: dict[str, float] = {}
        self._seconds = 1.0
        self._random = Random(printer)  # noqa: S311 - faults must be repeatable
        self._calm = asyncio.Event()

    def by_chance(self, seed: int, chances: Mapping[str, float], *, seconds: float = 1.0) -> None:
        """Let each kind happen with its probability to every request; the same seed and requests give the same faults."""
        if wrong := [kind for kind in chances if kind not in KINDS]:
            raise ValueError(f"{wrong[0]!r} is none of {', '.join(KINDS)}")
        self._chances = {kind: float(chances[kind]) for kind in KINDS if kind in chances}
        self._seconds = seconds
        self._random = Random(f"{seed}:{self._printer}")  # noqa: S311 - faults must be repeatable

    def clear(self) -> None:
        """Nothing goes wrong any more; what is held back is followed now."""
        self.rules.clear()
        self._chances = {}
        self._calm.set()
        self._calm = asyncio.Event()

    async def hold_back(self, rule: Rule) -> None:
        """Let the time pass by which a request is late, or as much of it as passes until all is calm."""
        with suppress(TimeoutError):
            async with asyncio.timeout(rule.seconds):
                await self._calm.wait()

    def draw(self, method: str) -> Rule | None:
        """Return what to do to this request."""
        for rule in self.rules:
            if rule.method in ("", method):
                rule.times -= 1
                self.rules = [one for one in self.rules if one.times > 0]
                return rule
        lot = self._random.random() if self._chances else 1.0
        for kind, chance in self._chances.items():
            if lot < chance:
                return Rule(kind, seconds=self._random.uniform(0, self._seconds))
            lot -= chance
        return None
