"""What the command wrapper costs: commands per second against the bare ORM doing the same two writes, on both engines.

The floor is what code without a journal would do: in one transaction, a version-checked UPDATE and one INSERT of an event row, through the ORM.
The command does the same update (after reading the row) and records the event with its subject, owed delivery, hash, receipt and
idempotency claim. Both run in turn in the same processes, and the ratio is taken round by round.

Run: ``./farm bench commands --json``.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any
from uuid import uuid4

from bench.figures import Figure, cpu_seconds, emit, peak_rss_mb
from tests import services

ROUNDS = 7
SECONDS = 1.0
GOAL = 0.35
WRITERS = (1, 4)


def main() -> None:
    """Measure SQLite, then PostgreSQL, each in a process of its own with a fresh database."""
    with tempfile.TemporaryDirectory() as folder:
        _measure_in_child(f"sqlite:///{folder}/bench.sqlite3")
    with services.postgres() as url:
        _measure_in_child(url)


def _measure_in_child(url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "farmos.settings.test"}
    subprocess.run([sys.executable, "-m", "bench.commands", "--measure", *sys.argv[1:]], env=environment, check=True)


def measure() -> None:
    """Measure the database that ``DATABASE_URL`` names."""
    _set_up()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", run_syncdb=True, verbosity=0)
    engine = connection.vendor
    connection.close()
    for writers in WRITERS:
        _measure_with(engine, writers)


def _measure_with(engine: str, writers: int) -> None:
    spawn = multiprocessing.get_context("spawn")
    pipes, processes = [], []
    for _ in range(writers):
        ours, theirs = spawn.Pipe()
        process = spawn.Process(target=_writer, args=(theirs,))
        process.start()
        pipes.append(ours)
        processes.append(process)
    _round(pipes, "floor")
    _round(pipes, "command")
    floors, ours_, spent = [], [], 0.0
    for _ in range(ROUNDS):
        floors.append(_round(pipes, "floor")[0])
        rate, cpu, rss = _round(pipes, "command")
        ours_.append(rate)
        spent += cpu
    for pipe, process in zip(pipes, processes, strict=True):
        pipe.send("end")
        process.join()
    ratio = round(statistics.median(a / b for a, b in zip(ours_, floors, strict=True)), 3)
    who = f"{engine}, {writers} writer{'s' if writers > 1 else ''}"
    floor = f"bare ORM, same run: {statistics.median(floors):.0f}/s"
    rate = round(statistics.median(ours_), 1)
    emit(Figure("commands", f"{who}: commands without gate", rate, "1/s", n=ROUNDS, cpu_s=round(spent, 2), rss_mb=rss))
    emit(Figure("commands", f"{who}: share of the floor", ratio, "of floor", f">= {GOAL}", ratio >= GOAL, floor, ratio, ROUNDS))


def _round(pipes: list[Connection], what: str) -> tuple[float, float, float]:
    """Let every writer do ``what`` for a second at the same time; return (operations per second, CPU seconds, largest memory in MB)."""
    for pipe in pipes:
        pipe.send(what)
    answers = [pipe.recv() for pipe in pipes]
    return sum(answer[0] for answer in answers), sum(answer[1] for answer in answers), max(answer[2] for answer in answers)


def _writer(pipe: Connection) -> None:
    """Run in a process of its own: do what is asked, on a row of its own, until told to end."""
    _set_up()
    operations = {"floor": _bare_orm(), "command": _command()}
    while (what := pipe.recv()) != "end":
        operation, done, spent = operations[what], 0, cpu_seconds()
        end = time.perf_counter() + SECONDS
        while time.perf_counter() < end:
            operation()
            done += 1
        pipe.send((done / SECONDS, cpu_seconds() - spent, peak_rss_mb()))


def _set_up() -> None:
    import django

    django.setup()


def _command() -> Callable[[], Any]:
    from tests.factories.context import make_context
    from tests.factories.toy import make_jar
    from tests.toy import commands

    jar = make_jar(capacity=10**9)
    version = 0

    def add() -> None:
        nonlocal version
        version += 1
        commands.add_bolts(make_context(), jar_id=jar.id, bolts=1, expected_version=version)

    return add


def _bare_orm() -> Callable[[], Any]:
    from django.db import models, transaction
    from django.db.models import F

    from apps.journal.models import Event
    from tests.factories.context import NOW
    from tests.factories.toy import make_jar
    from tests.toy.models import Jar

    jar_id = make_jar(capacity=10**9).id
    rows: models.QuerySet[Jar] = models.QuerySet(Jar)
    version = 0

    def write() -> None:
        nonlocal version
        version += 1
        with transaction.atomic():
            changed = rows.filter(pk=jar_id, version=version).update(version=F("version") + 1, bolts=version)
            assert changed == 1
            Event.objects.create(
                event_id=uuid4(),
                type="BoltsAdded",
                schema_version=1,
                at=NOW,
                actor="service:bench",
                command="bench",
                subjects=f'[["jar","{jar_id}"]]',
                data=f'{{"bolts":1,"jar_id":"{jar_id}","total":{version}}}',
                content_hash=bytes(32),
            )

    return write


if __name__ == "__main__":
    measure() if "--measure" in sys.argv else main()
