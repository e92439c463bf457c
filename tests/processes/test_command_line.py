"""What cannot be used is said in a sentence, never with a trace."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes.running import PATIENCE_S, ROOT

pytestmark = pytest.mark.processes


def _farm(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "farmos.cli", *arguments]
    given = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")}
    return subprocess.run(
        command, cwd=ROOT, env={**given, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, text=True, timeout=PATIENCE_S
    )


class TestSomethingThatCannotBeUsed:
    @pytest.mark.parametrize("data", ["/proc/nowhere", "/etc/hostname", "/dev/null/data"])
    def test_as_a_data_directory_is_named_with_the_way_out(self, data: str) -> None:
        answer = _farm("up", "--data", data)

        assert answer.returncode == 1
        assert answer.stderr.startswith(f"farm up: {data} cannot be used: ")
        assert answer.stderr.endswith("Name another directory with --data DIR.\n")

    @pytest.mark.parametrize("url", ["nonsense", "mysql://root:secret@db/farmos", "postgresql"])
    def test_as_a_database_is_said_without_its_address(self, url: str, tmp_path: Path) -> None:
        answer = _farm("up", "--data", str(tmp_path), DATABASE_URL=url)

        assert answer.returncode == 1
        assert answer.stderr == "farm up: DATABASE_URL names no database farmos knows: it starts with postgresql:// or sqlite:///.\n"

    def test_as_a_log_level_is_said(self, tmp_path: Path) -> None:
        answer = _farm("up", "--data", str(tmp_path), FARMOS_LOG_LEVEL="LOUD")

        assert (answer.returncode, answer.stderr) == (1, "farm up: FARMOS_LOG_LEVEL is one of DEBUG, INFO, WARNING, ERROR, CRITICAL.\n")

    def test_as_an_address_is_said(self, tmp_path: Path) -> None:
        answer = _farm("up", "--data", str(tmp_path), "--host", "192.0.2.1")

        assert answer.returncode == 1
        assert "Name an address of this machine with --host" in answer.stderr

    def test_as_a_verb_shows_the_verbs(self) -> None:
        answer = _farm("fly")

        assert answer.returncode == 2
        assert "there is no verb 'fly'" in answer.stderr


class TestASoak:
    def test_that_does_not_exist_is_answered_with_those_that_do(self) -> None:
        answer = _farm("soak", "everything")

        assert answer.returncode == 2
        assert answer.stderr.endswith("soaks: promises, fleet\n")

    def test_walks_on_a_farm_of_its_own_and_leaves_nothing_behind(self, tmp_path: Path) -> None:
        real, temporary = tmp_path / "farm", tmp_path / "temporary"
        real.mkdir()
        temporary.mkdir()
        database = f"sqlite:///{real / 'real.sqlite3'}"

        answer = _farm(
            "soak", "promises", "--steps", "120", "--seed", "7", DATABASE_URL=database, FARMOS_DATA=str(real), TMPDIR=str(temporary)
        )

        assert answer.returncode == 0, answer.stderr
        said = answer.stdout.splitlines()
        assert said[0] == "seed 7, 120 steps"
        assert " a second, " in said[1]
        assert {"runs.clear_bed", "planning.record_output"} <= {line.split()[-1] for line in said}
        assert list(real.iterdir()) == list(temporary.iterdir()) == []
