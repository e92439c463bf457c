"""The supervisor itself, over small roles that need no database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from farmos.supervisor import sessions
from farmos.supervisor.child import LONGEST_PAUSE_S, pause_s
from farmos.supervisor.place import AlreadyRunning, Place
from tests.processes.running import PATIENCE_S, ROOT, is_alive, until

pytestmark = pytest.mark.processes


def is_dead(pid: int) -> bool:
    return not is_alive(pid)


class Small:
    """A running ``small_farm``."""

    def __init__(self, directory: Path, role: str) -> None:
        self.place = Place(directory)
        self.output = directory / "output"
        with self.output.open("wb") as out:
            command = [sys.executable, "-m", "tests.processes.small_farm", str(directory), role]
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out, start_new_session=True)
        until(lambda: self.place.status().get("state") == "running", "the small farm to run")

    def role(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.place.status()["roles"][name]
        return found

    def grandchild(self) -> int:
        """Return the process that the nest started, once its number is written."""
        note = self.place.data / "grandchild"
        return int(until(lambda: note.exists() and note.read_text(), "the grandchild"))

    def says(self, words: str) -> bool:
        return words in self.output.read_text()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Callable[[str], Small]]:
    started: list[Small] = []

    def start(role: str) -> Small:
        started.append(Small(tmp_path, role))
        return started[-1]

    yield start
    for each in started:
        pids = [role["pid"] for role in each.place.status()["roles"].values() if role["pid"]]
        each.process.kill()
        each.process.wait()
        for pid in pids:
            until(partial(is_dead, pid), "the small farm to be gone")


class TestAGrandchild:
    def test_dies_with_a_killed_supervisor(self, small: Callable[[str], Small]) -> None:
        farm = small("nest")
        grandchild = farm.grandchild()
        assert os.getpgid(grandchild) != os.getpgid(farm.role("nest")["pid"])

        farm.process.kill()
        farm.process.wait()

        until(lambda: not is_alive(grandchild), "the grandchild to be gone")

    def test_dies_also_when_the_guardian_had_to_be_replaced(self, small: Callable[[str], Small]) -> None:
        farm = small("nest")
        grandchild = farm.grandchild()
        guardian = farm.place.status()["guardian"]
        os.kill(guardian, signal.SIGKILL)
        until(lambda: farm.place.status()["guardian"] != guardian, "another guardian")

        farm.process.kill()
        farm.process.wait()

        until(lambda: not is_alive(grandchild), "the grandchild to be gone")

    def test_dies_before_its_killed_parent_is_started_again(self, small: Callable[[str], Small]) -> None:
        farm = small("nest")
        first = farm.grandchild()

        os.kill(farm.role("nest")["pid"], signal.SIGKILL)

        until(lambda: farm.role("nest")["starts"] == 2, "the second life")
        assert not is_alive(first)


class TestARoleThatDoesNotStayAlive:
    def test_is_said_loudly_while_the_others_live_on(self, small: Callable[[str], Small]) -> None:
        farm = small("fails")
        calm = farm.role("calm")["pid"]

        until(lambda: farm.role("fails")["early_deaths"] >= 5, "five deaths")

        until(lambda: farm.says(f"!!! Why: see the end of {farm.place.logs / 'fails.log'}"), "the warning")
        assert farm.says("!!! fails ended with status 3 and does not stay alive (5 times in a row)")
        assert farm.role("calm") == {"pid": calm, "starts": 1, "early_deaths": 0}

    def test_is_tried_again_with_growing_pauses(self) -> None:
        pauses = [pause_s(deaths) for deaths in range(14)]

        assert pauses[:2] == [0, 0]
        assert pauses[2:] == sorted(pauses[2:])
        assert pauses[-1] == LONGEST_PAUSE_S


class TestARoleThatDoesNotStop:
    def test_is_killed_after_its_grace(self, small: Callable[[str], Small]) -> None:
        farm = small("deaf")
        pid = farm.role("deaf")["pid"]
        until(lambda: farm.says("deaf from now on"), "the role to be deaf")

        farm.process.terminate()

        assert farm.process.wait(PATIENCE_S) == 0
        assert not is_alive(pid)
        assert farm.says("deaf did not stop in 1 s and is killed")


class TestHardTimes:
    def test_of_a_full_disk_and_no_room_for_processes_are_survived(self, small: Callable[[str], Small]) -> None:
        farm = small("prints")
        first = farm.role("calm")["pid"]
        own = Path(f"/proc/{farm.process.pid}/task/{farm.process.pid}/children")
        before = set(own.read_text().split())

        farm.process.send_signal(signal.SIGUSR1)
        os.kill(first, signal.SIGKILL)

        until(lambda: farm.process.poll() is not None or set(own.read_text().split()) - before, "the role to be back")
        assert farm.process.poll() is None, farm.output.read_text()
        second = set(own.read_text().split()) - before
        assert len(second) == 1
        os.kill(int(second.pop()), signal.SIGKILL)


class TestLogs:
    def test_hold_every_line_and_the_console_what_matters(self, small: Callable[[str], Small]) -> None:
        farm = small("prints")
        log = farm.place.logs / "prints.log"

        until(lambda: "no JSON at all" in log.read_text(), "the lines")

        assert "all is well" in log.read_text()
        until(lambda: farm.says("prints     no JSON at all"), "the console")
        assert farm.says("prints     warning: the printer smokes printer=left")
        assert not farm.says("all is well")


class TestADataDirectory:
    def test_belongs_to_one_supervisor(self, tmp_path: Path) -> None:
        place = Place(tmp_path)
        place.prepare()
        held = place.claim()

        with pytest.raises(AlreadyRunning, match="farmos already runs on"):
            Place(tmp_path).claim()

        assert place.is_held()
        os.close(held)
        assert not place.is_held()

    def test_survives_a_torn_status(self, tmp_path: Path) -> None:
        place = Place(tmp_path)
        place.prepare()
        (place.run / "status.json").write_text('{"pid": 1')

        assert place.status() == {}

    def test_of_a_role_is_held_by_one_process(self, small: Callable[[str], Small]) -> None:
        farm = small("prints")
        lock = farm.place.run / "prints.lock"

        pid = farm.role("prints")["pid"]

        until(lambda: lock.exists() and lock.read_text() == f"{pid}\n", "the role's lock to name its holder")
        second = subprocess.run(["flock", "--nonblock", str(lock), "true"])
        assert second.returncode != 0


LIVED_ON = 7


def _at_birth(asked: signal.Signals) -> str:
    """Return the beginning of a program with a supervisor's handlers, each of whose children is sent a signal the moment it is there."""
    return (
        "import os, signal\n"
        f"signal.signal({asked:d}, signal.default_int_handler if {asked:d} == signal.SIGINT else lambda *_: None)\n"
        f"os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), {asked:d}))\n"
    )


def _a_role(directory: Path) -> str:
    """Return the part of a program that starts a role, which ends with ``LIVED_ON`` unless it is ended."""
    return (
        "from pathlib import Path\nfrom farmos.supervisor import birth\nfrom farmos.supervisor.roles import Role\n"
        f"role = Role('early', lambda: {LIVED_ON})\n"
        f"pid = birth.fork(role, lock=Path({str(directory / 'lock')!r}), environment={{}}, output=1)\n"
    )


def _ends_with(script: str) -> int:
    """Run a program that starts one process, ``pid``; return how that ended. Nobody may complain."""
    status = "print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n"
    done = subprocess.run([sys.executable, "-c", script + status], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr == ""
    return int(done.stdout)


class TestForking:
    def test_is_refused_while_another_thread_runs(self) -> None:
        busy = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"
        script = f"{busy}; from farmos.supervisor.preload import check_alone; check_alone()"

        done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)

        assert "NotAlone: 2 threads run in the supervisor" in done.stderr

    @pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGHUP])
    def test_loses_no_request_to_stop_that_comes_before_the_role_listens(self, asked: signal.Signals, tmp_path: Path) -> None:
        assert _ends_with(_at_birth(asked) + _a_role(tmp_path)) == -asked

    def test_leaves_a_ctrl_c_to_the_supervisor_also_while_the_role_is_born(self, tmp_path: Path) -> None:
        assert _ends_with(_at_birth(signal.SIGINT) + _a_role(tmp_path)) == LIVED_ON

    @pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
    def test_gives_a_guardian_that_no_signal_ends(self, asked: signal.Signals) -> None:
        guardian = (
            "from farmos.supervisor.sessions import Guardian\nguardian = Guardian()\nos.close(guardian._writing)\npid = guardian.pid\n"
        )

        assert _ends_with(_at_birth(asked) + guardian) == 0

    def test_gives_every_process_identifiers_of_its_own(self) -> None:
        script = (
            "import os\nfrom apps.journal.identity import new_id\nnew_id()\npipes = []\n"
            "for _ in range(4):\n    reading, writing = os.pipe()\n    pipes.append(reading)\n    if os.fork() == 0:\n"
            "        os.write(writing, ' '.join(str(new_id()) for _ in range(100)).encode())\n        os._exit(0)\n    os.close(writing)\n"
            "for reading in pipes:\n    print(open(reading).read())\n"
        )

        done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)

        made = done.stdout.split()
        assert len(made) == len(set(made)) == 400


class TestSessions:
    def test_are_found_and_killed_whole(self) -> None:
        leader = subprocess.Popen(["sh", "-c", "sleep 600 & sleep 600 & wait"], start_new_session=True)
        until(lambda: len(sessions.members(leader.pid)) == 3, "the session")

        sessions.kill(leader.pid)

        leader.wait()
        assert sessions.members(leader.pid) == []

    def test_are_found_beside_processes_with_odd_names(self) -> None:
        odd = "import ctypes, sys; ctypes.CDLL(None).prctl(15, b'b\\xfcro) Z 1 1'); print(flush=True); sys.stdin.read()"
        command = [sys.executable, "-c", odd]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as other:
            assert other.stdout is not None
            other.stdout.readline()

            assert sessions.members(other.pid) == [other.pid]

    def test_of_others_cannot_be_meant(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sessions, "members", lambda _session: pytest.fail("nobody may even be looked for"))

        with pytest.raises(AssertionError, match="0 is everybody"):
            sessions.kill(0)
