"""``./farm demo --once --day``: a day of orders and mishaps, as fast as the machine allows, judged by the printers' own account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.fleet.simulator.real.environment import NotInstalled, python_with
from apps.fleet.simulator.real.moonraker import VERSION as MOONRAKER

from .running import Demo

pytestmark = [pytest.mark.processes, pytest.mark.slow]


def through_the_real_one() -> list[str]:
    try:
        python_with("moonraker", MOONRAKER)
    except NotInstalled:
        return []
    return ["--moonraker"]


def judge(summary: dict[str, Any]) -> None:
    """Everything ordered was made once and shipped; things did go wrong, and what they cost is known."""
    assert summary["ok"], summary["problems"]
    assert {order["state"] for order in summary["orders"]} == {"fulfilled"}
    assert len(summary["orders"]) >= 6
    assert sum(summary["mishaps"].values()) >= 3, summary["mishaps"]
    assert summary["spool_changes"]
    assert len(summary["left_out"]) == summary["printers"]["objects_left_out"] >= 1
    shipped = sum(order["pieces"]["shipped"] for order in summary["orders"])
    assert shipped == len(summary["lineage"]) <= summary["printers"]["objects_printed"]


class TestADay:
    def test_ends_with_every_piece_accounted_for(self, demo: Callable[..., Demo]) -> None:
        """Through real Moonrakers; where the package registry does not have them, through the simulator's own."""
        run = demo("--day", "--printers", "2", *through_the_real_one())
        run.start()

        assert run.wait() == 0, run.last_words()

        judge(run.summary())


class TestADayOfOnesOwnModels:
    def test_is_refused_in_words(self, demo: Callable[..., Demo]) -> None:
        run = demo("--day", "--model", "part.stl")
        run.start()

        assert run.wait() == 2

        assert "leave --model and --gcode away" in run.last_words()
