"""Telling live pages the numbers of a machine as it is heard: how far, until when, how warm. Nothing here touches the database."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from apps.fleet.domain.observation import Observation
from apps.journal import ticks
from apps.runs.domain.machine_words import ACTIVE, Whose, whose, word

from .sides import Side

ROUGHLY_S = 60
"""The end of a print is told to the minute."""

MEANINGFUL = 0.02
"""A print that has done less than this says nothing about how long it takes."""


class Ticker:
    """Tells the numbers of one printer, and takes back those of the print before."""

    def __init__(self) -> None:
        self._run_id: UUID | None = None

    @property
    def run_id(self) -> UUID | None:
        """Our own attempt that is on the printer, as it was last told; None: none."""
        return self._run_id

    def tell(self, side: Side, seen: Observation) -> None:
        """Tell what was ``seen``."""
        site_id, publisher = side.printer.site_id, ticks.publisher()
        publisher.put("printer", side.printer.pk, site_id, nozzle=_whole(seen.nozzle_c), bed=_whole(seen.bed_c))
        run = side.run if side.run is not None and word(seen) in ACTIVE and whose(seen, side.platform.path) is Whose.OURS else None
        if self._run_id is not None and (run is None or run.pk != self._run_id):
            publisher.drop("run", self._run_id)
        self._run_id = run.pk if run is not None else None
        if run is not None:
            end = ends_at(seen, side.platform.estimated_s)
            until = round(end.timestamp() / ROUGHLY_S) * ROUGHLY_S if end is not None else None
            percent = int(seen.progress * 100)
            publisher.put("run", run.pk, site_id, progress=percent, eta=until, layer=seen.layer, layers=seen.layers)

    def silence(self, printer_id: UUID) -> None:
        """Take its numbers back: nobody knows them any more."""
        ticks.publisher().drop("printer", printer_id)
        if self._run_id is not None:
            ticks.publisher().drop("run", self._run_id)
            self._run_id = None


def ends_at(seen: Observation, estimated_s: float) -> datetime | None:
    """Return when the print is over, going by the estimate of its file, or else by how long it took so far; None when neither says anything."""
    if estimated_s > 0:
        left = estimated_s * (1 - seen.progress)
    elif seen.progress >= MEANINGFUL:
        left = seen.print_s * (1 - seen.progress) / seen.progress
    else:
        return None
    return seen.observed_at + timedelta(seconds=min(left, 10**7))


def _whole(degrees: float | None) -> int | None:
    return round(degrees) if degrees is not None else None
