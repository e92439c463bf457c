"""The clock by which silence is counted stands still while nobody listens."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as some

from apps.runs.connector.awake import STEP_S, AwakeClock


class Reading:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = 1_000_000.0

    def __call__(self) -> float:
        return self.at


class TestTheClock:
    def test_goes_on_as_long_as_somebody_reads_it(self) -> None:
        reading = Reading()
        clock = AwakeClock(reading)
        for _second in range(30):
            reading.at += 1.0
            clock.now()

        assert clock.now() == 30.0

    def test_sees_no_more_than_a_step_of_any_sleep(self) -> None:
        reading = Reading()
        clock = AwakeClock(reading)
        reading.at += 8 * 3600

        assert clock.now() == STEP_S

    def test_knows_how_long_ago_it_woke(self) -> None:
        reading = Reading()
        clock = AwakeClock(reading)
        reading.at += 5.0
        clock.now()
        assert clock.woken_for() is None, "a busy moment is no sleep"
        reading.at += 3600.0
        clock.now()
        reading.at += 31.0

        assert clock.woken_for() == 31.0

    @given(some.lists(some.floats(-1e6, 1e6), max_size=40))
    def test_never_goes_back_nor_faster_than_any_other(self, jumps: list[float]) -> None:
        reading = Reading()
        clock, before = AwakeClock(reading), 0.0
        for jump in jumps:
            reading.at += jump
            after = clock.now()
            assert 0.0 <= after - before <= max(min(jump, STEP_S), 0.0) + 1e-6
            before = after

    def test_is_kept_going_by_its_connector(self, monkeypatch: pytest.MonkeyPatch) -> None:
        reading, slept, passes = Reading(), [0.0], asyncio.sleep

        async def sleep(seconds: float) -> None:
            slept.append(seconds)
            reading.at += seconds
            await passes(0)

        async def listen() -> float:
            clock = AwakeClock(reading)
            going = asyncio.create_task(clock.run())
            while sum(slept) < 10 * STEP_S:
                await passes(0)
            going.cancel()
            return clock.now()

        monkeypatch.setattr(asyncio, "sleep", sleep)

        assert asyncio.run(listen()) == sum(slept)
