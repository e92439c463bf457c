"""Writers that race, die, and run out of disk: real processes, real file systems."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from apps.artifacts.store.values import sha256_in
from tests.architecture.source import ROOT
from tests.artifacts import writer

KILLS, MOST_KILLS = 60, 3000
"""How often a writer is killed, and how often on a machine on which that showed nothing yet."""
LONGEST_LIFE_S = 0.08


def forked(work: Callable[[], object]) -> int:
    """Run ``work`` in a fork of this process and return its id; it ends with status 0 or is killed."""
    child = os.fork()
    if child:
        return child
    try:
        work()
        os._exit(0)
    finally:
        os._exit(1)


def status_of(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def write_many(folder: Path, first: int) -> None:
    for number in range(first, first + 1000):
        writer.write(folder, number)


def files_under(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def damaged(folder: Path) -> list[Path]:
    """Return the files whose bytes are not what their key promises."""
    stored = files_under(folder / "sha256")
    return [file for file in stored if hashlib.sha256(file.read_bytes()).hexdigest() != sha256_in(str(file.relative_to(folder)))]


class TestEightWritersOfTheSameContent:
    @pytest.mark.parametrize("_round", range(5))
    def test_end_with_one_whole_file(self, _round: int, folder: Path) -> None:
        begin = time.monotonic() + 0.1

        def write_at_once() -> None:
            time.sleep(max(0.0, begin - time.monotonic()))
            writer.write(folder, 7)

        children = [forked(write_at_once) for _ in range(8)]

        assert [status_of(child) for child in children] == [0] * 8
        assert len(files_under(folder)) == 1
        assert damaged(folder) == []


class TestAWriterKilledAtAnyMoment:
    def test_never_leaves_half_a_file_under_a_key(self, folder: Path) -> None:
        chance, stored, unfinished = random.Random(7), 0, 0
        for kill in range(MOST_KILLS):
            if kill >= KILLS and stored and unfinished:
                break
            child = forked(partial(write_many, folder, kill * 1000))
            time.sleep(chance.uniform(0.0, LONGEST_LIFE_S))
            os.kill(child, signal.SIGKILL)

            assert status_of(child) == -signal.SIGKILL
            assert damaged(folder) == []
            stored += len(files_under(folder / "sha256"))
            unfinished += len(files_under(folder / "incoming"))
            shutil.rmtree(folder, ignore_errors=True)

        assert stored, "no writer ever finished a file: this showed nothing"
        assert unfinished, "no writer was ever killed in the middle of a file: this showed nothing"

    def test_is_no_obstacle_to_the_next_one(self, folder: Path) -> None:
        child = forked(lambda: [writer.write(folder, 0) for _ in range(1000)])
        time.sleep(0.02)
        os.kill(child, signal.SIGKILL)
        status_of(child)

        key = writer.write(folder, 0)

        assert (folder / key).read_bytes() == writer.content(0)

    def test_half_a_file_would_be_seen(self, folder: Path) -> None:
        """The tests above rest on ``damaged``."""
        file = folder / writer.write(folder, 0)
        file.chmod(0o600)

        file.write_bytes(b"half")

        assert damaged(folder) == [file]


def may_mount() -> bool:
    """May this user make a file system, if only in a namespace of their own?"""
    if shutil.which("unshare") is None:
        return False
    probe = ["unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(probe, capture_output=True).returncode == 0


ON_A_TINY_DISK = 'mkdir -p "$0" && mount -t tmpfs -o size=2m none "$0" && "$@"; status=$?; find "$0" -type f; exit $status'
WITH_SMALL_FILES_ONLY = 'ulimit -f 1024 && "$@"'


def write_4_mb(folder: Path, *before: str) -> list[str]:
    """Run the writer under the words ``before``; return the lines printed."""
    command = [*before, sys.executable, "-m", "tests.artifacts.writer", str(folder)]
    environment = {"DJANGO_SETTINGS_MODULE": "farmos.settings.test", **os.environ}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


class TestAFullDisk:
    @pytest.mark.skipif(not may_mount(), reason="this user may not mount file systems, not even in a namespace of their own")
    def test_is_said_in_plain_words_and_leaves_nothing(self, folder: Path) -> None:
        printed = write_4_mb(folder, "unshare", "--user", "--map-root-user", "--mount", "sh", "-c", ON_A_TINY_DISK, str(folder))

        assert printed == ["refused disk-full 507"], "further lines are files left behind"

    def test_or_a_limit_on_file_sizes_does_the_same(self, folder: Path) -> None:
        printed = write_4_mb(folder, "sh", "-c", WITH_SMALL_FILES_ONLY, "sh")

        assert printed == ["refused disk-full 507"]
        assert files_under(folder) == []

    def test_with_room_the_same_writer_succeeds(self, folder: Path) -> None:
        (key,) = write_4_mb(folder)

        assert files_under(folder) == [folder / key]
