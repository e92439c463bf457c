"""``./farm manage sequencer``: the process that puts committed events into the feed."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from apps.journal import heartbeats, live, sequencer


class Command(BaseCommand):
    """Run a sequencer until it is told to stop. Any number may run; one works at a time."""

    requires_system_checks = []  # they would load every page, which this process never needs
    help = "Give committed events their place in the feed and the hash chain."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sequence until SIGTERM or SIGINT."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        heartbeats.start("sequencer")
        sequencer.run(stop, advanced=live.announce)
        heartbeats.stop()
