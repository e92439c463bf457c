"""``./farm manage verify_log``: prove that nobody edited, inserted, removed or cut off events."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.journal import verification


class Command(BaseCommand):
    """Verify the event log's hash chain against itself and against the exported signed heads."""

    help = "Verify the event log: every event, its place, its hash, and the heads kept outside the database."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was checked; fail naming every problem."""
        report = verification.verify_log()
        for problem in report.problems:
            self.stderr.write(problem.explanation)
        if not report.ok:
            raise CommandError("The event log is not what was recorded. Keep the database as it is and compare it with a backup.")
        self.stdout.write(f"{report.events} events verified, last sequence {report.last_sequence}, {report.heads} exported heads agree.")
