"""A machine that never rests, broken or malicious: what is recorded of it is bounded, and goes on all the same."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from apps.fleet.domain.observation import Observation
from apps.fleet.models import MachineSession, Printer
from apps.fleet.states import Bed
from apps.journal import clock
from apps.journal.models import Event
from apps.runs.connector.following import Pace
from tests.factories.fleet import make_printer
from tests.runs.listening import follow
from tests.runs.machine import saw

pytestmark = pytest.mark.django_db(transaction=True)


class Restless:
    """Says something else at every look, a hundred times a second."""

    heard_at: float | None = None

    def __init__(self, *says: Observation) -> None:
        self._says = says
        self._turn = count()
        self.said = 0

    async def observe(self, _path: str | None = None) -> Observation:
        turn = self.said = next(self._turn)
        seen = self._says[turn % len(self._says)]
        ended = f"{seen.ended_print}|{turn}" if seen.ended_print else ""
        return replace(seen, observed_at=clock.now(), ended_print=ended)

    async def watch(self, on_observation: Any, **_more: Any) -> None:
        while True:
            await on_observation(await self.observe())
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "says",
    [
        (saw("standby"), saw("standby", is_paused=True)),
        (saw("complete", "a.gcode", ended_print="a.gcode"),),
        (saw("standby"), saw("standby", klippy_state="startup")),
    ],
    ids=["paused and not", "another print ended", "firmware comes and goes"],
)
def test_is_heard_so_often_and_no_more(says: tuple[Observation, ...]) -> None:
    printer = make_printer(address="http://10.0.0.1:7125", last_print="nothing yet", bed=Bed.CLEAR)

    machine = Restless(*says)
    follow(printer, machine, Pace(later_s=0.01, at_once=6, again_s=3600.0), until=lambda: machine.said >= 200)

    assert 0 < Event.objects.count() <= 6 * 4
    assert MachineSession.objects.filter(printer=printer).count() <= 6


def test_is_heard_again_after_a_rest() -> None:
    printer = make_printer(address="http://10.0.0.1:7125", last_print="nothing yet", bed=Bed.CLEAR)
    sessions = MachineSession.objects.filter(printer=printer)

    began = time.monotonic()
    restless = Restless(saw("standby"), saw("standby", is_paused=True))
    follow(printer, restless, Pace(later_s=0.01, at_once=2, again_s=0.3), until=lambda: sessions.count() > 2)
    took = time.monotonic() - began

    assert 2 < sessions.count() <= 2 + took / 0.3, "what took long may say more, and no more than that"
    assert Printer.objects.get(pk=printer.pk).bed == Bed.NOT_CLEAR
