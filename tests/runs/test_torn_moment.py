"""What a machine says for a moment, between one state and the next: it decides nothing, and keeps nobody waiting."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from apps.fleet.domain.observation import Observation
from apps.journal import clock
from apps.runs.connector.following import Pace
from apps.runs.models import Run
from apps.runs.states import Ruling, RunState
from tests.factories.floor import make_floor
from tests.runs.driving import fresh, printing, ruled
from tests.runs.listening import follow
from tests.runs.machine import saw

pytestmark = pytest.mark.django_db(transaction=True)

LONGER_THAN_THE_TEST_S = 3600.0


class Moving:
    """Says one thing after the other, a little apart, then goes on saying the last; asked, it says that too."""

    heard_at: float | None = None

    def __init__(self, *says: Observation) -> None:
        self._says = says

    async def observe(self, _path: str | None = None) -> Observation:
        return replace(self._says[-1], observed_at=clock.now())

    async def watch(self, on_observation: Any, **_more: Any) -> None:
        for seen in self._says:
            await on_observation(replace(seen, observed_at=clock.now()))
            await asyncio.sleep(0.2)
        await asyncio.Event().wait()


def paused() -> Run:
    floor = make_floor()
    run = printing(floor.plate(), floor.printer(address="http://10.0.0.1:7125"))
    assert ruled(run, Ruling.PAUSE, reason="OPERATOR_PAUSE")
    return fresh(run)


def test_a_print_that_goes_on_is_not_taken_for_one_whose_file_cannot_be_read() -> None:
    run = paused()
    assert run.printer is not None
    between = saw("paused", run.remote_path, is_paused=False, is_active=True, klippy_pid=None)

    follow(
        run.printer,
        Moving(between, saw("printing", run.remote_path, klippy_pid=None)),
        Pace(later_s=LONGER_THAN_THE_TEST_S, tick_s=LONGER_THAN_THE_TEST_S),
        until=lambda: fresh(run).state != RunState.PAUSED,
    )

    assert fresh(run).state == RunState.PRINTING


def test_what_it_goes_on_saying_is_believed() -> None:
    run = paused()
    assert run.printer is not None

    follow(
        run.printer,
        Moving(saw("paused", run.remote_path, is_paused=False, klippy_pid=None)),
        Pace(later_s=0.3),
        until=lambda: fresh(run).state != RunState.PAUSED,
    )

    assert (fresh(run).state, fresh(run).reason) == (RunState.FAILED, "GCODE_ERROR")
