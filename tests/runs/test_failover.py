"""Connectors as processes: one is killed, one is stopped and wakes again; the prints are followed all the same, and nothing is recorded twice."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import QuerySet

from apps.fleet.models import Printer
from apps.fleet.states import Connection, Occupancy
from apps.journal import clock
from apps.journal.models import Event
from apps.runs.connector.shards import LONG_AGO, SHARDS, shard_of
from apps.runs.models import Anomaly, Listener, Run, Shard
from apps.runs.states import RunState
from tests.runs.connectors import connect, stop
from tests.runs.floor import PATIENCE_S, Floor, fresh, simulated, until
from tests.runs.test_connector import became, happened, now, printing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.both_engines]


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with simulated(tmp_path_factory.mktemp("floor"), 1, speed=20.0, least=1.0, restart=0.5) as running:
        yield running


SILENT_AFTER_S = 20.0


def holder_pid(printer: Printer) -> int:
    """Return the process that follows a printer; 0 for none."""
    found = Shard.objects.filter(number=shard_of(printer.pk)).first()
    return int(found.holder.split("/")[2]) if found is not None and found.holder else 0


def shards_of(process: subprocess.Popen[bytes]) -> QuerySet[Shard]:
    """Return what a connector holds, or held last."""
    return Shard.objects.filter(holder__contains=f"/{process.pid}/")


def never_run_out(process: subprocess.Popen[bytes]) -> None:
    """Let what a connector holds be its own for an hour: then nobody gets it by waiting."""
    later = clock.database_now() + timedelta(hours=1)
    Listener.objects.filter(holder__contains=f"/{process.pid}/").update(until=later)
    shards_of(process).update(until=later)


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
    until(lambda: {shards_of(one).count() for one in two.values()} == {SHARDS // 2}, "fair shares")
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

        first.kill()
        first.wait()
        never_run_out(first)
        cancel(floor)
        became(run, RunState.ABORTED)

        assert holder_pid(printer) == other.pid

    def test_that_is_stopped_loses_its_printers_and_records_nothing_when_it_wakes(self, floor: Floor, two: Pair) -> None:
        printer, run, first, other = followed(floor, two)

        stop(first)
        held_until = Shard.objects.get(number=shard_of(printer.pk)).until
        until(lambda: holder_pid(printer) == other.pid, "the other to take over")
        taken_at = clock.database_now()
        cancel(floor)
        became(run, RunState.ABORTED)
        before = happened(run)
        first.send_signal(signal.SIGCONT)
        until(lambda: shards_of(first).count() == SHARDS // 2, "it to have its share again")

        assert taken_at >= held_until, "whoever is only stopped may go on, and its lease holds"
        assert happened(run) == before
        assert before.count("RunAborted") == 1

    def test_that_ends_cleanly_hands_over_at_once(self, floor: Floor, two: Pair) -> None:
        printer, run, first, other = followed(floor, two)

        first.terminate()
        assert first.wait(PATIENCE_S) == 0
        assert not shards_of(first).exclude(until=LONG_AGO).exists(), "nobody waits for a lease to run out"
        until(lambda: holder_pid(printer) == other.pid, "the other to take over")
        cancel(floor)

        became(run, RunState.ABORTED)


class TestAConnectorAlone:
    @pytest.fixture
    def alone(self, test_database: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
        """A connector that calls a printer silent after twenty seconds."""
        one = connect(test_database, tmp_path / "alone.log", offline_after_s=SILENT_AFTER_S)
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
        before = facts_told_of(printer)

        stop(alone)
        time.sleep(SILENT_AFTER_S + 2.0)  # so long that whoever counts it as silence is wrong at once; its lease runs out meanwhile
        floor.tell(0, "kill-moonraker")
        alone.send_signal(signal.SIGCONT)
        until(lambda: shards_of(alone).filter(until__gt=clock.database_now()).count() == SHARDS, "it to hold its printers again")
        time.sleep(2.5)
        assert facts_told_of(printer) == before, "it is neither silent nor anything else"
        assert (fresh(run).state, fresh(run).desynced) == (RunState.PRINTING, False)
        floor.tell(0, "start-moonraker")
        cancel(floor)

        assert became(run, RunState.ABORTED).evidence["row"] == "stopped_at_the_machine"
        assert "connection" not in [json.loads(told)["fact"] for told in facts_told_of(printer)[len(before) :]]
        assert not fresh(run).desynced
        assert not Anomaly.objects.exists()

    def test_that_slept_still_notices_who_stays_silent(self, floor: Floor, alone: subprocess.Popen[bytes]) -> None:
        printer = floor.printer(0, connection=Connection.UNKNOWN, last_seen_at=None)
        until(lambda: now(printer).connection == Connection.ONLINE, "the printer to be heard")
        stop(alone)
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
