"""How soon a change is on every board, and what that costs, with many boards open and every printer printing.

In one run on SQLite: a web process of its own; 200 printers printing (their numbers published directly, as a connector would, once a second each);
100 boards, each a real websocket that does what ``live.js`` does (hears what changed, waits its pause, reads the board again), and three more in a
real Chromium, where a change counts when it is in the DOM. One change a second is a real command: an attempt is paused, then goes on. Then 100
changes in a row; then some hundred more, while one board's heap and nodes are watched. The floor beside it is a bare websocket server that sends
as many sockets the same frames at the same pace and does nothing else.

Run: ``./farm bench live --json`` (about four minutes). ``--boards``, ``--printers`` and ``--seconds`` make it smaller.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from bench.boards import PAGE, Boards, Farm, bare_share, open_boards, open_in_chromium
from bench.figures import Figure, cpu_seconds, emit, peak_rss_mb, percentile
from tests.services import free_port

BURST = 100
GROWTH_CHANGES = 300
HOUR_OF_CHANGES = 3600
DOM_GOAL_MS, BURST_GOAL_S, CPU_GOAL = 500, 5, 25
TICK_S = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure in a process of its own with a fresh database."""
    if "--measure" in sys.argv:
        measure(_size())
        return
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "FARMOS_STORE_URL")}
        environment = {**kept, "FARMOS_DATA": folder, "DJANGO_SETTINGS_MODULE": "farmos.settings.dev", "FARMOS_HOST": "127.0.0.1"}
        environment["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps a loop in our thread
        subprocess.run([sys.executable, "-m", "bench.live", "--measure", *sys.argv[1:]], env=environment, check=True)


def _size() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--boards", type=int, default=100)
    parser.add_argument("--printers", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=60)
    return parser.parse_known_args()[0]


def measure(size: argparse.Namespace) -> None:
    """Measure with so many boards and printers."""
    import django

    django.setup()
    logging.disable(logging.WARNING)
    floor = _furnish(size.printers)
    with serving() as farm, _telling(floor), open_boards(farm, size.boards) as boards, open_in_chromium(farm) as pages:
        time.sleep(3.0)
        under = f"{size.boards} boards, {size.printers} printing, 1 change/s"
        heard_before, used, began = boards.recorded(), cpu_of(farm.pid), time.monotonic()
        changes = [floor.change_at(began + second) for second in range(size.seconds)]
        boards.wait_for(changes[-1][0])
        seconds, spent = time.monotonic() - began, cpu_of(farm.pid) - used
        frames = boards.recorded()[len(heard_before) :]
        _tell_latency(under, changes, boards, pages)
        share = 100 * spent / seconds
        bare = bare_share(frames, size.boards, seconds)
        against = f"bare fan-out of the same frames, same run: {bare:.1f} % of a core"
        ok, ratio = share <= CPU_GOAL, round(share / max(bare, 0.1), 1)
        emit(
            Figure(
                "live",
                f"web CPU, {under}",
                round(share, 1),
                "% core",
                f"<= {CPU_GOAL}",
                ok,
                against,
                ratio,
                1,
                round(spent, 2),
                rss_of(farm.pid),
            )
        )
        sent = sum(len(text) for _at, text in frames) / seconds / 1024
        returns = sum(board.returns for board in boards.boards)
        emit(Figure("live", "connections lost meanwhile", returns, "boards", "<= 0", returns == 0, n=size.boards))
        emit(Figure("live", "told to one board", round(sent, 1), "KiB/s", n=len(frames)))
        _burst(floor, boards)
        _growth(floor, pages)


# -- the floor of the shop ---------------------------------------------------------------------------------------------------------------


@dataclass
class Floor:
    """The attempts that print, and the change that is made: one of them is paused, the next time it goes on."""

    runs: list[Any]
    made: int = 0
    chance: Random = field(default_factory=lambda: Random(7))

    def change_at(self, moment: float) -> tuple[int, float]:
        """Wait, change something by a real command, and return the feed's position after it and when that was."""
        time.sleep(max(0.0, moment - time.monotonic()))
        return self.change()

    def change(self) -> tuple[int, float]:
        """Pause an attempt, or let the one paused before go on."""
        from apps.catalog.states import Reason
        from apps.journal import clock, queries
        from apps.journal.context import Actor, Context
        from apps.runs import commands
        from apps.runs.models import Run
        from apps.runs.states import Ruling

        run = Run.objects.get(pk=self.runs[(self.made // 2) % len(self.runs)].pk)
        is_pausing = self.made % 2 == 0
        self.made += 1
        ctx = Context(Actor.service("bench"), clock.now(), f"bench-{self.made}", is_automatic=True)
        commands.reconcile_run(
            ctx,
            run_id=run.pk,
            printer_id=run.printer_id or UUID(int=0),
            expected_version=run.version,
            ruling=Ruling.PAUSE if is_pausing else Ruling.RESUME,
            code="bench",
            reason=Reason.FILAMENT_RUNOUT if is_pausing else "",
            note="",
            by="device:printer",
            job_ref="",
            evidence={},
        )
        return queries.feed_position(), time.time()


def _furnish(printers: int) -> Floor:
    from django.contrib.auth.hashers import make_password
    from django.core.management import call_command

    from apps.accounts.states import Role
    from apps.fleet.states import Connection
    from tests.factories.accounts import make_user
    from tests.factories.fleet import make_occupied_printer
    from tests.factories.runs import make_printing_run

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    make_user(Role.LEAD, email="lead@example.org", name="Ines K.", password=make_password(None))
    runs = []
    for number in range(printers):
        printer = make_occupied_printer(code=f"B{number:03}", connection=Connection.ONLINE)
        runs.append(make_printing_run(id=printer.current_run_id, printer=printer))
    return Floor(runs)


@contextmanager
def _telling(floor: Floor) -> Iterator[None]:
    """Publish the numbers of every printer once a second, as a connector does."""
    from apps.journal import ticks

    publisher, ending = ticks.Publisher(), threading.Event()
    sites = {run.pk: run.printer.site_id for run in floor.runs}

    def tell() -> None:
        progress = 0.0
        while not ending.wait(1.0):
            progress += 0.2
            for run in floor.runs:
                nozzle, bed = 214 + floor.chance.randrange(3), 59 + floor.chance.randrange(3)
                publisher.put("printer", run.printer_id, sites[run.pk], nozzle=nozzle, bed=bed)
                publisher.put("run", run.pk, sites[run.pk], progress=int(progress) % 100, layer=int(progress * 3), layers=300)

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()
        publisher.stop()


# -- the web process ---------------------------------------------------------------------------------------------------------------------


@contextmanager
def serving() -> Iterator[Farm]:
    """Run a web process for the body's time; somebody is signed in."""
    from django.test import Client

    from apps.accounts.models import User

    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "farmos.web"], env={**os.environ, "FARMOS_PORT": str(port)}, stderr=subprocess.DEVNULL
    )
    try:
        client = Client()
        client.force_login(User.objects.get(email="lead@example.org"))
        cookie = client.cookies["sessionid"].value
        page = _until_served(port, cookie)
        found = re.search(r'data-live="([^"]+)"', page)
        assert found, "the page has no live region"
        yield Farm(process.pid, port, cookie, found[1])
    finally:
        process.terminate()
        process.wait(15)


def _until_served(port: int, cookie: str) -> str:
    deadline = time.monotonic() + 60
    while True:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{PAGE}", headers={"Cookie": f"sessionid={cookie}"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return str(answer.read().decode())
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def cpu_of(pid: int) -> float:
    """Return the CPU seconds a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK_S


def rss_of(pid: int) -> float:
    """Return the memory of a process, in MB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return round(int(found[1]) / 1024, 1) if found else 0.0


# -- figures -----------------------------------------------------------------------------------------------------------------------------


def _tell_latency(under: str, changes: list[tuple[int, float]], boards: Boards, pages: list[Any]) -> None:
    dom = []
    for page in pages:
        page.wait_for_function("position => shown.some(([seq]) => seq >= position)", arg=changes[-1][0])
        shown = page.evaluate("shown")
        dom += [next((at for seq, at in shown if seq >= position), float("inf")) - when for position, when in changes]
    told = [(json.loads(text)["seq"], at) for at, text in boards.recorded() if text.startswith('{"kind":"changed"')]
    heard = [next((at for seq, at in told if seq >= position), float("inf")) - when for position, when in changes]
    emit(Figure("live", "of that, change to its message", round(percentile(heard, 0.5) * 1000), "ms", n=len(heard)))
    read = [at - when for position, when in changes for at in boards.first_reads(position)]
    for what, found, goal in (("change to DOM, Chromium", dom, DOM_GOAL_MS), ("change to fragment read, all boards", read, None)):
        p95, p50 = (round(percentile(found, share) * 1000) for share in (0.95, 0.5))
        ok = p95 <= goal if goal else None
        emit(Figure("live", f"{what}, p95: {under}", p95, "ms", f"<= {goal}" if goal else None, ok, n=len(found)))
        emit(Figure("live", f"{what}, p50", p50, "ms", n=len(found)))


def _burst(floor: Floor, boards: Boards) -> None:
    began = time.time()
    position, done_at = [floor.change() for _ in range(BURST)][-1]
    boards.wait_for(position)
    settled = max(boards.first_reads(position)) - began
    reads = max(sum(began <= at for _seq, at in board.reads) for board in boards.boards)
    goal = f"<= {BURST_GOAL_S}"
    emit(
        Figure(
            "live", f"{BURST} changes in a row on all boards, from the first", round(settled, 2), "s", goal, settled <= BURST_GOAL_S, n=1
        )
    )
    emit(Figure("live", f"readings of one board for them (the commands took {done_at - began:.1f} s)", reads, "requests", n=1))


def _growth(floor: Floor, pages: list[Any]) -> None:
    page = pages[0]
    session = page.context.new_cdp_session(page)

    def weigh() -> tuple[float, int]:
        session.send("HeapProfiler.collectGarbage")
        found = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
        return found["JSHeapUsedSize"] / 1024, int(found["Nodes"])

    session.send("Performance.enable")
    page.evaluate("shown.length = 0")
    heap, nodes = weigh()
    for _ in range(GROWTH_CHANGES):
        floor.change()
        page.wait_for_timeout(120)
    page.wait_for_timeout(1500)
    page.evaluate("shown.length = 0")
    heap_after, nodes_after = weigh()
    an_hour = (heap_after - heap) / GROWTH_CHANGES * HOUR_OF_CHANGES
    emit(
        Figure(
            "live",
            f"nodes of a board, {GROWTH_CHANGES} changes later",
            nodes_after - nodes,
            "more",
            "<= 500",
            nodes_after - nodes <= 500,
            n=1,
        )
    )
    said = f"heap of a board, {GROWTH_CHANGES} changes later: {heap:.0f} to {heap_after:.0f} KiB; at this rate in an hour of 1/s"
    emit(Figure("live", said, round(an_hour), "KiB more", n=1, cpu_s=round(cpu_seconds(), 1), rss_mb=peak_rss_mb()))


if __name__ == "__main__":
    main()
