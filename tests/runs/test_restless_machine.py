"""A machine that never rests, broken or malicious: what is recorded of it is bounded, and goes on all the same."""

from __future__ import annotations

import asyncio
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

    async def observe(self, _path: str | None = None) -> Observation:
        turn = next(self._turn)
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

    follow(printer, Restless(*says), Pace(later_s=0.01, at_once=6, again_s=60.0))

    assert Event.objects.count() <= 6 * 4
    assert MachineSession.objects.filter(printer=printer).count() <= 6


def test_is_heard_again_after_a_rest() -> None:
    printer = make_printer(address="http://10.0.0.1:7125", last_print="nothing yet", bed=Bed.CLEAR)

    follow(printer, Restless(saw("standby"), saw("standby", is_paused=True)), Pace(later_s=0.01, at_once=2, again_s=0.3))

    assert 2 < MachineSession.objects.filter(printer=printer).count() <= 12
    assert Printer.objects.get(pk=printer.pk).bed == Bed.NOT_CLEAR
