"""Ctrl-C at a demo: said in a line, everything of it ends, nothing is lost."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from tests.processes.running import is_alive, until

from .running import Demo

pytestmark = [pytest.mark.processes, pytest.mark.slow]


def test_stops_everything_without_a_trace(demo: Callable[..., Demo]) -> None:
    run = demo()
    run.start()
    assert run.process is not None
    until(lambda: run.ended or "printers that answer" in run.words.read_text(), "the story to begin")
    others = run.victims()

    os.killpg(run.process.pid, signal.SIGINT)

    assert run.wait() == 130
    words = run.words.read_text()
    assert "Traceback" not in words
    assert "to go on where it was" in words
    assert "story" in others
    assert not [name for name, pid in others.items() if is_alive(pid)]
