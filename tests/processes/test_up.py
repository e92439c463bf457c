"""``./farm up`` and ``./farm stop``: one command starts a whole farm, one stops it and leaves nothing."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from farmos.cli import up
from tests.processes.running import PATIENCE_S, ROLES, ROOT, Farm, until
from tests.services import free_port

pytestmark = pytest.mark.processes


class TestUp:
    def test_starts_every_role_and_says_where(self, farm: Farm) -> None:
        until(farm.healthy, "the farm to be healthy")

        assert set(ROLES) <= set(farm.get("readyz")[1]["checks"])
        until(lambda: f"ready: http://127.0.0.1:{farm.port}/" in farm.output.read_text(), "the address to be said")
        assert farm.get("healthz")[0] == 200
        assert len({os.getsid(farm.pid(role)) for role in ROLES}) == len(ROLES)

    @pytest.mark.slow
    def test_opens_the_first_shop_and_says_the_password_once(self, make_farm: Callable[..., Farm]) -> None:
        farm = make_farm()
        farm.up()
        first = farm.output.read_text()
        farm.stop()

        farm.up()

        assert "owner@localhost" in first
        assert "password" in first
        assert "password" not in farm.output.read_text()
        assert farm.query("SELECT count(*) FROM accounts_site") == [(1,)]
        assert all("owner@localhost" not in log.read_text() for log in farm.place.logs.iterdir())

    def test_refuses_a_second_farm_on_the_same_data_and_says_who_has_it(self, farm: Farm) -> None:
        second = farm.run("up", "--port", str(free_port()))

        assert second.returncode == 1
        assert f"process {farm.place.status()['pid']}, http://127.0.0.1:{farm.port}/" in second.stderr
        until(farm.healthy, "the first to be healthy as before")

    def test_keeps_secrets_to_the_owner(self, farm: Farm) -> None:
        for name in ("secret-key", "run/environment.json", "run/status.json"):
            assert stat.S_IMODE((farm.place.data / name).stat().st_mode) == 0o600
        assert stat.S_IMODE(farm.place.run.stat().st_mode) == 0o700

    def test_says_plainly_that_the_port_is_taken(self, make_farm: Callable[..., Farm]) -> None:
        farm = make_farm()
        with socket.create_server(("127.0.0.1", 0)) as taken:
            refused = farm.run("up", "--port", str(taken.getsockname()[1]))

        assert refused.returncode == 1
        assert "Address already in use. Choose another with --port N." in refused.stderr
        assert farm.pids() == []

    @pytest.mark.parametrize("port", ["0", "-1", "65536", "http", "\u0663"])
    def test_takes_no_port_that_is_none(self, port: str, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit):
            up.main([f"--port={port}"])

        assert "is no port; choose one from 1024 to 65535" in capsys.readouterr().err

    @pytest.mark.slow
    def test_goes_to_the_background_when_asked(self, make_farm: Callable[..., Farm]) -> None:
        farm = make_farm()

        started = farm.run("up", "--detach", "--port", str(farm.port))

        assert started.returncode == 0, started.stderr
        assert f"farmos runs: http://127.0.0.1:{farm.port}/" in started.stdout
        until(farm.healthy, "the farm to be healthy")
        farm.seen.update(farm.pids())
        assert farm.stop().returncode == 0
        assert farm.is_gone()


class TestAFarmThatIsStarting:
    def test_can_be_named_and_stopped_before_it_runs(self, tmp_path: Path) -> None:
        look = "def look():\n    print(json.dumps(Place.chosen(None).status()))\n    raise up.CannotStart('seen enough')\n"
        imports = "import json, os, sys\nfrom farmos.cli import up\nfrom farmos.supervisor.place import Place\n"
        script = f"{imports}{look}up.set_up = look\nprint(os.getpid())\nsys.exit(up.main(['--port', '{free_port()}']))\n"
        environment = {**os.environ, "FARMOS_DATA": str(tmp_path / "data")}

        done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True)

        pid, status = done.stdout.splitlines()
        assert "seen enough" in done.stderr
        assert {"pid": int(pid), "state": "starting"}.items() <= json.loads(status).items()


class TestStop:
    def test_leaves_no_process_and_says_so(self, farm: Farm) -> None:
        stopped = farm.stop()

        assert (stopped.returncode, stopped.stdout) == (0, "Stopped.\n")
        assert farm.is_gone()
        assert farm.place.status()["state"] == "stopped"
        assert farm.query("SELECT count(*) FROM journal_heartbeat") == [(0,)]

    def test_is_content_when_nothing_runs(self, make_farm: Callable[..., Farm]) -> None:
        stopped = make_farm().run("stop")

        assert stopped.returncode == 0
        assert "No farm runs" in stopped.stdout

    @pytest.mark.slow
    def test_is_what_ctrl_c_does_too(self, farm: Farm) -> None:
        assert farm.process is not None

        farm.process.send_signal(signal.SIGINT)

        assert farm.process.wait(PATIENCE_S) == 0
        assert farm.is_gone()

    @pytest.mark.slow
    def test_kills_at_once_what_is_asked_twice(self, farm: Farm) -> None:
        assert farm.process is not None
        os.kill(farm.pid("worker"), signal.SIGSTOP)
        farm.process.send_signal(signal.SIGINT)
        until(lambda: farm.place.status()["state"] == "stopping", "the farm to begin stopping")

        farm.process.send_signal(signal.SIGINT)

        assert farm.process.wait(PATIENCE_S) == 0
        assert "did not stop in" not in farm.output.read_text(), "nobody waited for its grace to be over"
        assert farm.is_gone()
