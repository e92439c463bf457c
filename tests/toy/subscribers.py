"""What the toy app owes the outside world."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from apps.journal.owed import Owed
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe

from . import commands, events
from .notebook import notebook


@subscribe(events.BoltsAdded, label=_("Tell the world about new bolts"), lane=Lane.DEFAULT, max_attempts=3, lease_s=10)
def tell_the_world(owed: Owed) -> None:
    """Write one line per addition, once: the line carries the delivery, and a line that is there is not written again."""
    page = notebook()
    if page is not None:
        _write_once(page, f"{owed.delivery_id} {owed.event.total}")
    commands.note_written(owed.context(), jar_id=owed.event.jar_id)


def _write_once(page: Path, line: str) -> None:
    """Write ``line`` unless it is there. One looks and writes at a time, as wherever a key makes a repeat harmless."""
    with page.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        if line not in file.read().splitlines():
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
