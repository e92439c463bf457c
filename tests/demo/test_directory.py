"""The directory of a demo: kept as it was asked for, nobody else's, and one demo at a time. What cannot be used is said in a sentence."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from farmos.cli import demo
from farmos.demo import directory
from farmos.supervisor import sessions
from farmos.supervisor.place import Place
from tests.processes.running import until

pytestmark = pytest.mark.processes


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Ask for a demo that cannot be; return what is said about it."""
    assert demo.main(["--once", *arguments]) == 1
    words = capsys.readouterr().err
    assert words.startswith("farm demo: ")
    return words


class TestADirectoryThatIsNoDemos:
    def test_is_left_exactly_as_it_is(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        papers = tmp_path / "papers"
        papers.mkdir(mode=0o755)
        (papers / "letter").write_text("dear")

        assert "holds something else" in said(capsys, "--data", str(papers))

        assert [one.name for one in papers.iterdir()] == ["letter"]
        assert papers.stat().st_mode & 0o777 == 0o755

    def test_of_a_real_farm_is_not_touched(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "logs").mkdir()
        (tmp_path / "logs" / "supervisor.log").write_text("{}")

        assert "a real farm" in said(capsys, "--data", str(tmp_path))

        assert [one.name for one in tmp_path.iterdir()] == ["logs"]

    def test_that_is_a_file_is_named(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "file").write_text("")

        assert "is no directory" in said(capsys, "--data", str(tmp_path / "file"))

    def test_that_cannot_be_made_is_named(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert "/proc/nowhere cannot be used" in said(capsys, "--data", "/proc/nowhere")


class TestADemoThatRuns:
    def test_keeps_a_second_one_off_until_it_ends(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        place = Place(tmp_path)
        place.prepare()
        (tmp_path / "demo").mkdir()

        with directory.alone(place):
            assert "A demo runs on" in said(capsys, "--data", str(tmp_path))

        with directory.alone(place):
            pass


class TestAFileThatIsNotThere:
    def test_is_named_before_anything_is_made(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        data = tmp_path / "new"

        assert "none.stl cannot be read" in said(capsys, "--model", str(tmp_path / "none.stl"), "--data", str(data))

        assert not data.exists()


class TestWhatWasAskedFor:
    def test_is_kept_and_files_of_another_demo_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "demo").mkdir()
        first, other = tmp_path / "a.stl", tmp_path / "b.stl"
        first.write_text("one")
        other.write_text("another")
        asked = demo.parser().parse_args(["--once", "--model", str(first), "--quantity", "3"])

        kept = directory.keep_request(Place(tmp_path), asked)

        assert (kept["quantity"], kept["speed"], kept["files"][0]["name"]) == (3, 300.0, "a.stl")
        assert directory.keep_request(Place(tmp_path), demo.parser().parse_args([])) == kept
        with pytest.raises(directory.CannotDemonstrate, match="other files"):
            directory.keep_request(Place(tmp_path), demo.parser().parse_args(["--model", str(other)]))


class TestWrongArguments:
    @pytest.mark.parametrize(
        "arguments", [["--printers", "0"], ["--quantity", "x"], ["--speed", "nan"], ["--speed", "0"], ["--material", "ABS"]]
    )
    def test_are_said_in_words(self, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            demo.main(arguments)

        assert ended.value.code == 2
        assert "choose" in (words := capsys.readouterr().err) or "is no speed" in words


class TestAProcessOfAnEarlierDemo:
    def test_that_has_ended_is_not_waited_for_though_nobody_took_notice(self, tmp_path: Path) -> None:
        with subprocess.Popen(["true"]) as ended:
            until(lambda: sessions.session_of(ended.pid) is None, "its end")
            helper = demo.Helper("A helper", ["true"], {}, tmp_path / "log", pid=ended.pid)

            assert not helper.lives
            helper.stop()

    def test_that_lives_is_ended(self, tmp_path: Path) -> None:
        with subprocess.Popen(["sleep", "600"]) as living:
            helper = demo.Helper("A helper", ["sleep", "600"], {}, tmp_path / "log", pid=living.pid)
            assert helper.lives

            helper.stop()

            assert living.wait() == -signal.SIGTERM


class TestThePortOfTheShop:
    def test_is_none_that_the_system_gives_to_others_and_stays_the_same(self, tmp_path: Path) -> None:
        (tmp_path / "demo").mkdir()
        request = {"printers": 1, "speed": 1.0}

        first = demo.Demo(Place(tmp_path), request, to_the_end=True, quiet=True).port

        from_here = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
        assert 1024 <= first < from_here
        assert demo.Demo(Place(tmp_path), request, to_the_end=True, quiet=True).port == first
