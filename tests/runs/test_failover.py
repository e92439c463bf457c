"""Connectors as processes: one is killed, one is stopped and wakes again; the prints are followed all the same, and nothing is recorded twice."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.fleet.models import Printer
from apps.fleet.states import Connection, Occupancy
from apps.journal.models import Event
from apps.runs.connector.shards import LEASE_S, RENEW_S, SHARDS, shard_of
from apps.runs.models import Anomaly, Run, Shard
from apps.runs.states import RunState
from tests.runs.connectors import connect
from tests.runs.floor import PATIENCE_S, Floor, fresh, simulated, until
from tests.runs.test_connector import became, happened, now, printing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.both_engines]

WITHIN_S = 3 * LEASE_S
"""How soon another connector follows what one that is gone had, on a machine that has other work too."""


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with simulated(tmp_path_factory.mktemp("floor"), 1, speed=20.0, least=1.0, restart=0.5) as running:
        yield running


def holder_pid(printer: Printer) -> int:
    """Return the process that follows a printer; 0 for none."""
    found = Shard.objects.filter(number=shard_of(printer.pk)).first()
    return int(found.holder.split("/")[2]) if found is not None and found.holder else 0


Pair = dict[int, "subprocess.Popen[bytes]"]


@pytest.fixture
def two(floor: Floor, test_database: dict[str, str], tmp_path: Path) -> Iterator[Pair]:
    """Two connectors by process id, each with its half of the shards."""
    some = [connect(test_database, tmp_path / f"{number}.log") for number in range(2)]
    yield {one.pid: one for one in some}
    for one in some:
        one.send_signal(signal.SIGCONT)
        one.terminate()
        assert one.wait(PATIENCE_S) in (0, -signal.SIGKILL)


def followed(floor: Floor, two: Pair) -> tuple[Printer, Run, subprocess.Popen[bytes], subprocess.Popen[bytes]]:
    """Return a printer that prints, who follows it, and the other connector, once both have their share."""
    printer = floor.printer(0, connection=Connection.UNKNOWN, last_seen_at=None)
    until(lambda: {Shard.objects.filter(holder__contains=f"/{pid}/").count() for pid in two} == {SHARDS // 2}, "fair shares")
    until(lambda: now(printer).connection == Connection.ONLINE, "the printer to be heard")
    run = printing(printer)
    first = two[holder_pid(printer)]
    (other,) = (one for pid, one in two.items() if pid != first.pid)
    return printer, run, first, other


def cancel(floor: Floor) -> None:
    """Somebody stops the print at the machine; the bed is cleared for the next test."""
    floor.tell(0, "at-machine", script="CANCEL_PRINT")
    floor.tell(0, "clear-bed")


class TestAConnector:
    def test_that_is_killed_is_followed_by_the_other_at_once(self, floor: Floor, two: Pair) -> None:
        printer, run, first, other = followed(floor, two)

        began = time.monotonic()
        first.kill()
        cancel(floor)
        became(run, RunState.ABORTED)

        assert time.monotonic() - began < WITHIN_S
        assert holder_pid(printer) == other.pid

    def test_that_is_stopped_loses_its_printers_and_records_nothing_when_it_wakes(self, floor: Floor, two: Pair) -> None:
        printer, run, first, other = followed(floor, two)

        began = time.monotonic()
        first.send_signal(signal.SIGSTOP)
        until(lambda: holder_pid(printer) == other.pid, "the other to take over", WITHIN_S)
        took = time.monotonic() - began
        cancel(floor)
        became(run, RunState.ABORTED)
        before = happened(run)
        first.send_signal(signal.SIGCONT)
        until(lambda: Shard.objects.filter(holder__contains=f"/{first.pid}/").count() == SHARDS // 2, "it to have its share again")

        assert LEASE_S / 3 < took < WITHIN_S
        assert happened(run) == before
        assert before.count("RunAborted") == 1

    def test_that_ends_cleanly_hands_over_at_once(self, floor: Floor, two: Pair) -> None:
        printer, run, first, other = followed(floor, two)

        first.terminate()
        assert first.wait(PATIENCE_S) == 0
        until(lambda: holder_pid(printer) == other.pid, "the other to take over", LEASE_S - RENEW_S)
        cancel(floor)

        became(run, RunState.ABORTED)


class TestAConnectorAlone:
    @pytest.fixture
    def alone(self, test_database: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
        """A connector that calls a printer silent after ten seconds."""
        one = connect(test_database, tmp_path / "alone.log", offline_after_s=10)
        yield one
        one.send_signal(signal.SIGCONT)
        one.terminate()
        assert one.wait(PATIENCE_S) == 0

    def test_that_slept_calls_nobody_silent_before_it_listened_anew(self, floor: Floor, alone: subprocess.Popen[bytes]) -> None:
        """A computer that was suspended wakes before its network does: nobody answers at first, and nobody was listened to for long."""
        printer = floor.printer(0, connection=Connection.UNKNOWN, last_seen_at=None)
        until(lambda: now(printer).connection == Connection.ONLINE, "the printer to be heard")
        run = printing(printer)
        until(lambda: now(printer).occupancy == Occupancy.OURS, "the printer to be ours")
        time.sleep(2.0)
        before = facts_told_of(printer)

        alone.send_signal(signal.SIGSTOP)
        time.sleep(LEASE_S + 2.0)
        floor.tell(0, "kill-moonraker")
        alone.send_signal(signal.SIGCONT)
        time.sleep(2.5)
        floor.tell(0, "start-moonraker")
        until(lambda: holder_pid(printer) == alone.pid, "it to hold its printers again")
        time.sleep(3.0)

        assert facts_told_of(printer) == before, "it is neither silent nor anything else"
        assert (fresh(run).state, fresh(run).desynced) == (RunState.PRINTING, False)
        assert not Anomaly.objects.exists()
        cancel(floor)
        became(run, RunState.ABORTED)

    def test_that_slept_still_notices_who_stays_silent(self, floor: Floor, alone: subprocess.Popen[bytes]) -> None:
        printer = floor.printer(0, connection=Connection.UNKNOWN, last_seen_at=None)
        until(lambda: now(printer).connection == Connection.ONLINE, "the printer to be heard")
        alone.send_signal(signal.SIGSTOP)
        time.sleep(5.0)
        floor.tell(0, "kill-moonraker")
        alone.send_signal(signal.SIGCONT)

        until(lambda: now(printer).connection == Connection.OFFLINE, "the silence to be told")
        floor.tell(0, "start-moonraker")
        until(lambda: now(printer).connection == Connection.ONLINE, "the printer to be back")


def facts_told_of(printer: Printer) -> list[str]:
    """Return what was recorded of changes to the facts about a printer."""
    changes = Event.objects.filter(type="PrinterStateChanged").order_by("id")
    return [event.data for event in changes if str(printer.pk) in event.subjects]
