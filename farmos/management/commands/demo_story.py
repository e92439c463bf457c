"""``manage demo_story``: play the demo on a running farm. Started by ``./farm demo``, in a process of its own."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

if TYPE_CHECKING:
    from farmos.demo.operators import Operators
    from farmos.demo.story import Story

WRONG = 3
"""Exit status: the story came to its end, and something does not agree."""


class Command(BaseCommand):
    """Play the demo."""

    help = "Play the demonstration on this farm (only on the data directory of a demo)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take where the pages are, and whether to stay."""
        parser.add_argument("--url", required=True, help="where the farm's pages are")
        parser.add_argument("--stay", action="store_true", help="stay and work on the floor until interrupted")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Play the story; a farm that is no demo is left alone."""
        from farmos.demo.acting import NothingHappens
        from farmos.demo.story import Story, tell
        from farmos.supervisor.prepare import OWNER

        folder = Path(settings.DATA_DIR) / "demo"
        if not (folder / "request.json").exists():
            raise CommandError(f"{settings.DATA_DIR} is no demo's data directory; nothing was touched. Start one with ./farm demo.")
        story = Story(folder, options["url"], stays=options["stay"])
        try:
            if options["stay"]:
                operators, _refused = story.open()
                self.stdout.write(f"  the shop, as a customer:  {options['url']}")
                self.stdout.write(
                    f"  the floor, as its owner:  {options['url']}admin/  {OWNER}  password {(folder / 'password').read_text()}"
                )
                self.stdout.write("  customers go on ordering, machines have mishaps, and the demo's own operators are slow: be faster")
                self.stdout.write("  Ctrl-C stops everything and keeps it")
                self._stay(story, operators)
            summary = story.play()
        except NothingHappens as problem:
            raise CommandError(str(problem)) from problem
        tell(summary)
        if not summary["ok"]:
            raise SystemExit(WRONG)

    def _stay(self, story: Story, operators: Operators) -> None:
        """Let the shop go on until somebody stops us."""
        while True:
            story.stay(operators)
            time.sleep(1)
