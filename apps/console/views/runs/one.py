"""One print attempt: what is known of it, both sides where they disagree, and what can be asked of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from apps.board.badges import run_badge
from apps.board.queries.beds import bed_of
from apps.board.queries.people import names_of
from apps.catalog.states import Reason
from apps.console.templatetags.floor import duration
from apps.console.views.seen import rights
from apps.journal import clock
from apps.runs import queries as runs
from apps.runs.domain.anomaly import Step
from apps.runs.models import Run
from apps.runs.states import RunState

from .anomalies import COMMANDS as ANOMALY_COMMANDS
from .anomalies import people_at, shown
from .leaving_out import COMMANDS as LEAVING_OUT
from .leaving_out import badged, is_open, why_not
from .measured import measured
from .page import RunPage
from .reasons import STOPPED, choices

COMMANDS = (
    *("runs.pause_run", "runs.resume_run", "runs.abort_run", "runs.refresh_run", "runs.adopt_machine_state", "runs.keep_platform_state"),
    *("runs.record_outcomes", "runs.clear_bed", "fleet.load_spool"),
    *ANOMALY_COMMANDS,
    *LEAVING_OUT,
)
SAID: dict[str, Any] = {
    "print_state": _("Its print"),
    "klippy_state": _("Its firmware"),
    "message": _("The firmware says"),
    "print_message": _("About the print"),
    "filename": _("File on it"),
    "progress": _("How far"),
    "layer": _("Layer"),
    "print_s": _("Printing for"),
    "observed_at": _("Seen"),
    "trouble": _("Trouble"),
}
"""What of the machine's side is shown, in this order, and what it is called. Words that are not ours are shown as the machine said them."""


@dataclass(frozen=True, slots=True)
class Word:
    """One thing the machine said: what it is called, and either a moment or text."""

    label: Any
    text: str = ""
    at: datetime | None = None


class OneRun(RunPage):
    """A print attempt."""

    template_name = "console/runs/one.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add everything that is known of it."""
        run, bed = self.run, bed_of(self.run.plate)
        machine = _machine(run)
        anomalies = list(run.anomalies.prefetch_related("snapshots").order_by("id"))
        snapshots = list(run.snapshots.filter(artifact__purged_at=None).order_by("id"))
        judged = runs.latest_outcomes(run.pk)
        exclusions = runs.exclusions_of(run.pk)
        refusal = why_not(run, parts=len(bed.places))
        can_leave_out = is_open(run) and refusal is None
        who = (run.requested_by, run.started_by, run.intervened_by, run.judged_by, run.bed_cleared_by, run.caused_by, run.wish_by)
        seen_to = (who for one in anomalies for who in (one.raised_by, one.assigned_to, one.acknowledged_by, one.resolved_by))
        asked_out = (one.asked_by for one in exclusions.values())
        return {
            **super().get_context_data(**kwargs),
            "title": run.plate.number,
            "run": run,
            "badge": run_badge(run.state, desynced=run.desynced),
            "bed": bed,
            "part": bed.places[0] if bed.places else None,
            "parts": ", ".join(f"{name} \N{MULTIPLICATION SIGN}{n}" for name, n in Counter(one.name for one in bed.places).most_common()),
            "snapshots": snapshots,
            "measured": measured(run, anomalies, snapshots, now=clock.now()),
            "photos": runs.photos_of(run.pk),
            "outcomes": {place.slot: judged.get(place.item.pk) for place in bed.places},
            "marks": {place.slot: judged[place.item.pk].outcome for place in bed.places if place.item.pk in judged},
            "snapshot": run.printer_snapshot or {},
            "theirs": machine.get("print_state") or machine.get("klippy_state", ""),
            "said": list(_words(machine)),
            "blockers": _blockers(run),
            "exclusions": badged(exclusions),
            "can_leave_out": can_leave_out,
            "anomalies": (told := list(shown(run, anomalies, can_exclude=can_leave_out))),
            "is_flagged": any(one.step for one in told),
            "goes_on_above": any(one.step and one.step[0] is Step.RESUME for one in told),
            "ran_out": run.state == RunState.PAUSED and run.reason == Reason.FILAMENT_RUNOUT,
            "unrecorded": refusal if refusal is not None and refusal.code == "parts-not-recorded" else None,
            "people": people_at(self.site.pk) if any(one.resolved_at is None for one in anomalies) else [],
            "names": names_of([*who, *seen_to, *asked_out]),
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


def _words(machine: Mapping[str, Any]) -> Iterator[Word]:
    """Yield what the machine said as people read it: a share in percent, seconds as a duration, a moment by the clock."""
    for name, value in machine.items():
        if name == "observed_at":
            yield Word(SAID[name], at=parse_datetime(str(value)))
        elif name == "progress" and isinstance(value, int | float):
            yield Word(SAID[name], f"{value:.0%}")
        elif name == "print_s" and isinstance(value, int | float):
            yield Word(SAID[name], duration(round(value / 60)))
        else:
            yield Word(SAID[name], str(value))
