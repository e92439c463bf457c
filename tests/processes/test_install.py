"""``./farm`` makes its environment: from nothing, once, after an interruption, several at once, without the network."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from farmos.cli import install
from tests.processes.running import PATIENCE_S, ROOT, until

pytestmark = pytest.mark.processes


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of what ``./farm`` needs to set itself up, with two small requirement files."""
    for name in ("farm", "farmos/__init__.py", "farmos/cli", "farmos/supervisor"):
        target = tmp_path / "clone" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, target)
    pinned = {line.partition("==")[0]: line for line in (ROOT / "requirements.txt").read_text().splitlines() if "==" in line}
    (tmp_path / "clone" / "requirements.txt").write_text(f"{pinned['six']}\n")
    (tmp_path / "clone" / "requirements-dev.txt").write_text(f"{pinned['vine']}\n")
    return tmp_path / "clone"


def farm(clone: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ``./farm`` with next to no environment, as on a bare machine."""
    home = clone.parent / "home"
    home.mkdir(exist_ok=True)
    bare = {"HOME": str(home), "PATH": os.environ["PATH"], **environment}
    return subprocess.run([clone / "farm", *arguments], env=bare, cwd="/", capture_output=True, text=True, timeout=PATIENCE_S)


def stop(clone: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the verb that needs the environment and nothing else."""
    return farm(clone, "stop", "--data", str(clone / "data"), **environment)


class TestABareMachine:
    @pytest.mark.slow
    def test_gets_everything_once_and_needs_no_network_from_then_on(self, clone: Path) -> None:
        first = stop(clone)
        second = stop(clone, PIP_NO_INDEX="1")

        assert first.returncode == 0, first.stderr
        assert "Installing the packages of requirements.txt" in first.stderr
        assert (second.returncode, second.stderr) == (0, "")

    def test_is_helped_without_installing_anything(self, clone: Path) -> None:
        helped = farm(clone, "help")

        assert helped.returncode == 0
        assert all(verb in helped.stdout for verb in ("up", "demo", "test", "bench", "soak", "manage", "doctor", "stop"))
        assert not (clone / ".venv").exists()

    def test_is_told_what_to_install_when_python_is_too_old(self, clone: Path, tmp_path: Path) -> None:
        tools = tmp_path / "bin"
        tools.mkdir()
        for tool in ("bash", "dirname", "readlink"):
            (tools / tool).symlink_to(str(shutil.which(tool)))
        (tools / "python3").write_text("#!/bin/sh\nexit 1\n")
        (tools / "python3").chmod(0o755)

        refused = farm(clone, "up", PATH=str(tools))

        assert refused.returncode == 69
        assert "Python 3.11 or newer is needed" in refused.stderr
        assert "apt-get install python3 python3-venv" in refused.stderr

    def test_is_told_which_package_brings_a_missing_module(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object())

        with pytest.raises(install.CannotInstall, match=r"ensurepip module is missing.*sudo apt-get install python3\.\d+-venv"):
            install._create()


@pytest.mark.slow
class TestInstalling:
    def test_again_follows_changed_pins(self, clone: Path) -> None:
        stop(clone)
        (clone / "requirements.txt").write_text((clone / "requirements-dev.txt").read_text())

        again = stop(clone)

        assert "Installing the packages" in again.stderr
        assert subprocess.run([clone / ".venv/bin/python", "-c", "import vine"]).returncode == 0

    def test_that_was_interrupted_starts_over(self, clone: Path) -> None:
        command = [str(clone / "farm"), "stop", "--data", str(clone / "data")]
        with socket.create_server(("127.0.0.1", 0)) as silent:  # an index that never answers: it cannot end before it is interrupted
            waits = {"PIP_INDEX_URL": f"http://127.0.0.1:{silent.getsockname()[1]}/simple", "PIP_DEFAULT_TIMEOUT": "600"}
            environment = {**os.environ, **waits, "PIP_NO_CACHE_DIR": "1"}
            with subprocess.Popen(command, stderr=subprocess.DEVNULL, env=environment, start_new_session=True) as started:
                until((clone / ".venv/bin/pip").exists, "the installation to be under way")
                os.killpg(started.pid, signal.SIGKILL)
        assert (clone / ".venv-unfinished").exists()

        again = stop(clone)

        assert again.returncode == 0, again.stderr
        assert "Making" in again.stderr
        assert not (clone / ".venv-unfinished").exists()
        assert subprocess.run([clone / ".venv/bin/python", "-c", "import six"]).returncode == 0

    def test_twice_at_once_is_done_once(self, clone: Path) -> None:
        command = [str(clone / "farm"), "stop", "--data", str(clone / "data")]
        both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]

        told = [process.communicate(timeout=PATIENCE_S)[1] for process in both]

        assert [process.returncode for process in both] == [0, 0]
        assert sorted("Installing the packages" in text for text in told) == [False, True]

    def test_that_cannot_reach_the_network_keeps_what_worked(self, clone: Path) -> None:
        stop(clone)
        (clone / "requirements-dev.txt").write_text("no-such-package-as-this==1.0\n")

        failed = farm(clone, "bench", "nothing", PIP_NO_INDEX="1")

        assert failed.returncode == 69
        assert "Is the network reachable?" in failed.stderr
        assert "Traceback" not in failed.stderr
        assert (stop(clone, PIP_NO_INDEX="1").stderr) == ""

    def test_over_a_link_leaves_what_it_leads_to_as_it_is(self, clone: Path, tmp_path: Path) -> None:
        others = tmp_path / "others"
        others.mkdir()
        (others / "farmos-run.stamp").write_text("made elsewhere\n")
        (clone / ".venv").symlink_to(others)

        refused = stop(clone)

        assert refused.returncode == 69
        assert "Take the link away" in refused.stderr
        assert [one.name for one in others.iterdir()] == ["farmos-run.stamp"]

    def test_moved_elsewhere_is_made_again(self, clone: Path) -> None:
        stop(clone)
        moved = clone.with_name("moved")
        clone.rename(moved)

        again = stop(moved)

        assert again.returncode == 0
        assert "Installing the packages" in again.stderr


class TestVerbs:
    def test_that_do_not_exist_are_named(self, capsys: pytest.CaptureFixture[str]) -> None:
        from farmos.cli.__main__ import main

        assert main(["fly"]) == 2
        assert "there is no verb 'fly'" in capsys.readouterr().err

    def test_stand_in_the_help_with_what_they_do(self) -> None:
        from farmos.cli.__main__ import VERBS, usage

        assert all(what in usage() for _module, what in VERBS.values())


class TestPins:
    def test_are_complete_for_what_is_installed(self) -> None:
        from farmos.cli.doctor import _differing

        assert list(_differing(install.FILES["dev"])) == []

    def test_name_one_version_each(self) -> None:
        lines = [
            line for name in install.FILES["dev"] for line in (ROOT / name).read_text().splitlines() if line and not line.startswith("#")
        ]

        assert [line for line in lines if "==" not in line] == []
        names = [line.partition("==")[0].partition("[")[0].lower() for line in lines]
        assert len(names) == len(set(names))
