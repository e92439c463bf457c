"""``./farm manage simulate_printers``: simulated printers in a process of their own (``./farm sim`` for short)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Run simulated printers until told to stop. The database is not touched."""

    help = "Run simulated printers that speak Moonraker, each at an address of its own."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add what can be chosen."""
        parser.add_argument("--printers", type=int, default=3, help="how many (default 3)")
        parser.add_argument("--speed", type=float, default=60.0, help="simulated seconds in one of ours (default 60)")
        parser.add_argument(
            "--state", type=Path, help="where files, memory and the physical log are kept (default: simulator/ in the data)"
        )
        parser.add_argument("--port", type=int, default=0, help="port of all printers (default: any free one, kept in the state)")
        parser.add_argument("--own-ports", action="store_true", help="all printers at 127.0.0.1, each at a port of its own")
        parser.add_argument("--tick", type=float, default=0.25, help="seconds between two reports of a printer (default 0.25)")
        parser.add_argument("--least", type=float, default=0.5, help="no print takes less than this many of our seconds (default 0.5)")
        parser.add_argument("--restart", type=float, default=1.0, help="seconds a restart takes (default 1)")
        parser.add_argument(
            "--moonraker",
            action="store_true",
            help="let the real Moonraker speak for each printer (installed at the first use; about 35 MB of memory each)",
        )
        parser.add_argument("--json", action="store_true", help="print addresses and keys as one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGTERM or SIGINT."""
        from django.conf import settings

        from apps.fleet.simulator.job import Clock
        from apps.fleet.simulator.process import StateInUse, run
        from apps.fleet.simulator.real.environment import NotInstalled
        from apps.fleet.simulator.simulator import Wish

        if min(options["speed"], options["tick"]) <= 0:
            raise CommandError("--speed and --tick must be above 0.")
        clock = Clock(speed=options["speed"], least_s=options["least"], tick_s=options["tick"], restart_s=options["restart"])
        state = (options["state"] or settings.DATA_DIR / "simulator").resolve()
        wish = Wish(
            options["printers"], state, port=options["port"], own_ports=options["own_ports"], clock=clock, moonraker=options["moonraker"]
        )
        try:
            run(wish, self._say, as_json=options["json"])
        except (NotInstalled, StateInUse, ValueError) as problem:
            raise CommandError(str(problem)) from problem
        except OSError as problem:
            raise CommandError(f"The simulator cannot start: {problem}") from problem

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
