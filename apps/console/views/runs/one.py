"""One print attempt: what is known of it, both sides where they disagree, and what can be asked of it."""

from __future__ import annotations

from typing import Any

from apps.board.badges import run_badge
from apps.board.queries.beds import bed_of
from apps.board.queries.people import names_of
from apps.console.views.seen import rights
from apps.journal import clock
from apps.runs import queries as runs
from apps.runs.models import Run

from .page import RunPage
from .reasons import STOPPED, choices

COMMANDS = (
    *("runs.pause_run", "runs.resume_run", "runs.abort_run", "runs.refresh_run", "runs.adopt_machine_state", "runs.keep_platform_state"),
    *("runs.record_outcomes", "runs.clear_bed"),
)
SAID = ("print_state", "klippy_state", "message", "print_message", "filename", "progress", "layer", "print_s", "observed_at", "trouble")
"""What of the machine's side is shown, in this order."""


class OneRun(RunPage):
    """A print attempt."""

    template_name = "console/runs/one.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add everything that is known of it."""
        run, bed = self.run, bed_of(self.run.plate)
        said = runs.latest_outcomes(run.pk)
        who = (run.requested_by, run.started_by, run.intervened_by, run.judged_by, run.bed_cleared_by, run.caused_by, run.wish_by)
        return {
            **super().get_context_data(**kwargs),
            "title": run.plate.number,
            "run": run,
            "badge": run_badge(run.state, desynced=run.desynced),
            "bed": bed,
            "part": bed.places[0] if bed.places else None,
            "photos": runs.photos_of(run.pk),
            "outcomes": {place.slot: said.get(place.item.pk) for place in bed.places},
            "marks": {place.slot: said[place.item.pk].outcome for place in bed.places if place.item.pk in said},
            "snapshot": run.printer_snapshot or {},
            "machine": _machine(run),
            "blockers": _blockers(run),
            "names": names_of(who),
            "reasons": choices(STOPPED),
            "can": rights(self.request, self.site.pk, COMMANDS),
        }


def _blockers(run: Run) -> list[runs.Blocker]:
    """Return what is in its way; that it prints, or is in doubt, the page says already."""
    found = runs.why_not_printing("run", run.pk, now=clock.now()) if run.ended_at is None else []
    return [one for one in found if one.code not in ("PRINTING", "IN_DOUBT", "PAUSED")]


def _machine(run: Run) -> dict[str, Any]:
    """Return the machine's side of a doubt, or what was seen when the attempt ended."""
    evidence = run.desync_evidence if run.desynced and run.desync_evidence else run.evidence
    return {name: evidence[name] for name in SAID if evidence.get(name) not in (None, "")}
