"""``./farm manage reference_docs``: write the reference of states, records and constraints, or check that it is current."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError

from apps.journal import reference


class Command(BaseCommand):
    """Write ``docs/reference`` from the code, or with ``--check`` say which pages are behind it."""

    help = "Write docs/reference from the code, or --check that it is current."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add ``--check`` and ``--folder``."""
        parser.add_argument("--check", action="store_true", help="write nothing; fail when a page is behind the code")
        parser.add_argument("--folder", type=Path, default=_folder(), help="where the pages are")

    def handle(self, *args: Any, **options: Any) -> None:
        """Render every page, then write or complain."""
        folder: Path = options["folder"]
        pages = reference.pages()
        stale = [name for name, text in pages.items() if not (folder / name).is_file() or (folder / name).read_text() != text]
        if options["check"] and stale:
            raise CommandError(f"Behind the code: {', '.join(stale)}. Run: ./farm manage reference_docs")
        for name in stale:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(pages[name])
            self.stdout.write(f"wrote {folder / name}")
        self.stdout.write(f"{len(pages)} pages of the reference are current.")


def _folder() -> Path:
    """Return where the project keeps its reference."""
    return Path(apps.get_app_config("journal").path).parents[1] / "docs" / "reference"
