"""The supervisor's loop: one thread, one selector; children's output, deaths and signals wake it."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import time
from collections.abc import Callable, Sequence
from types import FrameType

from .child import LOUD_AFTER, Child, Life
from .forks import STOP_SIGNALS
from .logs import Console
from .place import Place
from .sessions import Guardian

TICK_S = 0.5
TICK_UNTIL_READY_S = 0.05
LAST_READS = 64
SHORT_OF_EVERYTHING_S = 5.0


class Supervisor:
    """Keeps ``children`` alive until it is told to stop.

    Args:
        place: The data directory; its lock is held by the caller.
        url: Where the web answers.
        console: Shown and kept words.
        is_ready: Asked until it says yes; then the URL is announced.
    """

    def __init__(self, place: Place, url: str, children: Sequence[Child], console: Console, is_ready: Callable[[], bool]) -> None:
        self.place = place
        self.url = url
        self.children = list(children)
        self.console = console
        self.is_ready = is_ready
        self.ready_after_s: float | None = None
        self.stopping = False
        self.in_a_hurry = False
        self._began = time.monotonic()
        self._selector = selectors.DefaultSelector()
        self._guardian = Guardian()

    def run(self) -> int:
        """Run until stopped; return the exit status."""
        waking = self._listen_to_signals()
        try:
            while not (self.stopping and all(child.life is None for child in self.children)):
                self._step(waking)
        finally:
            for child in self.children:
                if child.life is not None:
                    child.life.kill()
                child.log.close()
            self._guardian.close()
        self._write_status(ended=True)
        self.console.say("stopped")
        return 0

    def _listen_to_signals(self) -> int:
        waking, woken = os.pipe()
        for descriptor in (waking, woken):
            os.set_blocking(descriptor, False)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in STOP_SIGNALS:
            signal.signal(number, self._told_to_stop)
        self._selector.register(waking, selectors.EVENT_READ)
        return waking

    def _told_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.in_a_hurry = self.stopping
        self.stopping = True

    def _step(self, waking: int) -> None:
        settled = self.ready_after_s is not None
        for key, _events in self._selector.select(TICK_S if settled else TICK_UNTIL_READY_S):
            if key.fd == waking:
                with contextlib.suppress(BlockingIOError):
                    os.read(waking, 4096)
            else:
                self._relay(*key.data)
        now = time.monotonic()
        self._tend_guardian()
        if self.stopping:
            self._ask_to_stop(now)
        for child in self.children:
            self._tend(child, now)
        if not self.stopping and not settled and self.is_ready():
            self.ready_after_s = time.monotonic() - self._began
            self._write_status()
            self.console.say(f"ready: {self.url}")

    def _tend(self, child: Child, now: float) -> None:
        life = child.life
        if life is not None and life.has_ended():
            self._bury(child, life, now)
            life = None
        if life is None:
            if not self.stopping and now >= child.start_at:
                self._start(child, now)
        elif self.stopping and (self.in_a_hurry or (life.kill_at is not None and now >= life.kill_at)):
            if not self.in_a_hurry:
                self.console.say(f"{child.role.name} did not stop in {child.role.grace_s:.0f} s and is killed")
            life.kill()

    def _ask_to_stop(self, now: float) -> None:
        """Ask those first that need the others (everybody needs the broker)."""
        first = [child for child in self.children if child.life is not None and not child.role.stops_last]
        if [child for child in first or self.children if child.ask_to_stop(now)]:
            self._write_status()

    def _start(self, child: Child, now: float) -> None:
        try:
            life = child.start(now)
        except OSError as problem:  # no memory, no process, no descriptor left
            child.start_at = now + SHORT_OF_EVERYTHING_S
            self.console.say(f"!!! {child.role.name} cannot be started: {problem}. It is tried again in {SHORT_OF_EVERYTHING_S:.0f} s.")
            return
        self._guardian.add(life.pid)
        self._selector.register(life.output, selectors.EVENT_READ, (child, life))
        self._write_status()

    def _relay(self, child: Child, life: Life) -> None:
        """Pass on what a child printed; stop listening at the end of its output."""
        lines = child.read(life)
        if lines is None:
            self._selector.unregister(life.output)
            lines = life.lines.rest()
        if child.role.on_console:
            for line in lines:
                self.console.relay(child.role.name, line)

    def _bury(self, child: Child, life: Life, now: float) -> None:
        child.bury(life, now)
        self._read_to_the_end(child, life)
        self._guardian.remove(life.pid)
        if not self.stopping:
            self._report_death(child, life.in_words(), child.start_at - now)
        self._write_status()

    def _read_to_the_end(self, child: Child, life: Life) -> None:
        for _ in range(LAST_READS):
            if life.output not in self._selector.get_map():
                break
            self._relay(child, life)
        else:  # somebody outside its session still holds the pipe
            self._selector.unregister(life.output)
        os.close(life.output)

    def _report_death(self, child: Child, happened: str, pause: float) -> None:
        name = child.role.name
        if child.early_deaths < LOUD_AFTER:
            self.console.say(f"{name} {happened}; it is started again{f' in {pause:.1f} s' if pause else ''}")
            return
        self.console.say(
            f"!!! {name} {happened} and does not stay alive ({child.early_deaths} times in a row). The rest goes on without it."
        )
        self.console.say(f"!!! Why: see the end of {child.log.path}. It is tried again in {pause:.0f} s.")

    def _tend_guardian(self) -> None:
        with contextlib.suppress(ChildProcessError):
            ended, _status = os.waitpid(self._guardian.pid, os.WNOHANG)
            if ended:
                self._guardian.abandon()
                self._guardian = Guardian()
                for child in self.children:
                    if child.life is not None:
                        self._guardian.add(child.life.pid)
                self._write_status()

    def _write_status(self, *, ended: bool = False) -> None:
        state = "stopped" if ended else "stopping" if self.stopping else "starting" if self.ready_after_s is None else "running"
        roles = {
            child.role.name: {
                "pid": child.life.pid if child.life is not None else None,
                "starts": child.starts,
                "early_deaths": child.early_deaths,
            }
            for child in self.children
        }
        mine = {"pid": os.getpid(), "guardian": self._guardian.pid, "url": self.url, "state": state}
        with contextlib.suppress(OSError):  # a full disk must not end the farm
            self.place.write_status({**mine, "ready_after_s": self.ready_after_s, "roles": roles})
