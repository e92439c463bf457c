"""Real writers for races: threads and processes with database connections of their own.

A test that uses them is marked ``both_engines`` and sees the committed database (the ``writers`` fixture makes sure of both).
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from typing import Any

PATIENCE_S = 300.0
"""How long all writers of a race may take to start."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one writer got: a value, or the exception that ended it."""

    value: Any = None
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Writers:
    """Starts writers against the test database.

    Args:
        database_url: Where spawned processes find it.
    """

    database_url: str

    def in_threads(self, function: Callable[[int], Any], n: int) -> list[Outcome]:
        """Call ``function(0) … function(n - 1)`` at the same moment in ``n`` threads; return the outcomes in that order."""
        outcomes = [Outcome() for _ in range(n)]
        start = threading.Barrier(n, timeout=PATIENCE_S)

        def write(index: int) -> None:
            outcomes[index] = _outcome(function, index, start.wait)

        threads = [threading.Thread(target=write, args=(index,), name=f"writer-{index}") for index in range(n)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes

    def in_processes(self, function: Callable[[int], Any], n: int) -> list[Outcome]:
        """Call ``function(0) … function(n - 1)`` at the same moment in ``n`` fresh processes; return the outcomes in that order.

        ``function`` is a module-level function of a test module: it is imported again in each process, after Django is set up there.
        """
        spawn = multiprocessing.get_context("spawn")
        start = spawn.Barrier(n, timeout=PATIENCE_S)
        with ProcessPoolExecutor(n, mp_context=spawn, initializer=_set_up, initargs=(self.database_url, start)) as pool:
            return [running.result() for running in [pool.submit(_write, function, index) for index in range(n)]]


_start: Barrier | None = None


def _set_up(database_url: str, start: Barrier) -> None:
    """In a spawned process: point Django at the test database."""
    import django

    global _start
    _start = start
    os.environ["DATABASE_URL"] = database_url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "farmos.settings.test")
    django.setup()


def _write(function: Callable[[int], Any], index: int) -> Outcome:
    assert _start is not None
    return _outcome(function, index, _start.wait)


def _outcome(function: Callable[[int], Any], index: int, wait: Callable[[], Any]) -> Outcome:
    from django.db import connections

    try:
        wait()
        return Outcome(value=function(index))
    except Exception as error:  # the race's result, judged by the test
        return Outcome(error=error)
    finally:
        connections.close_all()
