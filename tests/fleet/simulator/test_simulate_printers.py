"""``./farm sim`` as people start it: a process of its own that survives being killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from apps.fleet.simulator.physical import physical_account
from tests.architecture.source import ROOT
from tests.fleet.moonraker.files import file_of, gcode
from tests.fleet.moonraker.rigs import PATIENCE_S, until

pytestmark = pytest.mark.asyncio

PATH = "farmos/r1/abc.gcode"


@contextmanager
def running(state: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Run the simulator; yield its process and what it printed."""
    command = [sys.executable, "-m", "farmos.cli", "sim", "--data", str(state / "data"), "--state", str(state), "--json", *more]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "farmos.settings.test", "FARMOS_BROKER": "files"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, "it ended before it said anything"
            yield process, json.loads(line)
        finally:
            process.kill()


class TestTheProcess:
    async def test_prints_addresses_that_answer_and_wakes_after_kill_9_as_after_a_power_cut(self, tmp_path: Path) -> None:
        from apps.fleet.drivers.moonraker import Moonraker

        file = file_of(tmp_path, gcode(estimate="20h 0m 0s"))
        state = tmp_path / "state"
        with running(state, "--printers", "2", "--speed", "600", "--tick", "0.02") as (process, said):
            known = said["printers"][1]
            async with Moonraker(known["address"], api_key=known["api_key"], timeout_s=PATIENCE_S) as machine:
                await machine.upload(PATH, file.local, file.sha256)
                await machine.start(PATH)
                await until(machine.observe, lambda seen: seen.print_s > 0)
            process.send_signal(signal.SIGKILL)
            process.wait()
        with running(state, "--printers", "2", "--tick", "0.02") as (process, again):
            async with Moonraker(known["address"], api_key=known["api_key"], timeout_s=PATIENCE_S) as machine:
                seen = await machine.observe(PATH)
                stored = await machine.read_back(PATH)
            process.send_signal(signal.SIGTERM)
            status = process.wait()

        assert status == 0
        assert again["printers"][1]["address"] == known["address"]
        assert again["printers"][1]["bed_is_occupied"]
        assert (seen.print_state, seen.filename) == ("standby", "")
        assert seen.history is not None
        assert seen.history.status == "interrupted"
        assert stored == file.sha256
        (printed,) = physical_account(state)["sim-02"]
        assert (printed.sha256, printed.outcome, printed.bed_was_occupied) == (file.sha256, "power_cut", False)

    async def test_refuses_a_state_that_is_in_use(self, tmp_path: Path) -> None:
        with running(tmp_path / "state"):
            command = [sys.executable, "manage.py", "simulate_printers", "--state", str(tmp_path / "state")]
            second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

        assert second.returncode == 1
        assert "Another simulator uses" in second.stderr

    @pytest.mark.parametrize("wrong", [["--printers", "0"], ["--speed", "0"], ["--tick", "-1"], ["--printers", "x"]])
    async def test_says_what_it_cannot_do(self, tmp_path: Path, wrong: list[str]) -> None:
        command = [sys.executable, "manage.py", "simulate_printers", "--state", str(tmp_path / "state"), *wrong]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

        assert done.returncode != 0
        assert "Traceback" not in done.stderr
        assert done.stderr
