"""How long the server takes for a page when years of work lie behind it, on both engines.

The database holds 200 printers, 200 open attempts and everything else that a busy day has open, and an archive: first a tenth, then all of it
(by default 1,000,000 attempts and 10,000,000 events; ``--runs N`` for another size). Measured is the time from the request to the answer within
one process, middleware, permissions and templates included, for an admin who is signed in; beside it the floor: the same statements, sent by hand
and read without making anything of their rows. CPU is the process's own time, for machines that have other work.

The SQLite database is kept under ``FARMOS_BENCH_DIR`` (the temporary directory) and used again while the schema is the same; PostgreSQL is made
anew.

Run: ``./farm bench pages [--json] [--runs N] [--engine sqlite|postgresql]``.
"""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from bench.figures import Figure, emit, peak_rss_mb, percentile
from tests import services

RUNS = 1_000_000
ROUNDS, WARM = 60, 5
TODAY_GOAL_MS, PAGE_GOAL_MS, FIND_GOAL_MS, STATEMENTS_GOAL = 60, 100, 50, 12
SHARE = 10
"""The archive is measured at this fraction first, then whole."""

PAGES = (
    "printers/",
    "printers/?view=list",
    "orders/",
    "plans/",
    "plates/",
    "review/",
    "approvals/",
    "timeline/",
    "given-up/",
    "records/",
    "notifications/",
)
TYPED = ("A-99", "P-12345", "N01", "Part 77", "customer 5", "buyer123@", "nothing at all")


def main() -> None:
    """Measure SQLite, then PostgreSQL, each in a process of its own."""
    wanted = _option("--engine", "")
    if wanted in ("", "sqlite"):
        folder = Path(os.environ.get("FARMOS_BENCH_DIR", tempfile.gettempdir()))
        _measure_in_child(f"sqlite:///{folder}/farmos-bench-pages.sqlite3")
    if wanted in ("", "postgresql"):
        with services.postgres() as url:
            _measure_in_child(url)


def _option(name: str, default: str) -> str:
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else default


def _measure_in_child(url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "farmos.settings.test"}
    subprocess.run([sys.executable, "-m", "bench.pages", "--measure", *sys.argv[1:]], env=environment, check=True)


def measure() -> None:
    """Measure the database that ``DATABASE_URL`` names."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    runs = int(_option("--runs", str(RUNS)))
    kept = _kept(runs)
    if not kept:
        call_command("migrate", run_syncdb=True, verbosity=0)
    source = None if kept else _begin()
    for size in (runs // SHARE, runs):
        if source is not None:
            begun = time.perf_counter()
            _grow(source, size, 0 if size < runs else runs // SHARE)
            emit(Figure("pages", f"{connection.vendor}: archive of {size} attempts made in", round(time.perf_counter() - begun), "s"))
        if source is not None or size == runs:
            _measure_pages(connection.vendor, size)
    _keep(runs)


def _kept(runs: int) -> bool:
    """Is the SQLite file there already, of this schema and size? Another one is removed."""
    from django.db import connection

    from tests.engines import schema_digest

    if connection.vendor != "sqlite":
        return False
    path = Path(str(connection.settings_dict["NAME"]))
    mark = path.with_suffix(".mark")
    if mark.exists() and mark.read_text() == f"{schema_digest()} {runs}":
        return True
    for old in (path, mark, Path(f"{path}-wal"), Path(f"{path}-shm")):
        with suppress(FileNotFoundError):
            old.unlink()
    return False


def _keep(runs: int) -> None:
    from django.db import connection

    from tests.engines import schema_digest

    if connection.vendor == "sqlite":
        Path(str(connection.settings_dict["NAME"])).with_suffix(".mark").write_text(f"{schema_digest()} {runs}")


def _begin() -> Any:
    """Make the first finished order, the busy day, and somebody who looks."""
    from apps.accounts.states import Role
    from apps.journal import clock
    from bench.archive.past import finished_order
    from bench.archive.present import busy_day
    from tests.factories.accounts import make_user

    make_user(Role.ADMIN, email="bench@example.org")
    source = finished_order()
    busy_day(clock.now())
    return source


def _grow(source: Any, runs: int, before: int) -> None:
    from django.db import connection

    from bench.archive.past import grow

    grow(source, before, runs)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum does by itself


def _measure_pages(engine: str, runs: int) -> None:
    """Measure every page with what lies behind it now."""
    from django.test import Client

    from apps.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email="bench@example.org"))
    what = f"{engine}, {runs} attempts"
    client.get("/admin/today/")  # who just came in has the moment noted in the session, once
    gc.collect()
    gc.freeze()  # as the supervisor does before it makes the web process
    _page(client, what, "Today", "/admin/today/", TODAY_GOAL_MS)
    for page in PAGES:
        if client.get(f"/admin/{page}").status_code == 200:
            _page(client, what, page, f"/admin/{page}", PAGE_GOAL_MS)
    _find(client, what)


def _page(client: Any, what: str, name: str, address: str, goal_ms: float) -> None:
    """Emit how long one page takes, how many statements it asks, and what these cost by themselves."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    asked = list(captured.captured_queries)  # now: the next request forgets them
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    times, used = _times(lambda: client.get(address)), _times(lambda: client.get(address), clock=time.process_time)
    spent = round(statistics.median(used), 4)
    bare = _times(lambda: _bare(asked))
    p95, floor = round(percentile(times, 0.95) * 1000, 1), round(statistics.median(bare) * 1000, 1)
    ratio = round(statistics.median(times) * 1000 / max(floor, 0.001), 1)
    goal = f"<= {goal_ms:g}"
    against = f"the same {len(asked)} statements by hand: {floor} ms"
    emit(Figure("pages", f"{what}: {name} p95", p95, "ms", goal, p95 <= goal_ms, against, ratio, ROUNDS, spent, peak_rss_mb()))
    emit(Figure("pages", f"{what}: {name} p50", round(statistics.median(times) * 1000, 1), "ms", n=ROUNDS))
    emit(Figure("pages", f"{what}: {name} CPU p95", round(percentile(used, 0.95) * 1000, 1), "ms", n=ROUNDS))
    if name == "Today":
        few = len(asked) <= STATEMENTS_GOAL
        emit(Figure("pages", f"{what}: {name} statements", len(asked), "", f"<= {STATEMENTS_GOAL}", few))
        emit(Figure("pages", f"{what}: {name} size", round(len(answer.content) / 1024, 1), "KB"))


def _find(client: Any, what: str) -> None:
    """Emit how long finding takes, over things that are there and things that are not."""
    times = [spent for typed in TYPED for spent in _times(partial(client.get, "/admin/find/", {"q": typed}), rounds=15)]
    p95 = round(percentile(times, 0.95) * 1000, 1)
    emit(Figure("pages", f"{what}: find anything p95", p95, "ms", f"<= {FIND_GOAL_MS}", p95 <= FIND_GOAL_MS, n=len(times)))


def _times(act: Callable[[], Any], rounds: int = ROUNDS, clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """Return how long ``act`` took each time: by the clock on the wall, or by this process's own, which others' work does not move."""
    for _ in range(WARM):
        act()
    found = []
    for _ in range(rounds):
        begun = clock()
        act()
        found.append(clock() - begun)
    return found


def _bare(asked: list[dict[str, Any]]) -> None:
    """Send statements as they were sent, parameters filled in, and read every row without making anything of it."""
    from django.db import connection

    with connection.cursor() as cursor:
        for one in asked:
            if one["sql"].startswith("SELECT"):
                cursor.execute(one["sql"].replace("%", "%%") if connection.vendor == "postgresql" else one["sql"])
                cursor.fetchall()


if __name__ == "__main__":
    measure() if "--measure" in sys.argv else main()
