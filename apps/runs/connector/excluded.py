"""Noticing what a machine leaves out of our print, whoever wanted it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID

from apps.fleet.domain.observation import Observation
from apps.journal.context import Context
from apps.runs import commands
from apps.runs.domain.machine_words import Whose, whose
from apps.runs.domain.reconcile import evidence_of
from apps.runs.states import RunState

from .sides import Side

log = logging.getLogger("farmos.connector")


def leaves_out(seen: Observation, name: str) -> bool:
    """Does the machine say that it leaves ``name`` out? Klipper writes names in capitals."""
    return name.casefold() in (one.casefold() for one in seen.excluded_objects)


def tell(side: Side, seen: Observation, context: Context) -> bool:
    """Take note of what the machine leaves out of our print; return whether that was news."""
    if side.run is None or not excluded_in(side, seen):
        return False
    return commands.note_excluded(
        context, run_id=side.run.pk, printer_id=side.printer.pk, names=seen.excluded_objects, evidence=evidence_of(seen)
    )


def excluded_in(side: Side, seen: Observation) -> tuple[str, ...]:
    """Return what the machine leaves out of our print, if it speaks of our print at all."""
    if not seen.excluded_objects or side.run is None or side.run.state not in (RunState.PRINTING, RunState.PAUSED):
        return ()
    return seen.excluded_objects if whose(seen, side.platform.path) is Whose.OURS else ()


class ExclusionTeller:
    """Tells what one printer leaves out, once. What it remembers may be lost at any time: it is told again then, which changes nothing."""

    def __init__(self) -> None:
        self._told: tuple[UUID | None, tuple[str, ...]] = (None, ())
        self._news: tuple[Side, Observation] | None = None

    def look(self, side: Side, seen: Observation) -> bool:
        """Look at what was ``seen``; return whether the machine leaves out something that was not told yet. Asks no database."""
        names = excluded_in(side, seen)
        if side.run is None or not names or self._told == (side.run.pk, names):
            return False
        self._news = (side, seen)
        return True

    def tell_news(self, contexts: Callable[[str], Context]) -> None:
        """Tell it. Was it not recorded because of trouble, the next look finds it again."""
        if self._news is None or self._news[0].run is None:
            return
        side, seen = self._news
        if tell(side, seen, contexts("excluded")):
            log.info("printer %s leaves out %d objects", side.printer.code, len(seen.excluded_objects))
        self._told = (self._news[0].run.pk, seen.excluded_objects)
