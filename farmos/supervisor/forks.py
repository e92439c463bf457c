"""Forking so that no request to stop is lost on a child.

A child begins with its parent's signal handlers: one that is asked to stop before it has its own would let the parent's copy in it take note, and
live on. So these signals wait until the child has said what they mean to it.
"""

from __future__ import annotations

import os
import signal

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def fork() -> int:
    """Fork, as ``os.fork`` does. In the child ``STOP_SIGNALS`` wait until it calls ``let_signals_in``."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    pid = -1
    try:
        pid = os.fork()
    finally:
        if pid != 0:
            let_signals_in()
    return pid


def let_signals_in() -> None:
    """Have ``STOP_SIGNALS`` arrive, first those that came meanwhile."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
