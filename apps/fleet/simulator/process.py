"""The simulator as a process: one for each state directory, until it is told to stop."""

from __future__ import annotations

import asyncio
import fcntl
import gc
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

from .simulator import Simulator, Wish


class StateInUse(Exception):
    """Another simulator has the state directory."""


def run(wish: Wish, say: Callable[[str], object], *, as_json: bool) -> None:
    """Simulate until SIGTERM or SIGINT; ``say`` is given the addresses when they answer.

    Raises:
        StateInUse: another simulator has the state directory.
        OSError: an address cannot be had.
    """
    lock = claim(wish.state)
    try:
        asyncio.run(_until_told_to_stop(wish, say, as_json=as_json))
    finally:
        os.close(lock)


def claim(state: Path) -> int:
    """Take the state directory for this process; return the descriptor that holds it."""
    state.mkdir(parents=True, exist_ok=True)
    lock = os.open(state / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as problem:
        os.close(lock)
        raise StateInUse(f"Another simulator uses {state}; stop it, or name another directory.") from problem
    return lock


async def _until_told_to_stop(wish: Wish, say: Callable[[str], object], *, as_json: bool) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with Simulator(wish) as simulator:
        gc.collect()
        gc.freeze()  # a floor of a thousand lives as long as this process: looking through it for garbage would stop every machine for a moment
        say(json.dumps(simulator.describe()) if as_json else _in_words(simulator))
        await stop.wait()


def _in_words(simulator: Simulator) -> str:
    found = simulator.describe()
    lines = [f"{one['name']}  {one['address']}  key {one['api_key']}" for one in found["printers"]]
    return "\n".join([*lines, f"Control: {found['control']}/sim/printers   State: {found['state']}", "Stop with Ctrl-C."])
