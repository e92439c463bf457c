"""The mains fail while a print runs: real printers' processes end and come back. Once told, nothing lost, made again, nothing printed twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.fleet.models import Printer
from apps.fleet.states import Bed, Connection, Occupancy
from apps.journal import clock, lanes
from apps.journal.models import Event
from apps.orders.models import Piece
from apps.runs import commands, queries
from apps.runs.models import Run
from apps.runs.states import ItemResult, RunState
from tests import engines
from tests.runs.floor import PATIENCE_S, ROOT, fresh, gcode, give, hand_out_all, make_work, now_context, simulated, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "FIRST_WAIT_S", 0.05)
    monkeypatch.setattr(lanes, "LONGEST_WAIT_S", 0.3)


@pytest.fixture
def connector(django_db_setup: None, tmp_path: Path) -> Iterator[None]:
    command = [sys.executable, "manage.py", "connectors", "--offline-after", "8"]
    with (tmp_path / "connector.log").open("ab") as out:
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": engines.database_url()}, stdout=out, stderr=out)
    yield
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0
    assert "Traceback" not in (tmp_path / "connector.log").read_text()


def test_ends_the_attempt_once_and_what_it_made_is_owed_again(connector: None, tmp_path: Path) -> None:
    state = tmp_path / "printers"
    with simulated(state, 1, speed=300.0, least=1.0, restart=0.5) as floor:
        printer = floor.printer(0, connection=Connection.UNKNOWN, last_seen_at=None)
        until(lambda: Printer.objects.get(pk=printer.pk).connection == Connection.ONLINE, "the printer to be heard")
        run = make_work(printer, gcode(36000), seconds=36000)
        give(run, printer)
        hand_out_all()
        assert fresh(run).state == RunState.PRINTING
        until(lambda: fresh(run).progress >= 5, "the beginning of it; the rest would take two more minutes")
        floor.process.kill()
        until(lambda: Printer.objects.get(pk=printer.pk).connection == Connection.OFFLINE, "the silence")
        assert fresh(run).state == RunState.PRINTING
        assert [one.code for one in queries.why_not_printing("run", run.pk, now=clock.now())] == ["NOT_HEARD", "PRINTING"]

    with simulated(state, 1, speed=300.0, least=1.0, restart=0.5) as floor:
        until(lambda: fresh(run).ended_at, "the end of the attempt")

        run, machine = fresh(run), Printer.objects.get(pk=printer.pk)
        assert (run.state, run.reason, run.evidence["row"]) == (RunState.FAILED, "POWER_LOSS", "machine_restarted")
        assert (machine.occupancy, machine.bed) == (Occupancy.FREE, Bed.NOT_CLEAR)
        (blocker,) = queries.why_not_printing("run", run.pk, now=clock.now())
        assert blocker.code == "NOT_JUDGED"
        item = run.plate.items.get()
        lost = commands.ItemVerdict(item.pk, ItemResult.FAILED, "POWER_LOSS")
        assert commands.record_outcomes(now_context(), run_id=run.pk, outcomes=(lost,), expected_version=run.version)
        commands.reprint_items(now_context(), run_id=run.pk)

        piece = Piece.objects.get()
        assert (piece.state, piece.allocated_to) == ("owed", None)
        assert [(one.outcome, one.has_material) for one in floor.prints(0)] == [("power_cut", True)]
        assert not any(one.bed_was_occupied for one in floor.prints(0))
    told = [(event.type, json.loads(event.data).get("code")) for event in Event.objects.all() if str(run.pk) in event.subjects]
    once = Counter(name for name, _code in told)
    assert [once[name] for name in ("RunStarted", "RunFailed", "RunJudged", "ReprintCreated")] == [1, 1, 1, 1]
    assert told.count(("RunReconciled", "machine_restarted")) == 1
    assert Run.objects.count() == 1
