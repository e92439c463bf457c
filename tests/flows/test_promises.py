"""Nothing is lost or done twice, whatever happens to orders, plates, printers and pieces, in whatever order, however often it is said."""

from __future__ import annotations

import os
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings

from apps.fleet import changes as fleet
from apps.orders import changes as orders
from tests.flows import soak
from tests.flows.farm import Farm
from tests.flows.promises_machine import on
from tests.walks import walk

pytestmark = pytest.mark.django_db(transaction=True)

STEPS = int(os.environ.get("FARMOS_PROMISE_STEPS", "2400"))
A_WALK = 40
THE_WHOLE_WAY = (
    *("orders.accept_quote", "planning.record_output", "runs.confirm_start", "runs.reconcile_run", "runs.record_outcomes"),
    *("fulfilment.cool_pieces", "fulfilment.pass_qa", "fulfilment.pack_pieces", "fulfilment.ship", "runs.reprint_items"),
)
BREAKS: list[tuple[Any, str, str]] = [
    (fleet, "release", "names another attempt"),
    (orders, "unallocate_piece", "is allocated to an item that is not live"),
    (orders, "fulfil_if_complete", "all of an order was sent and it is not fulfilled"),
]


class TestAnyWalk:
    def test_keeps_every_promise(self) -> None:
        farm = Farm()
        machine = on(farm)

        def missing() -> list[str]:
            seldom = [command for command in THE_WHOLE_WAY if farm.tally.done[command] < STEPS / 400]
            return seldom + ["steps"] * (machine.steps.total() < STEPS * 0.8)

        with farm.open():
            walk(
                machine,
                settings(
                    max_examples=STEPS // A_WALK,
                    stateful_step_count=A_WALK,
                    deadline=None,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                ),
                missing,
                by_chance="FARMOS_PROMISE_STEPS" in os.environ,
            )

        print(f"{machine.steps.total()} steps: {dict(machine.steps)}\n{dict(farm.tally.done)}\n{dict(farm.tally.refused)}")


class TestABrokenPromise:
    """The farm is broken once in each of these ways, so that it is known to be seen."""

    @pytest.mark.parametrize(("where", "what", "seen"), BREAKS, ids=[what for _where, what, _seen in BREAKS])
    def test_is_seen_and_said(self, where: Any, what: str, seen: str, capsys: pytest.CaptureFixture[str]) -> None:
        farm = Farm()
        with mock.patch.object(where, what, return_value=None):
            status = soak.soak(farm, soak.Wanted(steps=4000, minutes=0, seed=5, shortest=False))

        said = capsys.readouterr().out
        assert status == 1
        assert "--seed " in said
        assert seen in said
        assert "state.begin(" in said
