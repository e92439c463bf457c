"""Programs that swell, burn, write, crash or outlive us are kept within what they were given."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from apps.journal.confined import LAUNCHER, Bounds, run
from apps.journal.confined.launch import CANNOT_RUN

PYTHON = Path(sys.executable)


class TestAProgram:
    def test_that_needs_too_much_memory_is_refused_it(self, tmp_path: Path) -> None:
        ended = run(PYTHON, ["-c", "bytearray(10**9)"], within=tmp_path, bounds=Bounds(memory_bytes=400 * 1024**2, wall_s=600))

        assert ended.status == 1
        assert "MemoryError" in ended.log

    def test_that_burns_time_is_ended_and_one_sees_why(self, tmp_path: Path) -> None:
        ended = run(PYTHON, ["-c", "while True: pass"], within=tmp_path, bounds=Bounds(cpu_s=1, wall_s=600))

        assert (ended.status, ended.timed_out) == (-signal.SIGXCPU, False)

    def test_that_will_not_hear_of_it_is_killed(self, tmp_path: Path) -> None:
        deaf = "import signal; signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"

        ended = run(PYTHON, ["-c", deaf], within=tmp_path, bounds=Bounds(cpu_s=1, wall_s=600))

        assert (ended.status, ended.timed_out) == (-signal.SIGKILL, False)

    def test_that_writes_without_end_is_ended(self, tmp_path: Path) -> None:
        write = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_DFL); open('x', 'wb').write(bytes(2_000_000))"

        ended = run(PYTHON, ["-c", write], within=tmp_path, bounds=Bounds(file_bytes=1_000_000, wall_s=600))

        assert ended.status == -signal.SIGXFSZ

    def test_sees_nothing_of_our_environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FARMOS_SECRET_KEY", "a-secret")

        ended = run(Path("/usr/bin/env"), [], within=tmp_path, bounds=Bounds(), environment={"TOLD": "this"})

        assert "a-secret" not in ended.log
        assert {"LC_ALL=C", "TOLD=this"} <= set(ended.log.splitlines())

    @pytest.mark.parametrize("content", [None, b"some bytes"])
    def test_reads_what_it_is_given_and_nothing_else(self, tmp_path: Path, content: bytes | None) -> None:
        given = tmp_path / "given"
        given.write_bytes(content or b"")
        with given.open("rb") as source:
            ended = run(Path("/bin/cat"), [], within=tmp_path, bounds=Bounds(), source=source if content else None)

        assert (ended.status, ended.log.encode()) == (0, content or b"")

    def test_is_in_a_process_group_of_its_own_and_in_our_session(self, tmp_path: Path) -> None:
        """The group is what we end; by the session the supervisor finds what is left of a worker."""
        ended = run(PYTHON, ["-c", "import os; print(os.getpgid(0), os.getsid(0))"], within=tmp_path, bounds=Bounds())
        group, session = (int(number) for number in ended.log.split())

        assert group != os.getpgid(0)
        assert session == os.getsid(0)

    def test_that_cannot_be_run_is_said(self, tmp_path: Path) -> None:
        ended = run(Path("/nowhere/program"), [], within=tmp_path, bounds=Bounds())

        assert (ended.status, ended.log.strip()) == (CANNOT_RUN, "/nowhere/program: No such file or directory")

    def test_whose_caller_died_first_never_runs(self) -> None:
        limits = ["1000000000", "10", "1000"]
        somebody_else = str(os.getppid())

        done = subprocess.run([sys.executable, str(LAUNCHER), somebody_else, *limits, "/bin/echo", "ran"], capture_output=True, check=False)

        assert (done.returncode, done.stdout) == (CANNOT_RUN, b"")

    def test_gets_no_more_than_we_have_ourselves(self, tmp_path: Path) -> None:
        """A limit that was set on us (by a container, by systemd) is never raised."""
        code = (
            "import resource; from pathlib import Path; from apps.journal.confined import Bounds, run\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
            "print(run(Path('/bin/sh'), ['-c', 'ulimit -f; ulimit -t'], within=Path('.'), bounds=Bounds(cpu_s=7)).log)"
        )
        root = str(Path(__file__).resolve().parents[2])

        said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=tmp_path, env={"PYTHONPATH": root}).stdout

        in_blocks_of_512 = 5000 // 512
        assert said.split() == [b"%d" % in_blocks_of_512, b"7"]
