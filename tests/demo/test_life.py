"""A demo that stays up goes on: customers order, machines have mishaps, and people see to them."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.demo.running import Demo

pytestmark = [pytest.mark.processes, pytest.mark.slow]

PATIENCE_S = 900.0


def happened(demo: Demo, *types: str) -> int:
    """Return how many events of these types the farm has recorded, looked up in its file while it runs."""
    path = demo.place.data / "farmos.sqlite3"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as database:
        marks = ", ".join("?" * len(types))
        found: int = database.execute(f"SELECT count(*) FROM journal_event WHERE type IN ({marks})", types).fetchone()[0]
    return found


def wait_for(demo: Demo, what: str, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            if is_so():
                return
        except sqlite3.OperationalError:
            pass  # the schema is being made
        assert not demo.ended, demo.last_words()
        assert time.monotonic() < deadline, f"waited for {what}:\n{demo.last_words()}"
        time.sleep(0.5)


def test_a_shop_that_stays_open_has_customers_and_mishaps(demo: Callable[..., Demo], tmp_path: Path) -> None:
    shop = demo("--printers", "3", "--speed", "60")
    shop.arguments = tuple(argument for argument in shop.arguments if argument not in ("--once", "--json"))
    shop.start()

    wait_for(shop, "more orders than the story places", lambda: happened(shop, "IntentPaid") > 4)
    wait_for(shop, "a mishap", lambda: happened(shop, "RunPaused", "RunAborted", "ForeignPrintSeen", "PrinterStateChanged") > 0)
    assert shop.process is not None
    os.kill(shop.process.pid, signal.SIGINT)

    assert shop.wait() == 130
    assert "be faster" in shop.answer.read_text()
