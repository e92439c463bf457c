"""``./farm manage verify_artifacts``: read every stored file and check its hash."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.artifacts import sweep
from apps.journal import clock


class Command(BaseCommand):
    """Read every stored file, check its hash, report what is missing or changed. Use it after restoring a backup."""

    help = "Read every stored file and check its hash; damaged files are reported and the command fails."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Check all files.

        Raises:
            CommandError: some are damaged.
        """
        read, broken = sweep.verify_all(clock.now())
        if broken:
            raise CommandError(
                f"{broken} of {read} files are missing or changed; see Damaged files in the admin. Restore them from a backup."
            )
        self.stdout.write(f"{read} files are all as they were stored.")
