"""``./farm manage event_schemas``: the JSON Schemas of all events, checked against or written from their dataclasses."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.journal import schemas_of_events as schemas


class Command(BaseCommand):
    """Check that committed schemas match the code, or write them. A version only ever grows: a breaking change needs a new version."""

    help = "Check (default) or --write the committed JSON Schemas of events."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ``--write``."""
        parser.add_argument("--write", action="store_true", help="write new and grown schemas; refuses breaking changes")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, then write or complain."""
        states = schemas.compare()
        breaking = [state for state in states if state.breaks]
        if breaking:
            lines = [f"{state.kind.name} v{state.kind.version}: {'; '.join(state.breaks)}" for state in breaking]
            raise CommandError("These changes break readers. Declare a new version of the event instead:\n" + "\n".join(lines))
        stale = [state for state in states if not state.current]
        if options["write"]:
            for state in stale:
                schemas.write(state)
                self.stdout.write(f"wrote {state.path}")
        elif stale:
            names = ", ".join(state.path.name for state in stale)
            raise CommandError(f"Committed schemas are behind the code: {names}. Run: ./farm manage event_schemas --write")
        self.stdout.write(f"{len(states)} event schemas are current.")
