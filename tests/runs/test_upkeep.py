"""What a connector does beside following printers, so that following them is never held up."""

from __future__ import annotations

import asyncio
import gc
import resource
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.backends.signals import connection_created

from apps.runs.connector import ending, listening
from apps.runs.connector.awake import AwakeClock
from apps.runs.connector.following import Follower, Pace
from apps.runs.connector.roster import Roster
from apps.runs.connector.shards import Shards
from tests.runs.floor import PATIENCE_S


@pytest.fixture
def thawed() -> Any:
    yield
    gc.unfreeze()


def looked_for(thing: object) -> bool:
    """Whether the collector still goes through it: what is frozen is in no generation."""
    return any(found is thing for found in gc.get_objects())


class TestGarbage:
    def test_is_no_more_looked_for_among_a_floor_that_has_come_up(self, thawed: None) -> None:
        connector = listening.Connector()
        followers: Any = {uuid4(): SimpleNamespace(age_s=1.0) for _ in range(10)}
        connector._followers = followers
        floor: list[Any] = [followers]

        connector._settle()
        coming_up = looked_for(floor)  # ten more than a moment ago
        connector._settle()
        come_up = looked_for(floor)
        later: list[Any] = [followers]
        followers[uuid4()] = SimpleNamespace(age_s=1.0)
        connector._settle()
        connector._settle()

        assert (coming_up, come_up) == (True, False)
        assert looked_for(later)  # one more printer is no other floor


async def deaf_once() -> None:
    """Miss that it is to end, the first time."""
    with suppress(asyncio.CancelledError):
        await asyncio.Event().wait()
    await asyncio.Event().wait()


class DeafOnce:
    """A machine whose watching misses, the first time, that it is to end."""

    heard_at: float | None = None

    def __init__(self) -> None:
        self.is_watched = asyncio.Event()

    async def watch(self, _on_observation: Any, **_more: Any) -> None:
        self.is_watched.set()
        await deaf_once()


class TestAFollower:
    @pytest.fixture(autouse=True)
    def _soon(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ending, "END_AGAIN_S", 0.01)

    async def ended(self, task: asyncio.Task[None]) -> bool:
        connector, printer_id = listening.Connector(), uuid4()
        connector._followed[printer_id] = listening._Followed("moonraker", "", "", task)
        async with asyncio.timeout(PATIENCE_S):
            await connector._end([printer_id])
        return task.cancelled()

    def test_that_missed_that_it_ends_is_told_again(self) -> None:
        async def end() -> bool:
            task = asyncio.create_task(deaf_once())
            await asyncio.sleep(0)
            return await self.ended(task)

        assert asyncio.run(end())

    def test_is_ended_also_when_only_its_watching_missed_it(self) -> None:
        async def end() -> bool:
            machine: Any = DeafOnce()
            with ThreadPoolExecutor(1) as database:
                follower = Follower(uuid4(), machine, Roster(), Shards("one"), database, Pace(), AwakeClock())
                task = asyncio.create_task(follower.run())
                await machine.is_watched.wait()
                return await self.ended(task)

        assert asyncio.run(end())

    def test_whose_watching_failed_ends_and_says_why(self) -> None:
        class Broken(DeafOnce):
            async def watch(self, _on_observation: Any, **_more: Any) -> None:
                raise ZeroDivisionError

        async def end() -> None:
            machine: Any = Broken()
            with ThreadPoolExecutor(1) as database:
                await Follower(uuid4(), machine, Roster(), Shards("one"), database, Pace(), AwakeClock()).run()

        with pytest.raises(ExceptionGroup) as problem:
            asyncio.run(end())

        assert [type(one) for one in problem.value.exceptions] == [ZeroDivisionError]


class TestTheProcess:
    @pytest.fixture(autouse=True)
    def _as_before(self, thawed: None) -> Iterator[None]:
        switching, files = sys.getswitchinterval(), resource.getrlimit(resource.RLIMIT_NOFILE)
        yield
        sys.setswitchinterval(switching)
        resource.setrlimit(resource.RLIMIT_NOFILE, files)
        connection_created.disconnect(listening._set_up)

    def test_that_is_told_to_stop_twice_stops_once(self) -> None:
        """As a terminal and a supervisor both do."""
        told: list[Callable[[], None]] = []

        class Stops:
            async def run(self, stop: asyncio.Event) -> None:
                told[0]()
                await stop.wait()

        connector: Any = Stops()
        listening.run(connector, told.append)

        told[0]()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="what is committed goes into a log of SQLite's only")
class TestTheLog:
    def test_is_moved_into_the_file_by_who_waits_for_nobody(self) -> None:
        file, word = Path(connection.settings_dict["NAME"]), f"committed {uuid4()}"
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_autocheckpoint = 0")
            cursor.execute("CREATE TABLE tests_log (what TEXT)")
            cursor.execute("INSERT INTO tests_log VALUES (%s)", [word])
            before = word.encode() in file.read_bytes()

            listening._move_log()

            after = word.encode() in file.read_bytes()
            cursor.execute("DROP TABLE tests_log")
            cursor.execute("PRAGMA wal_autocheckpoint = 1000")
        assert (before, after) == (False, True)
