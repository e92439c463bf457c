"""The Celery processes: ``python -m farmos.work worker|slice|beat``.

Started here and not by Celery's command line, whose many sub-commands cost every process ten megabytes.
"""

from __future__ import annotations

import os
import socket
import sys
import warnings

import django

QUEUES = {"worker": ("sweep,reconcile,default", 4), "dispatch": ("dispatch", 16), "slice": ("slice", 1)}
"""Role → the queues it takes messages from, in turn (the lanes it drains, and the sweep's), and how many at once. Dispatching mostly waits for
machines, and a machine that hangs must not keep others waiting."""

CONNECTIONS = {"dispatch": 5}
"""Role → how many connections to PostgreSQL its threads share. None is held while a machine is spoken with."""


def work(role: str) -> int:
    """Drain the lanes of ``role`` until told to stop; return the exit status."""
    from celery.exceptions import SecurityWarning

    from farmos.celery import app

    queues, threads = QUEUES[role]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)  # about running as root: our messages are JSON and carry nothing
        worker = app.Worker(
            pool="threads",
            concurrency=threads,
            queues=queues,
            hostname=f"{role}@{socket.gethostname()}",
            quiet=True,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
    worker.start()
    return int(worker.exitcode or 0)


def share_connections(role: str) -> None:
    """Let the threads of ``role`` share few connections to PostgreSQL, under its name; to be called before the first is opened."""
    from django.db import connections

    database = connections.settings["default"]
    if not database["ENGINE"].endswith("postgresql"):
        return
    database["OPTIONS"]["application_name"] = f"farmos {role}"
    if role in CONNECTIONS:
        database["OPTIONS"]["pool"] = {"min_size": 1, "max_size": CONNECTIONS[role], "timeout": 20}


def beat() -> int:
    """Send the scheduled wake-ups until told to stop. The schedule is kept in memory: a lost minute is what the sweep is for."""
    from farmos.celery import app

    app.Beat(scheduler_cls="celery.beat:Scheduler", quiet=True, pidfile=None).run()
    return 0


def main(role: str) -> int:
    """Run one role; return its exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "farmos.settings.dev")
    os.environ.setdefault("FARMOS_ROLE", role)
    os.environ.setdefault("CELERY_SKIP_CHECKS", "1")  # `farm up` has checked; doing it again would load every page into this process
    django.setup()
    share_connections(role)
    from apps.journal import heartbeats

    try:
        return beat() if role == "beat" else work(role)
    finally:
        heartbeats.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
