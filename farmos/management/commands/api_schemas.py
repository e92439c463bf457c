"""``./farm manage api_schemas``: the published JSON Schemas of records, checked against or written from what the API answers."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation


class Command(BaseCommand):
    """Check that committed schemas say what the API answers, or write them."""

    help = "Check (default) or --write the published JSON Schemas of records."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ``--write``."""
        parser.add_argument("--write", action="store_true", help="write schemas that are behind the code")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, then write or complain."""
        from farmos import describing

        stale = []
        with translation.override("en"):
            for name in describing.PUBLISHED:
                place = describing.FOLDER / f"{name}.json"
                text = json.dumps(describing.schema_of(name), indent=2, ensure_ascii=False) + "\n"
                if place.exists() and place.read_text() == text:
                    continue
                stale.append(name)
                if options["write"]:
                    place.write_text(text)
                    self.stdout.write(f"wrote {place}")
        if stale and not options["write"]:
            raise CommandError(f"Committed schemas are behind the code: {', '.join(stale)}. Run: ./farm manage api_schemas --write")
        self.stdout.write(f"{len(describing.PUBLISHED)} schemas of records are current.")
