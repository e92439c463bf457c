"""When a machine is called silent: so long after the last thing it said, which need not be a change."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from apps.fleet.domain.observation import Observation, unheard
from apps.fleet.models import Printer
from apps.fleet.states import Connection
from apps.journal import clock
from apps.runs.connector.awake import STEP_S, AwakeClock
from apps.runs.connector.following import Pace
from tests.factories.fleet import make_printer
from tests.runs.listening import follow
from tests.runs.machine import saw

pytestmark = pytest.mark.django_db(transaction=True)

SILENT_AFTER_S = 30.0


class Goes:
    """Says once what it does, later nothing that would have to be looked at, and then it goes.

    Its clock is set by hand, in steps as small as those of somebody awake. After each step it waits until it was judged by what is so then: a
    follower asks each time when it was heard, so who was asked twice was judged once in between.
    """

    def __init__(self, *, lives: bool) -> None:
        self._lives = lives
        self._is_there = True
        self._went_at = 0.0
        self._asked = 0
        self._at = 1_000.0
        self.awake = AwakeClock(lambda: self._at)
        self.is_over = False

    @property
    def heard_at(self) -> float | None:
        self._asked += 1
        return (self._at if self._is_there else self._went_at) if self._lives else None

    async def observe(self, _path: str | None = None) -> Observation:
        return unheard(observed_at=clock.now(), source="poll", trouble="unreachable")

    async def watch(self, on_observation: Any, **_more: Any) -> None:
        await on_observation(replace(saw("standby"), observed_at=clock.now()))
        await self._pass(SILENT_AFTER_S * 1.05)
        self._is_there, self._went_at = False, self._at
        await on_observation(await self.observe())
        await self._pass(SILENT_AFTER_S * 0.35)
        self.is_over = True
        await asyncio.Event().wait()

    async def _pass(self, seconds: float) -> None:
        for _ in range(round(seconds / STEP_S * 2)):
            self._at += STEP_S / 2
            self.awake.now()
            await self._judged()

    async def _judged(self) -> None:
        before = self._asked
        while self._asked < before + 2:
            await asyncio.sleep(0.001)


@pytest.mark.parametrize(("lives", "said"), [(True, Connection.ONLINE), (False, Connection.OFFLINE)])
def test_a_machine_that_goes_was_silent_only_since_it_last_said_that_it_lives(lives: bool, said: Connection) -> None:
    printer, machine = make_printer(address="http://10.0.0.1:7125"), Goes(lives=lives)

    follow(
        printer,
        machine,
        Pace(tick_s=0.001, silent_after_s=SILENT_AFTER_S),
        until=lambda: machine.is_over,
        awake=machine.awake,
    )

    assert Printer.objects.get(pk=printer.pk).connection == said
