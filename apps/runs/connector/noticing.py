"""Noticing that a print does not go as it should: every observation of it goes past the detectors, what they find is raised."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from uuid import UUID

from apps.fleet.domain.observation import Observation
from apps.journal.context import Context
from apps.runs import commands
from apps.runs.domain.anomaly import USUAL, Finding, Known, Thresholds, Watch, look
from apps.runs.domain.machine_words import Whose, Word, whose, word
from apps.runs.models import Run
from apps.runs.states import AnomalyKind, AnomalySeverity

from .sides import Side

STOPS_ITSELF = "GCODE_PAUSES"
"""What the slicer's check says of a file that pauses the print."""

log = logging.getLogger("farmos.connector")


class Noticer:
    """Watches the attempts of one printer, one after the other. What it remembers may be lost at any time: every timer starts anew."""

    def __init__(self, thresholds: Thresholds = USUAL) -> None:
        self._thresholds = thresholds
        self._run_id: UUID | None = None
        self._watch = Watch()
        self._found: tuple[Side, Watch, Sequence[Finding]] | None = None

    def look(self, side: Side, seen: Observation) -> bool:
        """Look at what was ``seen``; return whether the detectors found something, which is to be raised. Asks no database."""
        run = side.run
        if run is None or word(seen) not in (Word.PRINTING, Word.PAUSED) or whose(seen, side.platform.path) is not Whose.OURS:
            return False
        if run.pk != self._run_id:
            self._run_id, self._watch = run.pk, Watch()
        watch, findings = look(self._watch, seen, known_of(run, side.platform.estimated_s, self._thresholds))
        if findings:
            self._found = (side, watch, findings)
            return True
        self._watch = watch
        return False

    def raise_found(self, contexts: Callable[[str], Context]) -> None:
        """Raise what was found. Was it not raised because of trouble, the next look finds it again."""
        if self._found is None or self._run_id is None:
            return
        side, watch, findings = self._found
        for found in findings:
            raised = commands.raise_anomaly(
                contexts("anomaly"),
                run_id=self._run_id,
                kind=AnomalyKind(found.kind),
                severity=AnomalySeverity(found.severity),
                evidence=dict(found.evidence),
                since=found.since,
            )
            log.info("printer %s: %s (%s)", side.printer.code, found.kind, "raised" if raised else "not raised")
        self._watch = watch


def known_of(run: Run, estimated_s: float, thresholds: Thresholds = USUAL) -> Known:
    """Return what the detectors are to know of an attempt."""
    return Known(
        state=str(run.state),
        reason=run.reason,
        wish=run.wish,
        estimated_s=estimated_s,
        has_one_nozzle=not any(run.slot_feeds.values()),
        stops_itself=run.output is not None and STOPS_ITSELF in run.output.warnings,
        thresholds=thresholds,
    )
