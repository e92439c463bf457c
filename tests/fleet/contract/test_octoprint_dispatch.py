"""A print from queue to completion on OctoPrint's virtual printer, and what a dispatch does where OctoPrint cannot say what became of a start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from apps.catalog.states import Reason
from apps.fleet.domain import sealing
from apps.fleet.drivers import Unreachable
from apps.fleet.drivers.octoprint import OctoPrint
from apps.fleet.models import Printer
from apps.fleet.states import Bed, Connection, ConnectorKind, Occupancy
from apps.journal import lanes
from apps.runs import commands
from apps.runs.connector import dispatching
from apps.runs.models import Run
from apps.runs.states import RunState
from tests import engines
from tests.factories.fleet import make_capability, make_printer
from tests.fleet.contract.octoprint_server import ROOT, OctoPrintServer
from tests.fleet.contract.rigs import virtual_gcode
from tests.runs.floor import PATIENCE_S, forget_leases, fresh, give, hand_out_all, make_work, now_context, until, worker
from tests.runs.test_dispatch_effect_killed import STEPS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.processes]


@pytest.fixture
def server(octoprint_server: OctoPrintServer) -> OctoPrintServer:
    octoprint_server.renew()
    return octoprint_server


@pytest.fixture
def printer(server: OctoPrintServer) -> Printer:
    sealed = sealing.seal(server.api_key, secret=settings.SECRET_KEY, at=0)
    made = make_printer(address=server.address, access_key_sealed=sealed, connector=ConnectorKind.OCTOPRINT)
    make_capability(printer=made)
    return made


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "FIRST_WAIT_S", 0.05)
    monkeypatch.setattr(lanes, "LONGEST_WAIT_S", 0.3)
    monkeypatch.setattr(dispatching, "CONFIRM_S", 1.0)


@pytest.fixture
def run(printer: Printer) -> Run:
    made = make_work(printer, virtual_gcode("long", lasts=200), seconds=30)
    give(made, printer)
    return made


@pytest.fixture
def _connector(tmp_path: Path) -> Iterator[None]:
    """The connector, as the process it is."""
    log = tmp_path / "connector.log"
    with log.open("ab") as out:
        environment = {**os.environ, "DATABASE_URL": engines.database_url()}
        process = subprocess.Popen([sys.executable, "manage.py", "connectors"], cwd=ROOT, env=environment, stdout=out, stderr=out)
    yield
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_S) == 0
    assert "Traceback" not in log.read_text()


def starts(server: OctoPrintServer, run: Run) -> int:
    """Return how often OctoPrint printed the attempt's file: what it counts once a print has ended, and the one that goes on."""
    path = fresh(run).remote_path
    counted = server.ask("GET", f"/api/files/local/{path}").get("prints", {})
    job = server.job()
    goes_on = bool(job["job"]["file"]["path"] == path and job["state"] in ("Starting", "Printing"))
    return int(counted.get("success", 0)) + int(counted.get("failure", 0)) + goes_on


class TestAPrintOnOctoPrint:
    def test_is_paused_goes_on_and_is_stopped_as_people_ask(self, server: OctoPrintServer, run: Run) -> None:
        hand_out_all()
        commands.pause_run(now_context(), run_id=run.pk, expected_version=fresh(run).version, reason=Reason.SPAGHETTI)
        hand_out_all()
        paused = fresh(run)
        commands.resume_run(now_context(), run_id=run.pk, expected_version=paused.version)
        hand_out_all()
        goes_on = fresh(run)
        commands.abort_run(now_context(), run_id=run.pk, expected_version=goes_on.version)
        hand_out_all()

        assert (paused.state, paused.reason) == (RunState.PAUSED, Reason.SPAGHETTI)
        assert goes_on.state == RunState.PRINTING
        assert (fresh(run).state, fresh(run).reason) == (RunState.ABORTED, Reason.OPERATOR_ABORT)
        assert server.job()["state"] == "Operational"

    def test_that_ended_by_a_disconnect_has_failed_without_a_reason(self, server: OctoPrintServer, printer: Printer, run: Run) -> None:
        hand_out_all()
        server.renew()
        commands.refresh_run(now_context(), run_id=run.pk)
        hand_out_all("reconcile")

        now = fresh(run)
        assert (now.state, now.reason) == (RunState.FAILED, Reason.UNKNOWN)
        assert Printer.objects.get(pk=printer.pk).bed == Bed.NOT_CLEAR

    def test_during_which_the_server_died_is_left_to_a_person(self, server: OctoPrintServer, run: Run) -> None:
        hand_out_all()
        server.kill()
        server.start()
        commands.refresh_run(now_context(), run_id=run.pk)
        hand_out_all("reconcile")

        now = fresh(run)
        assert (now.state, now.desynced) == (RunState.PRINTING, True)
        assert starts(server, run) == 0, "OctoPrint does not know that there was one"


class TestADispatch:
    @pytest.mark.usefixtures("_connector")
    def test_goes_from_the_queue_to_its_end(self, server: OctoPrintServer, printer: Printer) -> None:
        until(lambda: Printer.objects.get(pk=printer.pk).connection == Connection.ONLINE, "the printer to be seen")
        run = make_work(printer, virtual_gcode("whole"), seconds=1)
        give(run, printer)
        hand_out_all()
        started = fresh(run)
        until(lambda: fresh(run).state == RunState.COMPLETED, "the print to be over")
        until(lambda: starts(server, run), "OctoPrint to write down that it is over")

        assert started.started_at is not None
        assert starts(server, run) == 1
        seen = Printer.objects.get(pk=printer.pk)
        assert (seen.bed, seen.occupancy) == (Bed.NOT_CLEAR, Occupancy.FREE)

    def test_whose_reply_to_the_start_is_lost_is_found_out(
        self, server: OctoPrintServer, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = OctoPrint.start

        async def lose_the_reply(machine: OctoPrint, path: str) -> None:
            await real(machine, path)
            raise Unreachable("lost")

        monkeypatch.setattr(OctoPrint, "start", lose_the_reply)
        hand_out_all()

        assert fresh(run).state == RunState.PRINTING
        assert starts(server, run) == 1

    def test_whose_start_never_arrived_is_sent_again_while_the_chosen_file_proves_that_nothing_ran(
        self, server: OctoPrintServer, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real, tried = OctoPrint.start, list[str]()

        async def lose_the_first(machine: OctoPrint, path: str) -> None:
            tried.append(path)
            if len(tried) == 1:
                raise Unreachable("lost")
            await real(machine, path)

        monkeypatch.setattr(OctoPrint, "start", lose_the_first)
        hand_out_all()

        assert len(tried) == 2
        assert fresh(run).state == RunState.PRINTING
        assert starts(server, run) == 1

    def test_whose_start_was_forgotten_goes_to_a_person_and_is_never_sent_again(
        self, server: OctoPrintServer, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tried = list[str]()

        async def forget(_machine: OctoPrint, path: str) -> None:
            tried.append(path)
            server.renew()
            raise Unreachable("lost")

        monkeypatch.setattr(OctoPrint, "start", forget)
        hand_out_all()

        assert len(tried) == 1
        assert fresh(run).desynced
        assert starts(server, run) == 0


class TestAKilledWorker:
    @pytest.mark.parametrize("place", STEPS)
    def test_is_replaced_and_the_print_starts_once(
        self, server: OctoPrintServer, run: Run, place: str, tmp_path: Path, test_database: dict[str, str]
    ) -> None:
        assert worker("dispatch", kill_at=place, marks=tmp_path, database=test_database) == -9
        assert fresh(run).dispatch_step == STEPS[place]
        forget_leases()
        hand_out_all()

        assert fresh(run).state == RunState.PRINTING
        assert not fresh(run).desynced
        assert starts(server, run) == 1
