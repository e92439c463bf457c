"""``./farm test``: every step runs whatever fails before it, and the end says so; and what it installs stays still."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from farmos.cli import apt, bench
from farmos.cli import test as checks
from farmos.cli.apt import CannotInstall, Need


def step(name: str, status: int) -> checks.Step:
    return checks.Step(name, (sys.executable, "-c", f"raise SystemExit({status})"))


class TestTheSteps:
    def test_all_run_and_the_failed_ones_are_named(self, capfd: pytest.CaptureFixture[str]) -> None:
        outcomes = [checks.run(step(name, status)) for name, status in (("one", 0), ("two", 3), ("three", 0))]

        status = checks.report(outcomes)

        said = capfd.readouterr().out
        assert status == 1
        assert [outcome.passed for outcome in outcomes] == [True, False, True]
        assert "FAILED: two" in said.splitlines()[-1]
        assert "✗ FAILED" in said

    def test_that_all_pass_end_well(self, capfd: pytest.CaptureFixture[str]) -> None:
        status = checks.report([checks.run(step("one", 0))])

        assert status == 0
        assert capfd.readouterr().out.splitlines()[-1].endswith("all passed")

    def test_of_all_include_every_step_of_the_default_and_more(self) -> None:
        default, everything = ([step.name for step in steps()] for steps in (checks.default_steps, checks.all_steps))

        assert set(default) - {"tests"} <= set(everything)
        assert {"processes", "races and constraints on PostgreSQL and Redis"} <= set(everything)

    def test_with_arguments_are_only_these_tests(self, monkeypatch: pytest.MonkeyPatch) -> None:
        ran: list[tuple[str, ...]] = []

        def run(command: tuple[str, ...], **_more: object) -> subprocess.CompletedProcess[str]:
            ran.append(command)
            return subprocess.CompletedProcess(command, 7)

        monkeypatch.setattr(subprocess, "run", run)

        status = checks.main(["tests/journal", "-k", "lanes"])

        assert status == 7
        assert [command[-3:] for command in ran] == [("tests/journal", "-k", "lanes")]


class TestPackages:
    @pytest.fixture
    def missing(self) -> Need:
        return Need("no-such-package", is_there=lambda: False, services=("no-such-service",))

    def test_that_are_there_are_not_asked_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(subprocess, "run", lambda *_arguments, **_more: pytest.fail("nothing needs to run"))

        apt.ensure([Need("present", is_there=lambda: True)])

    def test_that_may_not_be_installed_are_named_with_the_command(self, missing: Need, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(apt, "_as_root", lambda: None)

        with pytest.raises(CannotInstall, match=r"not installed: no-such-package.*sudo apt-get install no-such-package"):
            apt.ensure([missing])

    def test_start_no_service_while_they_are_installed(self, missing: Need, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        policy, seen = tmp_path / "policy-rc.d", []

        def run(command: list[str], **_more: object) -> subprocess.CompletedProcess[str]:
            seen.append((" ".join(command), policy.exists() and policy.read_text().endswith("exit 101\n")))
            if command[:2] == ["sh", "-c"]:
                policy.write_text(apt.NO_SERVICES)
            if command[0] == "rm":
                policy.unlink()
            return subprocess.CompletedProcess(command, 0, "", "")

        monkeypatch.setattr(apt, "POLICY", policy)
        monkeypatch.setattr(apt, "_as_root", list)
        monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
        monkeypatch.setattr(subprocess, "run", run)

        with pytest.raises(CannotInstall, match="apt finished, but no-such-package cannot be found"):
            apt.ensure([missing])

        forbidden = dict(seen)
        assert forbidden["apt-get install -y -qq --no-install-recommends no-such-package"] is True
        assert forbidden["systemctl disable --now no-such-service"] is False
        assert not policy.exists()

    def test_leave_a_policy_of_the_machine_alone(self, missing: Need, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        policy = tmp_path / "policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 0\n")
        monkeypatch.setattr(apt, "POLICY", policy)
        monkeypatch.setattr(apt, "_as_root", list)
        monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
        monkeypatch.setattr(subprocess, "run", lambda command, **_more: subprocess.CompletedProcess(command, 0, "", ""))

        with pytest.raises(CannotInstall):
            apt.ensure([missing])

        assert policy.read_text() == "#!/bin/sh\nexit 0\n"


class TestBenches:
    def test_are_found_by_name(self) -> None:
        assert {"commands", "feed", "startup"} <= set(bench.names())
        assert "figures" not in bench.names()

    def test_that_do_not_exist_are_answered_with_those_that_do(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert bench.main(["nothing"]) == 2
        assert "startup" in capsys.readouterr().err
