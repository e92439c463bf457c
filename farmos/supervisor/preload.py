"""Load, once, the code that all roles run, before any of them is forked."""

from __future__ import annotations

import gc
import threading
from importlib import import_module
from pathlib import Path

MODULES = (
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.beat",
    "celery.concurrency.thread",
    "celery.worker.consumer",
    "kombu.transport.redis",
    "farmos.filebroker",
    "apps.journal.management.commands.sequencer",
    "apps.journal.tasks",
    "farmos.asgi",
    "farmos.urls",
    "farmos.web",
    "farmos.work",
)


class NotAlone(RuntimeError):
    """Something loaded here started a thread: forking now could copy a lock that nobody will ever release."""


def set_up() -> None:
    """Load the settings (the environment must be complete) and the apps."""
    import django

    gc.disable()
    django.setup()


def preload() -> None:
    """Import everything else that roles need, without opening any connection. The farm is prepared by now: static files are looked up here.

    Raises:
        NotAlone: a library started a thread while being imported.
    """
    for name in MODULES:
        import_module(name)
    check_alone()
    gc.collect()
    gc.freeze()  # the collector never touches, and so never copies, what all roles share
    gc.enable()


def check_alone() -> None:
    """Make sure this process has one thread.

    Raises:
        NotAlone: it has more.
    """
    tasks = Path("/proc/self/task")
    native = len(list(tasks.iterdir())) if tasks.is_dir() else 1
    if native > 1 or threading.active_count() > 1:
        names = ", ".join(thread.name for thread in threading.enumerate())
        raise NotAlone(
            f"{max(native, threading.active_count())} threads run in the supervisor ({names}); nothing imported there may start one"
        )
