"""Messages as files: each is taken whole, by one."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from farmos.supervisor.broker import CannotChoose, choose, forget_messages, socket_path
from farmos.supervisor.place import Place
from tests.processes.running import PATIENCE_S, ROOT, until

MESSAGES = 400


def peer(role: str, directory: Path, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.processes.filebroker_peer", role, str(directory), str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


class TestMessages:
    def test_of_two_writers_reach_one_of_two_readers_each_whole(self, tmp_path: Path) -> None:
        (tmp_path / "messages").mkdir()
        readers = [peer("takes", tmp_path, 2 * MESSAGES) for _ in range(2)]
        writers = [peer("puts", tmp_path, MESSAGES) for _ in range(2)]
        failures = [writer.communicate(timeout=PATIENCE_S)[1] for writer in writers]
        until(
            lambda: not list((tmp_path / "messages").glob("*.msg")) or any(reader.poll() is not None for reader in readers), "the readers"
        )
        (tmp_path / "enough").touch()

        outputs = [reader.communicate(timeout=PATIENCE_S) for reader in readers]

        assert failures + [errors for _output, errors in outputs] == [""] * 4
        assert Counter(number for output, _errors in outputs for number in output.split()) == {str(number): 2 for number in range(MESSAGES)}
        assert list((tmp_path / "messages").iterdir()) == []

    def test_of_an_earlier_farm_are_forgotten(self, tmp_path: Path) -> None:
        place = Place(tmp_path)
        place.prepare()
        for name in ("1_a.default.msg", ".2_b.default.msg.taken"):
            (tmp_path / "broker" / "messages" / name).write_text("{}")

        forget_messages(place)

        assert list((tmp_path / "broker" / "messages").iterdir()) == []


class TestTheChoice:
    @pytest.mark.parametrize(
        ("environment", "kind"),
        [
            ({"REDIS_URL": "redis://queue.example/0"}, "given"),
            ({"REDIS_URL": "redis://queue.example/0", "FARMOS_BROKER": "files"}, "files"),
            ({"FARMOS_BROKER": "files"}, "files"),
            ({"FARMOS_BROKER": "system"}, "system"),
            ({}, "bundled"),
        ],
    )
    def test_follows_the_environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], kind: str) -> None:
        monkeypatch.setattr("farmos.supervisor.broker.bundled_server", lambda: "/opt/redis-server")
        monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")

        chosen = choose(Place(tmp_path), environment)

        assert chosen.kind == kind
        assert chosen.in_words()

    def test_falls_back_to_files_where_there_is_no_redis(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("farmos.supervisor.broker.bundled_server", lambda: "")
        monkeypatch.setattr("shutil.which", lambda _name: None)

        assert choose(Place(tmp_path), {}).kind == "files"
        with pytest.raises(CannotChoose, match="FARMOS_BROKER=bundled cannot be used here"):
            choose(Place(tmp_path), {"FARMOS_BROKER": "bundled"})

    def test_gives_a_long_path_a_short_socket(self, tmp_path: Path) -> None:
        deep = Place(tmp_path / ("x" * 120))

        assert len(socket_path(deep)) <= 100
        assert socket_path(deep) == socket_path(deep) != socket_path(Place(tmp_path / ("y" * 120)))
