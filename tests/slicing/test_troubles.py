"""A slicer that crashes, hangs, lies or is not there; a full disk. Each is told apart, and nothing half-made stays."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from apps.journal import confined
from apps.slicing.domain.job import SliceJob, SliceProblem, SlicerCrashed, SliceRejected, SlicerMissing
from apps.slicing.drivers import prusaslicer
from apps.slicing.drivers.prusaslicer import digest, slice_plate
from tests.architecture.source import ROOT
from tests.processes.running import is_alive, until
from tests.slicing.conftest import Pretend
from tests.slicing.shapes import box, job, placed


def trouble(asked: SliceJob, into: Path) -> SliceProblem:
    """Return how slicing ``asked`` fails; nothing is left behind."""
    with pytest.raises(SliceProblem) as caught:
        slice_plate(asked, into)
    assert not list(into.iterdir())
    return caught.value


def see_gone(pid: int) -> None:
    """Wait until the process ends."""
    until(lambda: not is_alive(pid), f"process {pid} to end")


class TestASlicerThat:
    @pytest.mark.parametrize("name", ["SEGV", "ABRT", "KILL"])
    def test_crashes(self, pretend: Pretend, small: SliceJob, into: Path, name: str) -> None:
        pretend(f"echo it hurts; kill -{name} $$")

        found = trouble(small, into)

        assert isinstance(found, SlicerCrashed)
        assert (found.code, found.params["signal"], found.params["said"]) == ("slicer-crashed", f"SIG{name}", "it hurts")

    def test_hangs_is_stopped_with_its_children(
        self, pretend: Pretend, small: SliceJob, into: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pids = tmp_path / "pids"
        pretend(f"sleep 1000 & trap '' TERM INT HUP; echo $! $$ > {pids}.part; mv {pids}.part {pids}; wait; wait")
        digest()  # asked before, so that the next program that runs is the one that hangs
        wait = confined._wait

        def wait_once_it_hangs(process: subprocess.Popen[bytes], seconds: float) -> bool:
            until(pids.exists, "the pretender to hang")
            return wait(process, seconds)

        monkeypatch.setattr(confined, "_wait", wait_once_it_hangs)
        began = time.monotonic()

        found = trouble(replace(small, timeout_s=1.0), into)

        assert isinstance(found, SlicerCrashed)
        assert (found.code, found.params) == ("slicer-timed-out", {"seconds": 1})
        assert time.monotonic() - began < 1000, "it ended by itself"
        for pid in pids.read_text().split():
            see_gone(int(pid))

    def test_ends_but_leaves_a_child_is_cleaned_up_after(self, pretend: Pretend, small: SliceJob, into: Path, tmp_path: Path) -> None:
        pretend(f"sleep 1000 & echo $! > {tmp_path}/pid; exit 3")

        assert trouble(small, into).code == "slice-refused"
        see_gone(int((tmp_path / "pid").read_text()))

    @pytest.mark.parametrize("body", ["exit 0", "touch raw.gcode", "mkdir raw.gcode", "ln -s /etc/hostname raw.gcode"])
    def test_says_all_is_well_and_makes_no_file(self, pretend: Pretend, small: SliceJob, into: Path, body: str) -> None:
        pretend(body)

        assert trouble(small, into).code == "slice-output-missing"

    def test_says_all_is_well_and_stops_in_the_middle(self, pretend: Pretend, small: SliceJob, into: Path) -> None:
        pretend('$SLICER "$@" && head -c 30000 raw.gcode > cut && mv cut raw.gcode')

        assert trouble(small, into).code == "slice-output-incomplete"

    def test_forgets_the_time(self, pretend: Pretend, small: SliceJob, into: Path) -> None:
        pretend("""$SLICER "$@" && sed -i '/estimated printing time/d' raw.gcode""")

        assert trouble(small, into).code == "slice-output-incomplete"

    def test_takes_other_values_without_a_word(self, pretend: Pretend, tmp_path: Path, into: Path) -> None:
        pretend("""[ "$1 $2 $3" = "--export-gcode --config-compatibility disable" ] || exit 9; shift 3; $SLICER --export-gcode "$@" """)
        asked = job(tmp_path, placed(tmp_path, "slot-1", box(9, 9, 1), 50, 50), fill_pattern="nosuch")

        found = trouble(asked, into)

        assert found.code == "slice-settings-not-applied"
        assert [(one["key"], one["wanted"]) for one in found.params["differences"]] == [("fill_pattern", "nosuch")]
        assert found.params["differences"][0]["got"] not in (None, "nosuch")

    def test_loses_a_part(self, pretend: Pretend, small: SliceJob, into: Path) -> None:
        pretend("""$SLICER "$@" && sed -i '/^; printing object slot-2/,/^; stop printing object slot-2/d' raw.gcode""")

        assert trouble(small, into).params == {"objects": ["slot-2"]}

    def test_says_it_has_no_memory(self, pretend: Pretend, small: SliceJob, into: Path) -> None:
        pretend("echo 'terminate called after throwing an instance of std::bad_alloc' >&2; kill -ABRT $$")

        assert trouble(small, into).code == "slicer-out-of-memory"

    def test_talks_without_end_is_quoted_briefly(self, pretend: Pretend, small: SliceJob, into: Path) -> None:
        pretend("yes 'once upon a time' | head -c 3000000; echo; echo the end; exit 1")

        found = trouble(small, into)

        assert len(found.log) <= 8_000
        assert found.params["said"] == "the end"

    def test_dies_with_us(self, pretend: Pretend, small: SliceJob, into: Path, tmp_path: Path) -> None:
        pids = tmp_path / "pids"
        slicer = pretend(f"echo $$ > {pids}.part; mv {pids}.part {pids}; exec sleep 1000")
        code = (
            "import sys; from pathlib import Path; from apps.journal.confined import Bounds, run\n"
            "run(Path(sys.argv[1]), [], within=Path(sys.argv[2]), bounds=Bounds())"
        )
        us = subprocess.Popen([sys.executable, "-c", code, str(slicer), str(into)], cwd=ROOT)
        try:
            until(pids.exists, "the slicer to run")
            pid = int(pids.read_text())
            assert is_alive(pid)
        finally:
            us.kill()
            us.wait()

        see_gone(pid)


class TestNoSlicer:
    def test_is_said(self, settings: Settings, small: SliceJob, into: Path) -> None:
        settings.FARMOS_PRUSA_SLICER = "/nowhere/prusa-slicer"

        found = trouble(small, into)

        assert isinstance(found, SlicerMissing)
        assert (found.code, found.params) == ("slicer-missing", {"program": "/nowhere/prusa-slicer"})
        with pytest.raises(SlicerMissing):
            digest()

    def test_something_else_in_its_place_is_not_taken_for_one(self, settings: Settings) -> None:
        settings.FARMOS_PRUSA_SLICER = "/bin/true"

        with pytest.raises(SlicerMissing) as caught:
            digest()

        assert caught.value.code == "slicer-unknown"

    def test_another_binary_has_another_digest(self, pretend: Pretend) -> None:
        pretend("exit 0")
        first = digest()
        pretend("exit 1")

        assert first.startswith("PrusaSlicer 2.5.0 sha256:")
        assert digest() != first

    def test_a_name_is_looked_for(self, settings: Settings, slicer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.FARMOS_PRUSA_SLICER = "prusa-slicer"
        monkeypatch.setenv("PATH", "")

        assert prusaslicer.program() == slicer


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[Path]:
    """A folder with room for 200 kB."""
    folder = tmp_path / "narrow"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(folder)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("only root can make a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


class TestAFullDisk:
    def test_is_said_and_leaves_nothing(self, small: SliceJob, narrow: Path) -> None:
        (narrow / "others").write_bytes(bytes(100_000))

        with pytest.raises(SlicerCrashed) as caught:
            slice_plate(small, narrow)

        assert caught.value.code == "slicer-disk-full"
        assert [path.name for path in narrow.iterdir()] == ["others"]

    def test_even_with_no_room_for_the_plate(self, small: SliceJob, narrow: Path) -> None:
        (narrow / "others").write_bytes(bytes(199_000))

        with pytest.raises(SlicerCrashed) as caught:
            slice_plate(small, narrow)

        assert caught.value.code == "slicer-disk-full"

    def test_a_folder_that_is_not_there(self, small: SliceJob, tmp_path: Path) -> None:
        with pytest.raises(SlicerCrashed) as caught:
            slice_plate(small, tmp_path / "nowhere")

        assert caught.value.code == "slicer-crashed"
        assert "No such file" in caught.value.params["said"]


def test_rejections_are_told_from_crashes(small: SliceJob, into: Path, pretend: Pretend) -> None:
    """The first would end the same each time; the second may be tried again."""
    pretend("echo 'The print is empty. The model is not printable with current print settings.' >&2; exit 1")

    assert isinstance(trouble(small, into), SliceRejected)
