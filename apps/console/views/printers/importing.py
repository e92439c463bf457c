"""Many printers at once: a list is checked row by row, each machine is asked, those that fit join, the others stay to be corrected."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.catalog.models import PrinterClass
from apps.catalog.states import ClassState
from apps.console.views.page import Page
from apps.fleet import commands as fleet
from apps.fleet import queries
from apps.fleet.commands import ADDED, spelled
from apps.fleet.domain import roster, sealing
from apps.fleet.drivers.diagnosis import Diagnosis, Stage, diagnose_all
from apps.fleet.models import Printer
from apps.fleet.states import complaint_words
from apps.journal import clock
from apps.journal.http.context import context_for
from apps.journal.http.page_command import Form
from apps.journal.http.translation import refusal_from
from apps.journal.refusals import Invalid

from .connecting import doing, steps_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

KEPT = "kept"
"""What the list shows in place of a key: the keys themselves stay sealed beside it."""

CSV = "text/csv; charset=utf-8"

_STATES: dict[str, tuple[str, str, StrOrPromise]] = {
    "wrong": ("red", "circle-x", gettext_lazy("Cannot be added yet")),
    "login": ("red", "key-round", gettext_lazy("Needs login")),
    "other": ("red", "circle-help", gettext_lazy("Something else")),
    "silent": ("dash", "wifi-off", gettext_lazy("No answer")),
    "untested": ("dash", "circle-dashed", gettext_lazy("Not tested")),
    "here": ("dash", "copy", gettext_lazy("Here already")),
    "ready": ("", "check", gettext_lazy("Answers")),
}
"""State of a row → tone, icon, word; what needs a person first."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is shown of one row."""

    judged: roster.Judged
    state: str
    said: Sequence[StrOrPromise]
    kind: str = ""

    @property
    def look(self) -> tuple[str, str, StrOrPromise]:
        """Tone, icon and word of its state."""
        return _STATES[self.state]

    @property
    def number(self) -> int:
        """The line of the list it is on."""
        return self.judged.row.line

    @property
    def code(self) -> str:
        """What the printer is called."""
        return self.judged.row["code"]

    @property
    def address(self) -> str:
        """Where it is said to be."""
        return self.judged.row["address"]

    def cells(self) -> dict[str, str]:
        """Return the row as it is kept on the page: with what was found out, without its key."""
        found = {"connector": self.judged.row["connector"] or self.kind, "key": KEPT if self.judged.row["key"] else ""}
        return {**self.judged.row.cells, **found}


class ImportPrinters(Page):
    """Add many printers from a list."""

    permission = "fleet.import_printers"
    title = gettext_lazy("Add a list of printers")
    template_name = "console/printers/import.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the columns and what can stand in them."""
        return {
            **super().get_context_data(**kwargs),
            "columns": roster.COLUMNS,
            "needed": roster.NEEDED,
            "classes": PrinterClass.objects.filter(state=ClassState.RELEASED).order_by("key", "-class_version"),
            "rows": "",
            **kwargs,
        }

    def shown(self, lines: Sequence[Line], keys: Mapping[str, str], **more: Any) -> HttpResponse:
        """Answer with what was found about each row, and the list to go on with."""
        kept = json.dumps({code: key for code, key in keys.items() if key})
        sealed = sealing.seal(kept, secret=settings.SECRET_KEY, at=int(clock.now().timestamp())) if any(keys.values()) else ""
        ready = [line for line in lines if line.state == "ready"]
        able = [line for line in lines if line.judged.can_join]
        order = list(_STATES)
        context = self.get_context_data(
            lines=sorted(lines, key=lambda line: (order.index(line.state), line.number)),
            counts=_counted(lines),
            sealed_keys=sealed,
            rows=_written(line for line in lines if line.state != "here"),
            ready=_split(lines, ready),
            able=_split(lines, able) if len(able) > len(ready) else None,
            **more,
        )
        return self.render_to_response(context)


class CheckList(ImportPrinters):
    """Check the list: what is wrong with each row, and what each machine answers. Nothing is added."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Read the file or the text, judge it, ask the machines."""
        try:
            rows, keys = _sent(request)
        except Invalid as wrong:
            return self.render_to_response(self.get_context_data(wrong=wrong.detail, rows=request.POST.get("rows", "")), status=422)
        except roster.BadList as problem:
            shown = {"wrong": complaint_words(problem.complaint), "rows": request.POST.get("rows", "")}
            return self.render_to_response(self.get_context_data(**shown), status=422)
        judged = roster.judge(rows, queries.known_at(self.site.pk), spell=spelled)
        asked = [one for one in judged if one.can_join]
        answers = iter(diagnose_all([(one.address, one.row["key"]) for one in asked]))
        return self.shown([_tested(one, next(answers)) if one.can_join else _untested(one) for one in judged], keys)


class ImportList(ImportPrinters):
    """Add the rows that fit: one command. Sent twice it adds nothing more. What is left is shown again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Ask the command, then show what is left."""
        try:
            form = Form(request)
            rows, keys = _sent(request)
            result = fleet.import_printers(
                context_for(request, key=form.required("key", most=60)),
                site_id=self.site.pk,
                listed=roster.write(row.cells for row in rows),
            )
            rest = form.text("rest", most=roster.MOST_BYTES)
            left = roster.with_keys(roster.read(rest), keys, mark=KEPT) if rest else []
        except roster.BadList as problem:
            return self.render_to_response(self.get_context_data(wrong=complaint_words(problem.complaint)), status=422)
        except Exception as error:
            refusal = refusal_from(error)
            if refusal is None:
                raise
            words = f"{refusal.words.title}. {refusal.detail}"
            return self.render_to_response(self.get_context_data(wrong=words, rows=request.POST.get("rows", "")), status=refusal.status)
        added = [code for _line, code, became in result if became == ADDED]
        left += [row for row, (_line, _code, became) in zip(rows, result, strict=True) if became not in (ADDED, "here")]
        words = ngettext("%(n)d printer is added: %(codes)s.", "%(n)d printers are added: %(codes)s.", len(added))
        if added:
            messages.success(request, words % {"n": len(added), "codes": ", ".join(added)})
        if not left:
            return HttpResponseRedirect(reverse("console:printers"), status=303)
        return self.shown([_untested(one) for one in roster.judge(left, queries.known_at(self.site.pk), spell=spelled)], keys)


class ExportPrinters(Page):
    """The site's printers as a list that can be imported again; keys never leave the farm."""

    permission = "fleet.view_printer"

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Answer with the list, or with an empty one that only names the columns."""
        rows = [] if request.GET.get("empty") else queries.listed(Printer.objects.filter(site=self.site))
        answer = HttpResponse("\ufeff" + roster.write(rows), content_type=CSV)
        answer["Content-Disposition"] = f'attachment; filename="printers-{self.site.code}.csv"'
        return answer


def _sent(request: HttpRequest) -> tuple[list[roster.Row], dict[str, str]]:
    """Return the rows that were sent, as a file or as text, with their keys, and the keys by code.

    Raises:
        Invalid: a field cannot be read.
        BadList: nothing can be made of the list.
    """
    form = Form(request)
    sent = request.FILES.get("file")
    text = roster.decode(sent.read(roster.MOST_BYTES + 1)) if sent else form.text("rows", most=roster.MOST_BYTES)
    kept = _kept_keys(form)
    rows = roster.with_keys(roster.read(text), kept, mark=KEPT)
    return rows, {**kept, **{row["code"]: row["key"] for row in rows if row["key"]}}


def _kept_keys(form: Form) -> dict[str, str]:
    """Return the keys of the list before by code, which the page kept sealed; none where it kept something else."""
    try:
        kept = json.loads(sealing.unseal(form.text("sealed_keys", most=2 * roster.MOST_BYTES), secret=settings.SECRET_KEY) or "{}")
    except (sealing.Unreadable, ValueError):
        return {}
    return {code: key for code, key in kept.items() if isinstance(key, str)} if isinstance(kept, dict) else {}


def _untested(one: roster.Judged) -> Line:
    if one.is_here:
        return Line(one, "here", [])
    return Line(one, "wrong" if one.complaints else "untested", [complaint_words(complaint) for complaint in one.complaints])


def _tested(one: roster.Judged, found: Diagnosis | None) -> Line:
    if found is None:
        return Line(one, "untested", [_("There was no time left to ask it. Check again.")])
    if found.failed_at is None:
        if one.row["connector"] and one.row["connector"].casefold() != found.kind:
            return Line(one, "other", [_("It is %(software)s: the list says otherwise.") % {"software": found.software}])
        return Line(one, "ready", [doing(found.seen)] if found.seen else [], found.kind)
    (failed,) = [step for step in steps_of(found) if step.state == "failed"]
    state = {Stage.ACCESS: "login", Stage.SERVER: "other"}.get(found.failed_at, "silent")
    fix = _("Write its access key in the column “key”, or let this computer in at the machine.") if state == "login" else failed.fix
    return Line(one, state, [f"{failed.title}. {fix}"], found.kind)


def _counted(lines: Sequence[Line]) -> list[tuple[int, str, str, StrOrPromise]]:
    """Return how many rows are in each state there is: number, tone, icon, word."""
    return [(number, *look) for state, look in _STATES.items() if (number := sum(line.state == state for line in lines))]


def _written(lines: Any) -> str:
    return roster.write(line.cells() for line in lines)


def _split(lines: Sequence[Line], chosen: Sequence[Line]) -> dict[str, Any] | None:
    """Return what a button sends that adds the chosen rows: those, and the ones that stay."""
    rest = [line for line in lines if line not in chosen and line.state != "here"]
    if not chosen:
        return None
    return {"count": len(chosen), "rows": _written(chosen), "rest": _written(rest) if rest else "", "left": len(rest)}
