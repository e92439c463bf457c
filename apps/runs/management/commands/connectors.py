"""``./farm manage connectors``: the process that listens to all printers."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand

from apps.journal import heartbeats, ticks


class Command(BaseCommand):
    """Follow every printer in service until told to stop. A second one does no harm."""

    requires_system_checks = []  # they would load every page, which this process never needs
    help = "Listen to all printers, and bring what they say and what farmos thinks together."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how long a printer may be silent."""
        parser.add_argument(
            "--offline-after", type=float, default=30.0, metavar="SECONDS", help="a printer silent for this long is offline (30)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Connect until SIGTERM or SIGINT."""
        from apps.runs.connector import listening
        from apps.runs.connector.following import Pace

        def on_signals(stop: Callable[[], None]) -> None:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop())

        connector = listening.Connector(Pace(silent_after_s=options["offline_after"]))
        heartbeats.start("connectors", connector.figures)
        listening.run(connector, on_signals)
        ticks.publisher().stop()
        heartbeats.stop()
