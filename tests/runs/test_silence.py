"""When a machine is called silent: so long after the last thing it said, which need not be a change."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any

import pytest

from apps.fleet.domain.observation import Observation, unheard
from apps.fleet.models import Printer
from apps.fleet.states import Connection
from apps.journal import clock
from apps.runs.connector.following import Pace
from tests.factories.fleet import make_printer
from tests.runs.listening import follow
from tests.runs.machine import saw

pytestmark = pytest.mark.django_db(transaction=True)

SILENT_AFTER_S = 2.0


class Goes:
    """Says once what it does, later nothing that would have to be looked at, and then it goes."""

    def __init__(self, *, lives: bool) -> None:
        self._lives = lives
        self._went_at: float | None = None

    @property
    def heard_at(self) -> float | None:
        return (self._went_at or time.monotonic()) if self._lives else None

    async def observe(self, _path: str | None = None) -> Observation:
        return unheard(observed_at=clock.now(), source="poll", trouble="unreachable")

    async def watch(self, on_observation: Any, **_more: Any) -> None:
        await on_observation(replace(saw("standby"), observed_at=clock.now()))
        await asyncio.sleep(SILENT_AFTER_S * 1.05)
        self._went_at = time.monotonic()
        await on_observation(await self.observe())
        await asyncio.Event().wait()


@pytest.mark.parametrize(("lives", "said"), [(True, Connection.ONLINE), (False, Connection.OFFLINE)])
def test_a_machine_that_goes_was_silent_only_since_it_last_said_that_it_lives(lives: bool, said: Connection) -> None:
    printer = make_printer(address="http://10.0.0.1:7125")
    pace = Pace(tick_s=0.05, silent_after_s=SILENT_AFTER_S)

    follow(printer, Goes(lives=lives), pace, for_s=SILENT_AFTER_S * 1.4)

    assert Printer.objects.get(pk=printer.pk).connection == said
