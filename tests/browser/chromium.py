"""Debian's Chromium for a whole session of tests, started again when it had to be ended.

Now and then it never answers to the closing of a context that had several tabs, and playwright waits for that without a limit. The test has passed by
then; so this Chromium is ended, and the next context gets a new one.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Playwright

PATIENCE_MS = 60_000
"""Longer than anything takes on a machine that has other work too: only what never comes is waited for so long."""

STARTING_MS = 3 * PATIENCE_MS
CLOSING_S = 20.0
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-gpu")


class Chromium:
    """A running Chromium."""

    def __init__(self, playwright: Playwright, program: str) -> None:
        self._playwright = playwright
        self._program = program
        self._is_ended = False
        self._browser = self._launch()

    def new_context(self, **looks: Any) -> BrowserContext:
        """Return a context of its own: cookies, screen, theme."""
        if self._is_ended or not self._browser.is_connected():
            self._browser, self._is_ended = self._launch(), False
        context = self._browser.new_context(**looks)
        context.set_default_timeout(PATIENCE_MS)
        return context

    def leave(self, context: BrowserContext) -> None:
        """Close a context, however long Chromium thinks about it."""
        self._within_patience(context.close)

    def close(self) -> None:
        """End it, however long it thinks about it."""
        self._within_patience(self._browser.close)

    def _within_patience(self, step: Callable[[], None]) -> None:
        """Do what Chromium may never answer to; end it then."""
        watch = Timer(CLOSING_S, self._end)
        watch.start()
        try:
            with suppress(Error):
                step()
        finally:
            watch.cancel()
            watch.join()  # had it begun, it has ended all of them now, and nothing that the next test starts

    def _end(self) -> None:
        self._is_ended = True
        end_chromium()

    def _launch(self) -> Browser:
        """Start it, without a sandbox where we are root (it refuses one)."""
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        return self._playwright.chromium.launch(executable_path=self._program, args=[*QUIET, *sandbox], timeout=STARTING_MS)


def end_chromium() -> None:
    """Kill the Chromiums this process started, and no others."""
    for pid in list(_descendants(os.getpid())):
        with suppress(ProcessLookupError):
            if is_chromium(pid):
                os.kill(pid, signal.SIGKILL)


def is_chromium(pid: int) -> bool:
    """Is that process one of Chromium's?"""
    with suppress(OSError):
        return b"/chromium/" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def _descendants(pid: int) -> Iterator[int]:
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            yield int(child)
            yield from _descendants(int(child))
