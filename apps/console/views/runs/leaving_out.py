"""Leave one part out? Which, why, and what that does, before the printer is told."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from apps.board.badges import BADGES, Badge
from apps.board.queries.beds import bed_of
from apps.board.queries.people import names_of
from apps.console.views.seen import rights
from apps.runs import queries
from apps.runs.models import Exclusion, Run
from apps.runs.states import ExclusionState, RunState

from .page import RunPage
from .reasons import LEFT_OUT, choices

COMMANDS = ("runs.exclude_item",)


class LeavingOut(RunPage):
    """The parts of a print, one of which may be left out."""

    title = gettext_lazy("Leave one part out?")
    template_name = "console/runs/leave_out.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the parts, what was left out already, and what keeps another one from it."""
        run, bed = self.run, bed_of(self.run.plate)
        exclusions = queries.exclusions_of(run.pk)
        asked = self.request.GET.get("reason", "")
        reasons = choices(LEFT_OUT)
        refusal, can = why_not(run, parts=len(bed.places)), rights(self.request, self.site.pk, COMMANDS)
        return {
            **super().get_context_data(**kwargs),
            "run": run,
            "bed": bed,
            "exclusions": badged(exclusions),
            "is_open": is_open(run),
            "refusal": refusal,
            "is_asked": is_open(run) and refusal is None and can["exclude_item"],
            "standing": {item for item, one in exclusions.items() if one.state != ExclusionState.DROPPED},
            "reasons": reasons,
            "chosen": asked if asked in dict(reasons) else "",
            "names": names_of([one.asked_by for one in exclusions.values()]),
            "can": can,
        }


def badged(exclusions: dict[Any, Exclusion]) -> dict[Any, tuple[Exclusion, Badge]]:
    """Return the exclusions with how they look, by item."""
    return {item: (one, BADGES["exclusion", one.state]) for item, one in exclusions.items()}


def is_open(run: Run) -> bool:
    """Is it on a printer, so that parts of it are still being made?"""
    return run.state in (RunState.PRINTING, RunState.PAUSED)


def why_not(run: Run, *, parts: int) -> Any:
    """Return what keeps every part from being left out; None: nothing does, or it does not print at all."""
    return queries.why_no_exclusion(run, run.printer, parts=parts) if is_open(run) and run.printer is not None else None
