"""What it costs to listen to a floor of printers, and how soon what happens there is on record.

In one run on SQLite: simulated printers in a process of their own, all printing files of ours and telling their numbers once (then four times) a
second, each at an address of its own; the connector in a process of its own. Measured: its share of a core and its memory while nothing but numbers
moves; then printers are paused, resumed and stopped at the machine, and the time from the moment the simulator told the new state to the moment
another process can read the event. The floor beside it is the bare reader: the same sockets, subscriptions and loop, every message decoded and
thrown away. Then a floor of which a fifth hangs or is dead: how soon every living printer was looked at, and how old the last look at it is.

Run: ``./farm bench fleet --json`` (about five minutes). ``--printers``, ``--seconds`` and ``--transitions`` make it smaller.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from random import Random
from typing import Any
from uuid import UUID

from bench import floor
from bench.figures import Figure, emit, percentile

DEAD_FLOOR, DEAD = 200, 40
CPU_GOALS = {1: 15, 4: 35}
SETTLE_S = 15
RSS_GOAL_MB, EVENT_GOAL_MS, SWEEP_GOAL_S, AGE_GOAL_S = 200, 250, 5, 2


def main() -> None:
    """Measure in processes of their own, each with a fresh database."""
    wish = _wish()
    for rate in wish.rates:
        _in_child("--cost", str(rate), *sys.argv[1:])
    _in_child("--dead", *sys.argv[1:])


def _wish() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--printers", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--transitions", type=int, default=200)
    parser.add_argument("--rates", type=int, nargs="*", default=[1, 4])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--cost", type=int)
    parser.add_argument("--dead", action="store_true")
    parser.add_argument("--bare", action="store_true")
    return parser.parse_args()


def _in_child(*arguments: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
            "DJANGO_SETTINGS_MODULE": "farmos.settings.test",
            "FARMOS_DATA": folder,
            "FARMOS_SECRET_KEY": floor.SECRET,
        }
        subprocess.run([sys.executable, "-m", "bench.fleet", *arguments], env=environment, check=True)


# -- the bare reader ---------------------------------------------------------------------------------------------------------------------


async def _read_all(machines: list[dict[str, Any]], said: list[int]) -> None:
    import aiohttp

    from apps.fleet.drivers.moonraker.client import OBJECTS

    async def read(session: aiohttp.ClientSession, one: dict[str, Any]) -> None:
        async with session.ws_connect(f"{one['address']}/websocket", headers={"X-Api-Key": one["api_key"]}) as socket:
            subscribe = {"jsonrpc": "2.0", "method": "printer.objects.subscribe", "params": {"objects": OBJECTS}, "id": 1}
            await socket.send_json(subscribe)
            async for message in socket:
                said[0] += json.loads(message.data).get("method") == "notify_status_update"

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        await asyncio.gather(*(read(session, one) for one in machines))


def bare() -> None:
    """Read all sockets of the printers given on standard input; say every second how many updates came so far."""
    import uvloop

    machines, said = json.load(sys.stdin), [0]

    def count() -> None:
        while True:
            time.sleep(1.0)
            sys.stdout.write(f"{said[0]}\n")
            sys.stdout.flush()

    threading.Thread(target=count, daemon=True).start()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_read_all(machines, said))


def _bare_share(machines: floor.Machines, seconds: float) -> tuple[float, float]:
    """Return the bare reader's share of a core in percent, and how many updates a second came."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.fleet", "--bare"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(machines.known))
        process.stdin.close()
        before = 0
        for _ in range(10):
            before = int(process.stdout.readline())
        share, _spent = floor.share(process.pid, seconds)
        after = before
        for _ in range(int(seconds)):
            after = int(process.stdout.readline())
        return share, (after - before) / int(seconds)
    finally:
        process.terminate()
        process.wait(30)


# -- figures -----------------------------------------------------------------------------------------------------------------------------


def _say(metric: str, value: float, unit: str, most: float | None = None, **more: Any) -> None:
    """Print a figure; ``most``: the goal it should not exceed."""
    more.setdefault("ok", value <= most if most is not None else None)
    emit(Figure("fleet", metric, value, unit, f"<= {most}" if most is not None else None, **more))


def cost(wish: argparse.Namespace) -> None:
    """Measure what listening costs at one rate, and how soon a transition is on record."""
    import django

    django.setup()
    rate, printers = wish.cost, wish.printers
    with floor.machines(printers, rate) as machines:
        runs = floor.records(machines)
        bare_share, fed = _bare_share(machines, wish.seconds)
        under = f"{printers} printers told their numbers {fed:.0f} times a second"
        with floor.running("manage.py", "connectors") as connector:
            floor.until_online(printers)
            time.sleep(SETTLE_S)
            share, spent = floor.share(connector.pid, wish.seconds)
            goal, is_fed = CPU_GOALS.get(rate, 100), fed >= 0.95 * printers * rate
            against = {"against": f"a bare reader of the same sockets: {bare_share} %", "ratio": round(share / bare_share, 2)}
            _say(f"connector, share of a core: {under}", share, "%", goal, ok=share <= goal and is_fed, n=1, cpu_s=spent, **against)
            memory, peak = (floor.memory_of(connector.pid, what) for what in ("VmRSS", "VmHWM"))
            _say("connector, memory", memory, "MB", RSS_GOAL_MB, ok=peak <= RSS_GOAL_MB, n=1, rss_mb=peak)
            _say("age of the last look at a printer, p99", floor.detail().get("age_p99_s", -1.0), "s", n=printers)
            _transitions(machines, runs, wish.transitions, under)


def _transitions(machines: floor.Machines, runs: list[UUID], count: int, under: str) -> None:
    """Pause, resume and stop prints at the machines, and tell how soon each is on record."""
    order = Random(7)
    watcher = _Reader()
    watcher.start()
    chosen = order.sample(range(len(runs)), min(count, len(runs)))
    for script, state, event in (
        ("PAUSE", "paused", "RunPaused"),
        ("RESUME", "printing", "RunResumed"),
        ("CANCEL_PRINT", "cancelled", "RunAborted"),
    ):
        for number in chosen:
            machines.tell(number, "at-machine", script=script)
            time.sleep(0.05)
        watcher.wait_for(event, {str(runs[number]) for number in chosen})
        late = []
        for number in chosen:
            told = next((at for at, what in reversed(machines.tell(number, "told")) if what == state), None)
            if told is not None:  # else it was asked before it told
                late.append((watcher.seen[event, str(runs[number])] - told) * 1000)
        p50, p99 = (round(percentile(late, share), 1) for share in (0.5, 0.99))
        looks = " (looked at twice)" if event == "RunAborted" else ""
        _say(f"{state} at the printer to committed event{looks}, p99: {under}", p99, "ms", EVENT_GOAL_MS, n=len(late))
        _say(f"{state} at the printer to committed event{looks}, p50", p50, "ms", n=len(late))
    watcher.stop()


class _Reader(threading.Thread):
    """Reads events as another process may, every few milliseconds, and notes when each was first to be seen."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seen: dict[tuple[str, str], float] = {}
        self._ending = threading.Event()

    def run(self) -> None:
        """Read until stopped."""
        from django.conf import settings

        connection = sqlite3.connect(settings.DATABASES["default"]["NAME"])
        last = 0
        while not self._ending.wait(0.004):
            found = connection.execute("SELECT id, type, subjects FROM journal_event WHERE id > ? ORDER BY id", [last]).fetchall()
            now = time.time()
            last = found[-1][0] if found else last
            for _row, kind, subjects in found:
                for subject, record_id in json.loads(subjects):
                    if subject == "run":
                        self.seen.setdefault((kind.rpartition(".")[2], record_id), now)
        connection.close()

    def wait_for(self, event: str, runs: set[str]) -> None:
        """Wait until each attempt has such an event."""
        deadline = time.monotonic() + floor.PATIENCE_S
        while left := {run for run in runs if (event, run) not in self.seen}:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{event} was never recorded for {len(left)} of {len(runs)} attempts")
            time.sleep(0.05)

    def stop(self) -> None:
        """End."""
        self._ending.set()
        self.join()


def dead(wish: argparse.Namespace) -> None:
    """Measure a floor of which a fifth is dead or hangs."""
    import django

    django.setup()
    living, under = DEAD_FLOOR - DEAD, f"{DEAD_FLOOR} printers, {DEAD} of them dead or hanging"
    with floor.machines(DEAD_FLOOR, 1) as machines:
        floor.records(machines)
        for number in range(DEAD):
            machines.tell(number, "kill-moonraker" if number % 2 else "hang-moonraker")
        with floor.running("manage.py", "connectors") as connector:
            while not floor.detail():
                time.sleep(0.02)
            took = round(floor.until_online(living), 2)
            _say(f"every living one looked at after the connector began: {under}", took, "s", SWEEP_GOAL_S, n=living)
            worst, ages = 0.0, list[float]()
            for _ in range(max(int(wish.seconds / 5), 1)):
                time.sleep(5)
                detail = floor.detail()
                assert detail["answering"] == living, detail
                worst, ages = max(worst, detail["age_max_s"]), [*ages, detail["age_p99_s"]]
            _say("longest a living one was not looked at", worst, "s", SWEEP_GOAL_S, n=len(ages))
            spent = {"cpu_s": floor.cpu_of(connector.pid), "rss_mb": floor.memory_of(connector.pid, "VmHWM")}
            _say("age of the last look at a living one, p99", max(ages), "s", AGE_GOAL_S, n=living, **spent)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    asked = _wish()
    if asked.bare:
        bare()
    elif asked.cost is not None:
        cost(asked)
    elif asked.dead:
        dead(asked)
    else:
        main()
