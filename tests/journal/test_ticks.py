"""Numbers on their way past the database: the newest of each key, not too often, forgotten with whoever said them."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from pytest_django.fixtures import Settings

from apps.journal import ticks
from apps.journal.ticks import ALIVE_S, OBJECT_S, Numbers, Publisher
from tests import services
from tests.processes.running import PATIENCE_S

SITE = uuid4()


@pytest.fixture
def publisher(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """A publisher that hands out only when a test says so."""
    settings.DATA_DIR = tmp_path
    settings.REDIS_URL = ""
    monkeypatch.setattr(Publisher, "_run", lambda self: None)
    made = Publisher()
    yield made
    made.stop()


def put(publisher: Publisher, run_id: UUID, **numbers: float | None) -> None:
    publisher.put("run", run_id, SITE, **numbers)


class TestPublishing:
    def test_hands_out_the_newest_of_each_object_to_another_process(self, publisher: Publisher) -> None:
        run_id, reader = uuid4(), Numbers()
        put(publisher, run_id, progress=1)
        put(publisher, run_id, progress=2, eta=None)

        assert publisher.flush(100.0)
        reader.look()

        assert reader.changes() == {f"run:{run_id}": {"site": str(SITE), "progress": 2}}

    def test_changes_an_object_once_a_second_at_most(self, publisher: Publisher) -> None:
        run_id, reader = uuid4(), Numbers()
        put(publisher, run_id, progress=1)
        publisher.flush(100.0)
        put(publisher, run_id, progress=2)

        assert not publisher.flush(100.0 + OBJECT_S / 2)
        assert publisher.flush(100.0 + OBJECT_S)
        reader.look()
        assert reader.changes()[f"run:{run_id}"]["progress"] == 2

    def test_says_nothing_while_nothing_changes_but_shows_that_it_lives(self, publisher: Publisher) -> None:
        put(publisher, uuid4(), progress=1)

        told = [publisher.flush(at) for at in (100.0, 101.0, 102.0, 100.0 + ALIVE_S)]

        assert told == [True, False, False, True]

    def test_takes_back_what_is_dropped(self, publisher: Publisher) -> None:
        run_id, reader = uuid4(), Numbers()
        put(publisher, run_id, progress=1)
        publisher.flush(100.0)
        reader.look()
        reader.changes()
        publisher.drop("run", run_id)
        publisher.flush(101.0)
        reader.look()

        assert reader.changes() == {}
        assert reader.current == {}

    def test_survives_a_folder_that_cannot_be_written(self, publisher: Publisher) -> None:
        ticks.folder().write_text("a file")
        put(publisher, uuid4(), progress=1)

        assert publisher.flush(100.0)

    def test_stays_where_it_began(self, publisher: Publisher, settings: Settings, tmp_path: Path) -> None:
        """A publisher that nobody stopped tells nothing of it to those who work with another folder by now."""
        put(publisher, uuid4(), progress=1)
        settings.DATA_DIR = tmp_path / "another"

        assert publisher.flush(100.0)
        assert ticks.read() == {}

    def test_goes_over_redis_where_there_is_one(self, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        import redis

        settings.DATA_DIR = tmp_path
        monkeypatch.setattr(Publisher, "_run", lambda self: None)
        with services.redis() as server:
            settings.REDIS_URL = server.url
            with redis.Redis.from_url(server.url) as client, client.pubsub() as channel:
                channel.subscribe(ticks.CHANNEL)
                channel.get_message(timeout=PATIENCE_S)
                publisher, run_id, reader = Publisher(), uuid4(), Numbers()
                put(publisher, run_id, progress=7)
                publisher.flush(100.0)
                said = channel.get_message(timeout=PATIENCE_S)

                assert said is not None
                reader.take(said["data"])

        assert reader.changes()[f"run:{run_id}"]["progress"] == 7
        assert not list(tmp_path.iterdir())


class TestReading:
    def test_tells_only_numbers_that_differ(self) -> None:
        reader = Numbers()
        reader.take(_said("a", {"run:1": {"site": "s", "progress": 1, "layer": 3}, "run:2": {"site": "s", "progress": 5}}))
        reader.changes()
        reader.take(_said("a", {"run:1": {"site": "s", "progress": 2, "layer": 3}, "run:2": {"site": "s", "progress": 5}}))

        assert reader.changes() == {"run:1": {"site": "s", "progress": 2}}
        assert reader.changes() == {}

    def test_joins_what_several_processes_know(self) -> None:
        reader = Numbers()
        reader.take(_said("a", {"run:1": {"site": "s", "progress": 1}}))
        reader.take(_said("b", {"run:2": {"site": "s", "progress": 2}}))

        assert set(reader.changes()) == {"run:1", "run:2"}

    @pytest.mark.parametrize("rubbish", ["", "{", "[]", '{"from":"a"}', '{"from":"a","of":3}', "\u0000"])
    def test_leaves_rubbish_alone(self, rubbish: str) -> None:
        reader = Numbers()
        reader.take(rubbish)

        assert reader.changes() == {}

    def test_forgets_who_fell_silent(self, settings: Settings, tmp_path: Path) -> None:
        settings.DATA_DIR = tmp_path
        ticks.folder().mkdir()
        file = ticks.folder() / "1-dead.json"
        file.write_text(_said("1-dead", {"run:1": {"site": "s", "progress": 1}}))
        os.utime(file, (time.time() - 2 * ticks.STALE_S,) * 2)

        assert ticks.read() == {}

    def test_sees_another_file_of_the_same_moment(self, publisher: Publisher) -> None:
        """Where the file system's clock ticks every few milliseconds, two hand-outs have one time."""
        run_id, reader, moment = uuid4(), Numbers(), time.time()
        for progress in (1, 2):
            put(publisher, run_id, progress=progress)
            publisher.flush(100.0 + progress)
            os.utime(publisher._file, (moment, moment))
            reader.look()

        assert reader.changes()[f"run:{run_id}"]["progress"] == 2

    def test_reads_everything_for_one_rendering(self, settings: Settings, tmp_path: Path) -> None:
        settings.DATA_DIR = tmp_path
        ticks.folder().mkdir()
        (ticks.folder() / "1-x.json").write_text(_said("1-x", {"run:1": {"site": "s", "progress": 1}}))

        assert ticks.read() == {"run:1": {"site": "s", "progress": 1}}


def _said(name: str, of: dict[str, dict[str, object]]) -> str:
    return json.dumps({"from": name, "of": of})
