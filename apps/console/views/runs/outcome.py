"""What happened on the plate? Every part gets a word from a person; the bed is asked on the same page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.board.badges import Badge, run_badge
from apps.board.queries.beds import Place, bed_of
from apps.board.queries.people import names_of
from apps.board.queries.printers import tiles
from apps.catalog.states import Reason
from apps.console.views.seen import rights, run_for
from apps.fleet.models import Printer
from apps.journal import clock
from apps.journal.http.page_command import Form
from apps.journal.refusals import Invalid, Refusal
from apps.journal.results import Parked
from apps.runs import commands as runs
from apps.runs import queries
from apps.runs.commands import ItemVerdict
from apps.runs.models import Exclusion, ItemOutcome, OutcomePhoto, Run
from apps.runs.states import TERMINAL, ExclusionState, ItemResult, RunState

from .acts import OnOutcome, OnRun
from .leaving_out import badged
from .page import RunPage
from .reasons import FAILED_FIRST, FAILED_MORE, choices

CORRECTABLE = timedelta(minutes=30)
"""How long after a result the page offers to change it. Later corrections are entries of their own as well, made from the timeline."""

COMMANDS = (
    "runs.record_outcomes",
    "runs.correct_outcome",
    "runs.add_photos",
    "runs.reprint_items",
    "runs.clear_bed",
    "fleet.report_bed_not_clear",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One part of the plate on the page.

    Args:
        place: Where it stands and what it is.
        said: What was said of it, if anything.
        preset: What is marked when the page opens; empty: nothing.
        is_open: May what was said still be changed here?
        photos: What it looked like.
        out: That somebody wanted it left out, or that it was, and how that looks. What was left out is marked as not printed, and of what was not
            seen to be nothing is marked, whatever the others are: somebody saw a fault in it.
    """

    place: Place
    said: ItemOutcome | None
    preset: str
    is_open: bool
    photos: tuple[OutcomePhoto, ...] = ()
    out: tuple[Exclusion, Badge] | None = None


class Outcome(RunPage):
    """What happened on the plate."""

    title = gettext_lazy("What happened on the plate?")
    template_name = "console/runs/outcome.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the parts, what was said of them, and the bed."""
        run, bed, now = self.run, bed_of(self.run.plate), clock.now()
        said = queries.latest_outcomes(run.pk)
        all_as = self.request.GET.get("all", "")
        photos = queries.photos_of(run.pk)
        preset, exclusions = preset_of(run, all_as), queries.exclusions_of(run.pk)
        out = badged(exclusions)
        rows = [
            replace(
                _row(place, said.get(place.item.pk), _unless_out(exclusions.get(place.item.pk), preset), now),
                photos=tuple(photos.get(place.item.pk, ())),
                out=out.get(place.item.pk),
            )
            for place in bed.places
        ]
        items = queries.items_on(run.plate_id)
        owed = queries.owed_reprints(run.pk, items) if run.judged_at and not queries.open_runs_of(run.plate_id) else []
        printer = Printer.objects.filter(pk=run.printer_id) if run.printer_id else Printer.objects.none()
        return {
            **super().get_context_data(**kwargs),
            "run": run,
            "badge": run_badge(run.state, desynced=run.desynced),
            "bed": bed,
            "rows": rows,
            "open_rows": [row for row in rows if row.said is None],
            "orders": len({place.order for place in bed.places}),
            "preset": preset,
            "has_left_out": any(one.state == ExclusionState.EXCLUDED for one in exclusions.values()),
            "set_apart": bool(out),
            "marks": {row.place.slot: row.said.outcome for row in rows if row.said},
            "is_over": run.state in TERMINAL,
            "owed": owed,
            "tile": next(iter(tiles(printer, now=now)), None),
            "results": ItemResult.choices,
            "reasons_first": choices(FAILED_FIRST),
            "reasons_more": choices(FAILED_MORE),
            "names": names_of([run.judged_by, *(one.recorded_by for one in said.values()), *(one.asked_by for one in exclusions.values())]),
            "can": rights(self.request, self.site.pk, COMMANDS),
        }


def preset_of(run: Run, all_as: str = "") -> str:
    """Return what every part is marked as when the page opens: good after a completed, undoubted attempt, else nothing: a person looks.

    A completed print says how it went by itself, unless something was left out of it of which nobody knows to which part it belongs; a failed or
    aborted one says nothing about its single parts. ``all_as`` is the person's own word.
    """
    if all_as in ItemResult.values:
        return all_as
    is_whole = len(run.evidence.get("excluded_objects", ())) <= run.left_out
    return ItemResult.SUCCESS if run.state == RunState.COMPLETED and not run.desynced and is_whole else ""


def _unless_out(exclusion: Exclusion | None, preset: str) -> str:
    """Return what a part is marked as where somebody wanted it left out, or it was; else as all."""
    if exclusion is None:
        return preset
    return ItemResult.SKIPPED if exclusion.state == ExclusionState.EXCLUDED else ""


def _row(place: Place, said: ItemOutcome | None, preset: str, now: Any) -> Row:
    is_open = said is not None and now - said.created_at <= CORRECTABLE
    return Row(place, said, said.outcome if said else preset, is_open)


class SaveOutcome(OnRun):
    """Save what became of the parts; all of them, or those marked so far. Then, if asked, let the failed ones be printed again."""

    command = staticmethod(runs.record_outcomes)

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read the parts' verdicts; without "go on later" every part must have one."""
        run = run_for(self.request, self.kwargs["run_id"])
        said = queries.latest_outcomes(run.pk)
        items = queries.items_on(run.plate_id)
        verdicts = [verdict for item in items if (verdict := _verdict(form, item.pk)) is not None]
        left = len({item.pk for item in items} - said.keys() - {verdict.item_id for verdict in verdicts})
        if left and form.text("then") != "later":
            words = ngettext("%(n)d part is not marked yet.", "%(n)d parts are not marked yet.", left) % {"n": left}
            raise Invalid({"outcomes": f"{words} {_('Mark it, or choose “Save and go on later”.')}"})
        if not verdicts:
            raise Invalid({"outcomes": _("Nothing is marked yet.")})
        return {"outcomes": tuple(verdicts)}

    def receipt_for(self, result: Any) -> str:
        """Say whether the plate is judged."""
        return _("Saved. Every part has its result.") if result else _("Saved. The other parts wait for you.")

    def onward(self, request: HttpRequest, result: Any) -> str:
        """Ask for the reprint where that was the button, then return to the page."""
        page = reverse("console:outcome", args=[self.kwargs["run_id"]])
        if result and request.POST.get("then") == "reprint":
            self._reprint(request)
        return super().onward(request, result) if request.POST.get("then") == "later" else page

    def _reprint(self, request: HttpRequest) -> None:
        """The second half of one button: what was just said to have failed may be printed again, as far as policy allows."""
        key = f"{Form(request).text('key', most=60)}-again"
        answer = runs.reprint_items(self.context(request, key), run_id=self.kwargs["run_id"])
        messages.info(request, say_reprint(answer))


def _verdict(form: Form, item_id: UUID) -> ItemVerdict | None:
    name = f"o-{item_id}"
    if not form.text(name):
        return None
    outcome = ItemResult(form.one_of(name, ItemResult))
    if outcome == ItemResult.SUCCESS:
        return ItemVerdict(item_id, outcome)
    sent = form.text(f"r-{item_id}")
    reason = form.one_of(f"r-{item_id}", Reason) if sent and outcome == ItemResult.FAILED else ""
    return ItemVerdict(item_id, outcome, reason, form.text(f"n-{item_id}", most=2000))


class CorrectOutcome(OnOutcome):
    """Change what was said of one part."""

    command = staticmethod(runs.correct_outcome)
    receipt = gettext_lazy("Corrected. What was said first stays in the timeline.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read the new word."""
        outcome = ItemResult(form.one_of("outcome", ItemResult))
        reason = form.one_of("reason", Reason) if form.text("reason") and outcome == ItemResult.FAILED else ""
        return {"outcome": outcome, "reason": reason, "note": form.text("note", most=2000)}


class Reprint(OnRun):
    """Reprint the failed parts."""

    versioned = False
    command = staticmethod(runs.reprint_items)

    def receipt_for(self, result: Any) -> str:
        """Say how many go onto a new plate."""
        return say_reprint(result)


def say_reprint(answer: Any) -> str:
    """Return what came of asking for a reprint."""
    if isinstance(answer, Parked):
        return _("Printing again needs approval; somebody is asked.")
    if isinstance(answer, Refusal):
        return f"{answer.words.title}. {answer.detail}"
    if not answer:
        return _("Nothing was left to print again: it is on its way already, or on its old plate.")
    return ngettext("%(n)d part goes on a new plate.", "%(n)d parts go on a new plate.", len(answer)) % {"n": len(answer)}
