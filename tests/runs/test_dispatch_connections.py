"""While a machine is spoken with nobody holds the database: no transaction is open, and on PostgreSQL the connection is given back."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from apps.fleet.models import Printer
from apps.journal import lanes
from apps.runs.connector import hand
from apps.runs.states import RunState
from tests.factories.fleet import make_printer
from tests.runs.floor import Floor, fresh, gcode, give, hand_out_all, make_work, simulated

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_engines]


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with simulated(tmp_path_factory.mktemp("floor"), 2, speed=60.0) as running:
        yield running


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the database was held, for each time a machine was spoken with."""
    noted: list[bool] = []
    speak = asyncio.Runner.run

    def note(runner: asyncio.Runner, asked: Coroutine[Any, Any, Any], **more: Any) -> Any:
        is_open = connection.vendor == "postgresql" and connection.connection is not None
        noted.append(connection.in_atomic_block or is_open)
        return speak(runner, asked, **more)

    monkeypatch.setattr(asyncio.Runner, "run", note)
    return noted


class TestADispatch:
    def test_holds_no_connection_while_the_printer_is_spoken_with(
        self, floor: Floor, held: list[bool], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(lanes, "FIRST_WAIT_S", 0.02)
        printer = floor.printer(0)
        run = make_work(printer, gcode(3600), seconds=3600)
        give(run, printer)

        hand_out_all()

        assert fresh(run).state == RunState.PRINTING
        assert len(held) >= 8, "looks, an upload, a reading back, a start"
        assert not any(held)


class TestAMachine:
    def test_is_not_spoken_with_inside_a_transaction(self, floor: Floor) -> None:
        printer: Printer = floor.printer(1)
        with transaction.atomic(), pytest.raises(hand.TransactionIsOpen), hand.Hand(printer):
            pass


class TestAHand:
    def test_that_could_not_take_hold_leaves_no_loop_open(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Broken:
            loop: asyncio.AbstractEventLoop

            async def __aenter__(self) -> Broken:
                self.loop = asyncio.get_running_loop()
                raise RuntimeError("no driver of ours says so, and yet")

        broken = Broken()
        monkeypatch.setattr(hand, "connect", lambda _printer: broken)

        with pytest.raises(RuntimeError, match="and yet"), hand.Hand(make_printer()):
            pass

        assert broken.loop.is_closed()
