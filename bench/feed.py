"""How fast the sequencer is and how far the feed lags behind commits, on both engines.

Throughput: a backlog of waiting events is put into sequence; the floor in the same run is one bare UPDATE per batch that only fills two columns
of as many rows, without hashing or looking anything up. Lag: eight processes run commands as fast as they can while one sequencer runs; the lag
of an event is the time from its command's return to the commit that gave it its place.

Run: ``./farm bench feed --json``.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from typing import Any
from uuid import uuid4

from bench.figures import Figure, cpu_seconds, emit, peak_rss_mb, percentile
from tests import services

ROUNDS = 5
BACKLOG = 10_000
THROUGHPUT_GOAL = 15_000
WRITERS = 8
SECONDS = 4.0
LAG_GOAL_MS = 50


def main() -> None:
    """Measure SQLite, then PostgreSQL, each in a process of its own with a fresh database."""
    with tempfile.TemporaryDirectory() as folder:
        _measure_in_child(f"sqlite:///{folder}/bench.sqlite3")
    with services.postgres() as url:
        _measure_in_child(url)


def _measure_in_child(url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "farmos.settings.test"}
    subprocess.run([sys.executable, "-m", "bench.feed", "--measure", *sys.argv[1:]], env=environment, check=True)


def measure() -> None:
    """Measure the database that ``DATABASE_URL`` names."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", run_syncdb=True, verbosity=0)
    _throughput(connection.vendor)
    engine = connection.vendor
    connection.close()
    _lag(engine)


def _throughput(engine: str) -> None:
    from apps.journal import sequencer

    rates, floors = [], []
    used = cpu_seconds()
    for _ in range(ROUNDS):
        _wait_in_line(BACKLOG)
        begun = time.perf_counter()
        done = 0
        while (count := sequencer.sequence_batch()) > 0:
            done += count
        rates.append(done / (time.perf_counter() - begun))
        assert done == BACKLOG
        floors.append(_bare_update_rate())
    ratio = round(statistics.median(a / b for a, b in zip(rates, floors, strict=True)), 3)
    rate = round(statistics.median(rates))
    floor = f"bare UPDATE of as many rows, same run: {statistics.median(floors):.0f}/s"
    spent = round(cpu_seconds() - used, 2)
    goal = f">= {THROUGHPUT_GOAL}"
    emit(
        Figure(
            "feed", f"{engine}: events sequenced", rate, "1/s", goal, rate >= THROUGHPUT_GOAL, floor, ratio, ROUNDS, spent, peak_rss_mb()
        )
    )


def _wait_in_line(count: int) -> None:
    """Insert ``count`` events that wait for their place, as commands do."""
    from django.db import transaction

    from apps.journal import envelope, raw
    from tests.factories.context import NOW

    subjects = f'[["jar","{uuid4()}"]]'
    data = f'{{"bolts":1,"jar_id":"{uuid4()}","total":1}}'
    for _ in range(count // 500):
        rows = []
        for _ in range(500):
            one = envelope.Envelope(
                uuid4(), "BoltsAdded", 1, NOW, None, "service:bench", "", "", "bench", "bench", None, None, subjects, data
            )
            rows.append((*(getattr(one, name) for name in raw.EVENT_COLUMNS[:-1]), one.content_hash()))
        with transaction.atomic():
            raw.execute(raw.inserting("journal_event", raw.EVENT_COLUMNS, rows))


def _bare_update_rate() -> float:
    """Return rows per second of UPDATEs that fill two columns of a scratch copy, 500 rows a transaction."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS scratch")
        cursor.execute(f"CREATE TABLE scratch AS SELECT * FROM journal_event ORDER BY id DESC LIMIT {BACKLOG}")
        cursor.execute("CREATE UNIQUE INDEX scratch_id ON scratch (id)")
        cursor.execute("CREATE UNIQUE INDEX scratch_seq ON scratch (feed_seq)")
        cursor.execute("SELECT min(id) FROM scratch")
        first = cursor.fetchone()[0]
        begun = time.perf_counter()
        for start in range(first, first + BACKLOG, 500):
            with transaction.atomic():
                sql = "UPDATE scratch SET feed_seq = feed_seq + 10000000, chain_hash = content_hash WHERE id >= %s AND id < %s"
                cursor.execute(sql, [start, start + 500])
        return BACKLOG / (time.perf_counter() - begun)


def _lag(engine: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    p50s, p99s, rates = [], [], []
    used = 0.0
    for _ in range(ROUNDS):
        stop, results = spawn.Event(), spawn.SimpleQueue()
        ready = spawn.Barrier(WRITERS + 2)
        processes = [spawn.Process(target=_write, args=(ready, results)) for _ in range(WRITERS)]
        processes.append(spawn.Process(target=_sequence, args=(ready, stop, results)))
        for process in processes:
            process.start()
        ready.wait()
        answers: list[Any] = [results.get() for _ in range(WRITERS)]
        stop.set()
        advances, cpu = results.get()
        used += cpu
        for process in processes:
            process.join()
        lags = _lags([commit for answer in answers for commit in answer], advances)
        p50s.append(percentile(lags, 0.5) * 1000)
        p99s.append(percentile(lags, 0.99) * 1000)
        rates.append(len(lags) / SECONDS)
    p99 = round(statistics.median(p99s), 1)
    under = f"{WRITERS} writers at {statistics.median(rates):.0f} commands/s"
    emit(Figure("feed", f"{engine}: lag p99, {under}", p99, "ms", f"<= {LAG_GOAL_MS}", p99 <= LAG_GOAL_MS, n=ROUNDS, cpu_s=round(used, 2)))
    emit(Figure("feed", f"{engine}: lag p50, {under}", round(statistics.median(p50s), 1), "ms", n=ROUNDS))


def _lags(commits: list[tuple[str, int, float]], advances: list[tuple[int, float]]) -> list[float]:
    """Return each event's seconds from its command's return to the commit that sequenced it."""
    import bisect

    from django.db import connection

    from apps.journal.models import Event

    place = {}
    for data, sequence in Event.objects.filter(command="toy.add_bolts").values_list("data", "feed_seq"):
        place[data] = sequence
    connection.close()
    reached = [sequence for sequence, _when in advances]
    lags = []
    for jar, total, returned in commits:
        sequence = int(place[f'{{"bolts":1,"jar_id":"{jar}","total":{total}}}'] or 0)
        when = advances[bisect.bisect_left(reached, sequence)][1]
        lags.append(max(0.0, when - returned))
    return lags


def _write(ready: Any, results: Any) -> None:
    """Run in a process of its own: commands at full speed; tell when each returned."""
    import django

    django.setup()
    from tests.factories.context import make_context
    from tests.factories.toy import make_jar
    from tests.toy import commands

    jar = make_jar(capacity=10**9)
    commits = []
    ready.wait()
    end, version = time.time() + SECONDS, 0
    while time.time() < end:
        version += 1
        commands.add_bolts(make_context(), jar_id=jar.id, bolts=1, expected_version=version)
        commits.append((str(jar.id), version, time.time()))
    results.put(commits)


def _sequence(ready: Any, stop: Any, results: Any) -> None:
    """Run in a process of its own: the sequencer; tell when it got how far."""
    import django

    django.setup()
    from apps.journal import sequencer

    advances: list[tuple[int, float]] = []
    ended = threading.Event()

    def end_a_little_later() -> None:
        stop.wait()
        time.sleep(1.0)
        ended.set()

    threading.Thread(target=end_a_little_later, daemon=True).start()
    ready.wait()
    used = cpu_seconds()
    sequencer.run(ended, lambda sequence: advances.append((sequence, time.time())))
    results.put((advances, cpu_seconds() - used))


if __name__ == "__main__":
    measure() if "--measure" in sys.argv else main()
