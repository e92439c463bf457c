"""The feed has no gap, no repeat and no miss, whoever writes and whoever dies."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from apps.journal import queries, sequencer, verification
from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import StaleVersion
from tests.factories.toy import make_jar
from tests.processes.running import PATIENCE_S, until
from tests.toy import commands
from tests.toy.models import Jar
from tests.writers import Writers

LEAST_KILLS, LEAST_EVENTS = 5, 50
"""Of each kind of process, and of all writers: with fewer a storm of kills shows nothing."""


@pytest.fixture
def commands_only_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave events waiting on SQLite too, where commands place their own: what PostgreSQL's sequencer sees."""
    monkeypatch.setattr(sequencer, "place_in_transaction", lambda: None)


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
class TestACommandOnSqlite:
    @pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has many writers at once; its events wait for the sequencer")
    def test_places_its_own_events(self, ctx_factory: Callable[..., Context]) -> None:
        jar = make_jar()

        commands.add_bolts(ctx_factory(), jar_id=jar.id, bolts=1, expected_version=1)
        commands.add_bolts(ctx_factory(), jar_id=jar.id, bolts=1, expected_version=2)

        assert [event.feed_seq for event in queries.feed()] == [1, 2]
        assert sequencer.sequence_batch() == 0
        assert verification.verify_log().ok

    def test_that_fails_leaves_no_gap(self, ctx_factory: Callable[..., Context]) -> None:
        jar = make_jar(bolts=3)
        commands.add_bolts(ctx_factory(), jar_id=jar.id, bolts=1, expected_version=1)
        with pytest.raises(StaleVersion):
            commands.add_bolts(ctx_factory(), jar_id=jar.id, bolts=1, expected_version=1)

        commands.add_bolts(ctx_factory(), jar_id=jar.id, bolts=1, expected_version=2)

        sequencer.sequence_batch()
        assert [event.feed_seq for event in queries.feed()] == [1, 2]


@pytest.mark.usefixtures("commands_only_record")
@pytest.mark.django_db
class TestSequencing:
    def test_numbers_events_from_one_without_gaps_in_the_order_they_were_written(self, ctx_factory: Callable[..., Context]) -> None:
        jar = make_jar()
        for version in range(1, 8):
            commands.add_bolts(ctx_factory(), jar_id=jar.id, bolts=1, expected_version=version)

        assert sequencer.sequence_batch(5) == 5
        assert sequencer.sequence_batch(5) == 2
        assert sequencer.sequence_batch(5) == 0

        assert [event.feed_seq for event in Event.objects.order_by("id")] == [1, 2, 3, 4, 5, 6, 7]
        assert verification.verify_log().ok

    def test_is_what_readers_of_the_feed_see(self, ctx_factory: Callable[..., Context]) -> None:
        jar = make_jar()
        commands.add_bolts(ctx_factory(), jar_id=jar.id, bolts=1, expected_version=1)
        assert queries.feed() == []

        sequencer.sequence_batch()
        commands.seal_jar(ctx_factory(), jar_id=jar.id, expected_version=2)

        assert [event.type for event in queries.feed()] == ["BoltsAdded"]
        sequencer.sequence_batch()
        assert [event.type for event in queries.feed(after=1)] == ["JarSealed"]
        assert [event.type for event in queries.feed(types=["JarSealed"])] == ["JarSealed"]
        assert len(queries.feed(subject=("jar", jar.id))) == 2
        assert queries.feed(limit=10**9, after=2) == []


@pytest.mark.usefixtures("commands_only_record")
@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
class TestTwoSequencersAtOnce:
    def test_share_the_work_without_a_gap(self, writers: Writers, ctx_factory: Callable[..., Context]) -> None:
        jar = make_jar()
        for version in range(1, 101):
            commands.add_bolts(ctx_factory(), jar_id=jar.id, bolts=1, expected_version=version)

        outcomes = writers.in_threads(lambda _i: _sequence_until_done(), 4)

        assert [outcome.error for outcome in outcomes] == [None] * 4
        assert set(Event.objects.values_list("feed_seq", flat=True)) == set(range(1, 101))
        assert verification.verify_log().ok


def _sequence_until_done() -> int:
    done = 0
    while Event.objects.filter(feed_seq__isnull=True).exists():
        done += sequencer.sequence_batch(7)
    return done


class Follower(threading.Thread):
    """Reads the feed by cursor, as an integrator would, all the time the others write and die."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self.seen: list[int] = []

    def run(self) -> None:
        try:
            while not self.ended.wait(0.01):
                self.read_on()
            self.read_on()
        finally:
            connection.close()

    def read_on(self) -> None:
        while batch := queries.feed(after=self.seen[-1] if self.seen else 0, limit=500):
            self.seen += [int(event.feed_seq or 0) for event in batch]


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
class TestEightWritersAndTwoSequencersKilledAllTheTime:
    SECONDS = 12.0

    def test_leave_no_gap_no_miss_and_a_valid_chain(self, test_database: dict[str, str], tmp_path: Path) -> None:
        make_jar(label="contended", capacity=10**9)
        environment = {**os.environ, **test_database, "DJANGO_SETTINGS_MODULE": "tests.journal.slim_settings"}
        follower = Follower()
        follower.start()
        processes = {("writer", str(tmp_path / f"writer-{n}")): None for n in range(8)} | {("sequencer", str(n)): None for n in range(2)}
        running = {what: _start(what, environment) for what in processes}
        try:
            kills = _kill_and_restart(running, environment, seconds=self.SECONDS)
        finally:
            for process in running.values():
                process.kill()
                process.wait()
        while sequencer.sequence_batch():
            pass
        follower.ended.set()
        follower.join()

        events = Event.objects.count()
        told = sum(len(Path(name).read_text().splitlines()) for kind, name in running if kind == "writer" and Path(name).exists())
        report = verification.verify_log()
        assert min(kills.values()) >= LEAST_KILLS
        assert report.ok, report.problems
        assert follower.seen == list(range(1, events + 1)), "the follower missed or repeated events"
        assert told <= events <= told + kills["writer"] + 8, "answered commands are recorded; at most one unanswered per killed writer"
        assert Jar.objects.get(label="contended").bolts == events > LEAST_EVENTS


def _start(what: tuple[str, str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.journal.stress", *what], env=environment)


def _wait_until_all_write(running: dict[tuple[str, str], Any]) -> None:
    told = [Path(name) for kind, name in running if kind == "writer"]
    until(lambda: all(path.exists() and path.stat().st_size for path in told), "every writer to write")


def _hardly_anything_happened(kills: dict[str, int]) -> bool:
    return min(kills.values()) < LEAST_KILLS or Event.objects.count() <= LEAST_EVENTS


def _kill_and_restart(running: dict[tuple[str, str], Any], environment: dict[str, str], *, seconds: float) -> dict[str, int]:
    """Kill -9 a random process every so often and start it again, on a slow machine until that showed something.

    Returns how many of each kind died by our hand.
    """
    chance = random.Random(7)
    kills = {"writer": 0, "sequencer": 0}
    _wait_until_all_write(running)
    end = time.monotonic() + seconds
    while time.monotonic() < end or (_hardly_anything_happened(kills) and time.monotonic() < end + PATIENCE_S):
        time.sleep(chance.uniform(0.2, 0.5))
        kind = chance.choice(["writer", "sequencer"])
        what = chance.choice([one for one in running if one[0] == kind])
        assert running[what].poll() is None, f"{what} ended by itself"
        os.kill(running[what].pid, signal.SIGKILL)
        running[what].wait()
        kills[kind] += 1
        running[what] = _start(what, environment)
    return kills
