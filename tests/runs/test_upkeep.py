"""What a connector does beside following printers, so that following them is never held up."""

from __future__ import annotations

import asyncio
import gc
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from apps.runs.connector import listening


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


class TestAFollower:
    def test_that_missed_that_it_ends_is_told_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(listening, "END_AGAIN_S", 0.01)
        connector, printer_id = listening.Connector(), uuid4()

        async def deaf_once() -> None:
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            await asyncio.Event().wait()

        async def end() -> bool:
            task = asyncio.create_task(deaf_once())
            await asyncio.sleep(0)
            connector._followed[printer_id] = listening._Followed("moonraker", "", "", task)
            await asyncio.wait_for(connector._end([printer_id]), 5.0)
            return task.cancelled()

        assert asyncio.run(end())


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
