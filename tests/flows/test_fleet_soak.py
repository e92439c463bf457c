"""``./farm soak fleet``: a short walk of it, and that its judge can tell."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from apps.fleet.simulator.physical import Print
from farmos.supervisor.place import ROOT

from .fleet_soak import Told, is_true

RIGHT, WRONG = "a" * 64, "b" * 64


def printed(outcome: str, sha256: str = RIGHT) -> Print:
    return Print("sim-01", 1, "farmos/x/a.gcode", sha256, "", bed_was_occupied=False, outcome=outcome)


class TestTheJudge:
    @pytest.mark.parametrize(
        ("state", "was_doubtful", "prints", "is_so"),
        [
            ("completed", False, [printed("complete")], True),
            ("completed", False, [printed("complete"), printed("complete")], False),
            ("completed", False, [printed("complete", WRONG)], False),
            ("completed", False, [printed("cancelled")], False),
            ("completed", False, [], False),
            ("failed", False, [printed("restart")], True),
            ("failed", False, [], True),
            ("failed", False, [printed("complete")], False),
            ("failed", True, [printed("complete")], True),
            ("failed", True, [printed("restart"), printed("complete")], False),
            ("aborted", False, [printed("")], False),
        ],
    )
    def test_holds_the_record_against_what_happened(self, state: str, was_doubtful: bool, prints: list[Print], is_so: bool) -> None:
        assert is_true(Told("x", RIGHT, state, was_doubtful), prints) is is_so


@pytest.mark.processes
@pytest.mark.slow
class TestAShortWalk:
    @pytest.mark.parametrize("more", [[], ["--moonraker"]], ids=["simulator", "real Moonraker"])
    def test_keeps_every_promise(self, more: list[str]) -> None:
        if more:
            from apps.fleet.simulator.real.moonraker import VERSION
            from tests.fleet.others_programs import there_is

            there_is("moonraker", VERSION)
        command = [
            sys.executable,
            "-P",
            "-m",
            "farmos.cli",
            "soak",
            "fleet",
            "--steps",
            "12",
            "--printers",
            "3",
            "--seed",
            "20261130",
            *more,
        ]
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=900, check=False
        )

        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        assert "12 dispatches in" in done.stdout
