"""The same code on PostgreSQL and Redis, on two machines at once: only the environment differs."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests import services
from tests.processes.running import ROLES, Farm, until

pytestmark = [pytest.mark.processes, pytest.mark.slow]

OWED = 30


@pytest.fixture
def database() -> Iterator[str]:
    with services.postgres() as url:
        yield url


@pytest.fixture
def redis() -> Iterator[services.Redis]:
    with services.redis() as running:
        yield running


@pytest.fixture
def machines(make_farm: Callable[..., Farm], database: str, redis: services.Redis, tmp_path: Path) -> list[Farm]:
    """Two machines of one farm, one schema; the second is empty-handed when it starts beside the first."""
    shared = {"DATABASE_URL": database, "REDIS_URL": redis.url, "FARMOS_SECRET_KEY": "shared by all machines of this farm"}
    return [make_farm(**shared, FARMOS_INSTANCE=str(number), FARMOS_TOY_NOTEBOOK=str(tmp_path / "notebook")) for number in (1, 2)]


def asked(database: str, sql: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database) as connection:
        return connection.execute(sql).fetchall()


def owe(farm: Farm, database: str, redis: services.Redis) -> None:
    farm.environment |= {"DATABASE_URL": database, "REDIS_URL": redis.url}
    farm.owe(OWED)


class TestTwoMachines:
    def test_start_at_once_and_do_what_is_owed_once(self, machines: list[Farm], database: str, redis: services.Redis) -> None:
        first, second = machines
        assert first.run("manage", "migrate", "--run-syncdb", "--verbosity", "0").returncode == 0

        first.start()
        second.start()
        for farm in machines:
            until(farm.is_ready, "the farm to be ready")
            assert "the Redis named by REDIS_URL" in farm.output.read_text()
            assert set(farm.place.status()["roles"]) == set(ROLES)
        owe(first, database, redis)
        os.kill(first.pid("worker"), signal.SIGKILL)
        os.kill(second.pid("sequencer"), signal.SIGKILL)
        owe(second, database, redis)

        until(lambda: asked(database, "SELECT DISTINCT state FROM journal_delivery") == [("done",)], "everything owed to be done")
        assert asked(database, "SELECT count(*) FROM journal_event WHERE type = 'NoteWritten'") == [(2 * OWED,)]
        until(lambda: asked(database, "SELECT count(*) FROM journal_event WHERE feed_seq IS NULL") == [(0,)], "the feed")
        assert asked(database, "SELECT count(*) = max(feed_seq) FROM journal_event") == [(True,)]
        assert asked(database, "SELECT count(*) FROM accounts_site") == [(1,)]
        until(lambda: asked(database, "SELECT count(*) FROM journal_heartbeat") == [(2 * len(ROLES),)], "a sign of life of each process")
        assert first.run("manage", "verify_log").returncode == 0

    def test_one_goes_on_when_the_other_stops(self, machines: list[Farm], database: str, redis: services.Redis) -> None:
        first, second = machines
        assert first.run("manage", "migrate", "--run-syncdb", "--verbosity", "0").returncode == 0
        first.up()
        second.up()

        first.stop()
        owe(second, database, redis)

        assert first.is_gone()
        until(lambda: asked(database, "SELECT DISTINCT state FROM journal_delivery") == [("done",)], "everything owed to be done")
        until(second.healthy, "the second machine's own signs of life")


class TestALostRedis:
    def test_makes_the_farm_unready_but_loses_no_work(self, machines: list[Farm], database: str, redis: services.Redis) -> None:
        farm = machines[0]
        assert farm.run("manage", "migrate", "--run-syncdb", "--verbosity", "0").returncode == 0
        farm.up()
        os.kill(redis.process.pid, signal.SIGSTOP)

        owe(farm, database, redis)
        until(lambda: set(farm.troubles()) == {"broker"}, "the farm to notice, and nothing else to be wrong")

        assert farm.get("readyz")[0] == 503
        os.kill(redis.process.pid, signal.SIGCONT)
        until(lambda: asked(database, "SELECT DISTINCT state FROM journal_delivery") == [("done",)], "everything owed to be done")
        until(farm.healthy, "the farm to be healthy")
