"""What the toy app owes the outside world."""

from __future__ import annotations

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from apps.journal.owed import Owed
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe

from . import commands, events
from .notebook import notebook


@subscribe(events.BoltsAdded, label=_("Tell the world about new bolts"), lane=Lane.DEFAULT, max_attempts=3, lease_s=2)
def tell_the_world(owed: Owed) -> None:
    """Write one line per addition, once: the line carries the delivery, and a line that is there is not written again."""
    page = notebook()
    line = f"{owed.delivery_id} {owed.event.total}"
    if page is not None and line not in _lines(page):
        with page.open("a") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
    commands.note_written(owed.context(), jar_id=owed.event.jar_id)


def _lines(page: Path) -> list[str]:
    return page.read_text().splitlines() if page.exists() else []
