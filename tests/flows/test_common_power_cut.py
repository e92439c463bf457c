"""The mains fail under 22 printers at once: one incident with all of them, nothing counted, nothing restarted before it is released."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.accounts.states import Role
from apps.catalog.states import Reason
from apps.fleet.models import Printer
from apps.fleet.states import Bed, Connection, Health, checks_for
from apps.journal import lanes
from apps.notify.models import Notice
from apps.notify.states import NoticeKind
from apps.policy.models import BreakerCount
from apps.policy.states import BreakerKind
from apps.runs import commands
from apps.runs.models import Incident, IncidentPrinter, IncidentRun
from apps.runs.states import ItemResult, RunState
from tests import engines
from tests.factories.accounts import make_circuit, make_user
from tests.runs.floor import PATIENCE_S, ROOT, fresh, gcode, give, hand_out, hand_out_all, make_work, now_context, simulated, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes, pytest.mark.slow, pytest.mark.both_engines]

ALL, AT_WORK = 22, 6


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


def online(printers: list[Printer]) -> bool:
    """Are all of them heard?"""
    return Printer.objects.filter(pk__in=[one.pk for one in printers], connection=Connection.ONLINE).count() == len(printers)


def test_is_one_incident_until_somebody_releases_it(connector: None, tmp_path: Path) -> None:
    make_user(Role.LEAD)
    circuit = make_circuit(name="B", max_heating=ALL)
    state = tmp_path / "printers"
    with simulated(state, ALL, speed=100.0, least=1.0, restart=0.5) as floor:
        printers = [floor.printer(number, circuit=circuit, connection=Connection.UNKNOWN, last_seen_at=None) for number in range(ALL)]
        until(lambda: online(printers), "all printers to be heard", 90)
        runs = [make_work(printer, gcode(36000, mark=printer.code), seconds=36000) for printer in printers[:AT_WORK]]
        for run, printer in zip(runs, printers, strict=False):
            give(run, printer)
        hand_out_all()
        assert {fresh(run).state for run in runs} == {RunState.PRINTING}
        until(lambda: all(fresh(run).heated_at for run in runs), "all of them to be hot", 90)
        floor.process.kill()
        until(lambda: hand_out("reconcile") >= 0 and IncidentPrinter.objects.count() == ALL, "all of them in the incident", 90)

    incident = Incident.objects.get()
    assert (incident.kind, incident.cause_ref, incident.reason) == ("circuit", str(circuit.pk), "POWER_LOSS")
    assert set(IncidentRun.objects.values_list("run_id", flat=True)) == {run.pk for run in runs}
    assert set(Printer.objects.filter(pk__in=[one.pk for one in printers[AT_WORK:]]).values_list("bed", flat=True)) == {Bed.UNKNOWN}

    with simulated(state, ALL, speed=100.0, least=1.0, restart=0.5) as floor:
        until(lambda: all(fresh(run).ended_at for run in runs), "the end of every attempt", 90)
        until(lambda: online(printers), "all printers to be heard again", 90)
        hand_out("reconcile")
        hand_out("default")

        assert {(one.state, one.reason) for one in map(fresh, runs)} == {(RunState.FAILED, "POWER_LOSS")}
        assert Incident.objects.count() == 1
        assert not BreakerCount.objects.filter(breaker=BreakerKind.PRINTER).exists()
        assert set(Printer.objects.values_list("bed", "health")) == {(Bed.UNKNOWN, Health.OK)}
        assert list(Notice.objects.filter(closed_at=None).values_list("kind", flat=True)) == [NoticeKind.INCIDENT]

        for run in runs:
            lost = tuple(commands.ItemVerdict(item.pk, ItemResult.FAILED, "POWER_LOSS") for item in run.plate.items.all())
            assert commands.record_outcomes(now_context(), run_id=run.pk, outcomes=lost)
        again = make_work(printers[0], gcode(60, mark="again"))
        for number, printer in enumerate(printers):
            floor.tell(number, "clear-bed")
            commands.clear_bed(now_context(), printer_id=printer.pk)
        hand_out("default")
        assert fresh(again).state == RunState.QUEUED

        version = Incident.objects.get().version
        commands.release_incident(now_context(), incident_id=incident.pk, expected_version=version, checklist=checks_for(Reason.POWER_LOSS))
        give(again, printers[0])
        hand_out_all()
        assert fresh(again).state == RunState.PRINTING
        assert sum(one.outcome == "power_cut" for one in floor.all_prints()) == AT_WORK
        assert not any(one.bed_was_occupied for one in floor.all_prints())
