"""One cause, several printers: what was seen, what came of the plates, which beds are clear, and letting work start again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.models import Site
from apps.board.badges import BADGES, Badge, run_badge
from apps.board.queries.people import names_of
from apps.catalog.states import Reason
from apps.fleet.models import Printer
from apps.fleet.states import Bed, Connection, Health, Occupancy
from apps.journal.http.page_command import Form
from apps.journal.http.translation import refusal_from
from apps.journal.refusals import Invalid
from apps.runs import commands as runs
from apps.runs import queries
from apps.runs.models import Incident, IncidentPrinter, IncidentRun, Run
from apps.runs.states import TERMINAL, IncidentKind, IncidentState, ItemResult

from .record import RecordAct, RecordPage


@dataclass(frozen=True, slots=True)
class Row:
    """One printer of an incident: what it was seen by, its print, and how both are now."""

    hit: IncidentPrinter
    run: Run | None
    badge: Badge | None
    connection: Badge
    bed: Badge

    @property
    def printer(self) -> Printer:
        """The printer."""
        return self.hit.printer

    @property
    def is_back(self) -> bool:
        """Is it held, and answers again?"""
        return self.hit.released_at is None and self.printer.connection != Connection.OFFLINE

    @property
    def is_to_judge(self) -> bool:
        """Is its print over, and nobody said what came of it?"""
        return self.run is not None and self.run.state in TERMINAL and self.run.judged_at is None

    @property
    def asks_for_its_bed(self) -> bool:
        """Must somebody say whether its bed is clear? Not while anything prints on it: that bed is no longer what the incident left there."""
        is_over = self.run is None or self.run.state in TERMINAL
        return self.printer.bed != Bed.CLEAR and is_over and self.printer.occupancy == Occupancy.FREE

    @property
    def was_cleared(self) -> bool:
        """Is its bed clear, or was it since, so that another print of ours is on it?"""
        works_again = self.printer.current_run_id is not None and (self.run is None or self.printer.current_run_id != self.run.pk)
        return self.printer.bed == Bed.CLEAR or works_again


class IncidentPage(RecordPage):
    """An incident with everything it took."""

    title = gettext_lazy("Incident")
    permission = "runs.view_incident"
    template_name = "console/incident.html"
    commands = ("runs.release_incident", "runs.release_printers", "runs.record_outcomes", "runs.clear_bed")

    def find(self, sites: QuerySet[Site]) -> tuple[Incident, Site] | None:
        """Return the incident, if the asker works at its site."""
        incident = Incident.objects.filter(pk=self.kwargs["incident_id"], site__in=sites).select_related("site").first()
        return None if incident is None else (incident, incident.site)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what was seen, and each printer with its print."""
        incident: Incident = self.record
        rows = list(_rows(incident))
        silent = [row for row in rows if row.printer.connection != Connection.ONLINE]
        held, ready = [row for row in rows if row.hit.released_at is None], [row for row in rows if row.is_back]
        return {
            **super().get_context_data(**kwargs),
            "title": _title(incident, len(rows)),
            "incident": incident,
            "is_open": incident.state == IncidentState.OPEN,
            "rows": rows,
            "with_print": [row for row in rows if row.run is not None],
            "to_judge": [row for row in rows if row.is_to_judge],
            "beds": [row for row in rows if row.asks_for_its_bed],
            "clear": [row for row in rows if row.printer.bed == Bed.CLEAR],
            "cleared": [row for row in rows if row.was_cleared],
            "silent": silent,
            "back": len(rows) - len(silent),
            "held": held,
            "ready": ready,
            "offers_some": self._offers_some(incident, held, ready),
            "checks": queries.checks_of(incident),
            "unfit": [row for row in rows if row.printer.health != Health.OK],
            "circuit": incident.evidence.get("circuit", ""),
            "seconds": round(((incident.until or incident.began_at) - incident.began_at).total_seconds()),
            "orders": len(queries.orders_of_incident(incident.pk)),
            "results": ItemResult.choices,
            "names": names_of([incident.released_by]) if incident.released_by else {},
        }

    def _offers_some(self, incident: Incident, held: list[Row], ready: list[Row]) -> bool:
        """Is releasing some of them another thing than releasing all, for this person?"""
        is_choice = len(held) > 1 or not self.can("runs.release_incident")
        return incident.state == IncidentState.OPEN and bool(ready) and is_choice and self.can("runs.release_printers")


def _rows(incident: Incident) -> Iterator[Row]:
    taken = IncidentRun.objects.filter(incident=incident).select_related("run__plate").order_by("id")
    runs_by_printer = {one.run.printer_id: one.run for one in taken}
    hits = IncidentPrinter.objects.filter(incident=incident).select_related("printer").order_by("printer__code", "id")
    for hit in {one.printer_id: one for one in hits}.values():  # one that was taken again is told as it is now
        run, printer = runs_by_printer.get(hit.printer_id), hit.printer
        badge = run_badge(run.state, desynced=run.desynced) if run is not None else None
        yield Row(hit, run, badge, BADGES["connection", printer.connection], BADGES["bed", printer.bed])


def _title(incident: Incident, printers: int) -> str:
    said = {"n": printers, "circuit": incident.evidence.get("circuit", "")}
    if incident.kind == IncidentKind.SERVER_GAP:
        return ngettext("farmos was away, and %(n)d printer was silent", "farmos was away, and %(n)d printers were silent", printers) % said
    if incident.reason != Reason.POWER_LOSS:
        return ngettext("%(n)d printer went silent", "%(n)d printers went silent together", printers) % said
    if said["circuit"]:
        return _("A power cut on circuit %(circuit)s took %(n)d printers") % said
    return ngettext("A power cut took %(n)d printer", "A power cut took %(n)d printers", printers) % said


class OnIncident(RecordAct):
    """A button about an incident."""

    model = Incident
    key = "incident_id"
    kind = "incident"


class Release(OnIncident):
    """Let work start again."""

    command = staticmethod(runs.release_incident)
    receipt = gettext_lazy("Released. Work starts where a bed is clear, no more at once than a circuit carries.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read what was checked and what was found."""
        return {"checklist": tuple(self.request.POST.getlist("check")), "note": form.text("note", most=2000)}


class ReleasePrinters(OnIncident):
    """Let work start again on the ticked printers; the others wait."""

    command = staticmethod(runs.release_printers)

    def receipt_for(self, result: Any) -> str:
        """Say how many are still held."""
        if not result:
            return _("Released. The incident is over: these were the last of its printers.")
        return ngettext("Released. %(n)d printer is still held.", "Released. %(n)d printers are still held.", result) % {"n": result}

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read which printers were looked at, what was checked and what was found."""
        try:
            chosen = tuple(UUID(one) for one in self.request.POST.getlist("printer")[:1000])
        except ValueError:
            raise Invalid({"printer": _("is not an id")}) from None
        return {"printer_ids": chosen, "checklist": tuple(self.request.POST.getlist("check")), "note": form.text("note", most=2000)}


class JudgeAll(OnIncident):
    """Say the same of every plate that is over: one command for each attempt, so that one somebody else judged does not keep the others."""

    command = staticmethod(runs.record_outcomes)

    def post(self, request: HttpRequest, **place: Any) -> HttpResponse:
        """Ask for each, then say how many were judged and why others were not."""
        self.allow(request, place)
        try:
            form = Form(request)
            key, outcome = form.required("key", most=60), ItemResult(form.one_of("outcome", ItemResult))
        except Invalid as refusal:
            return self.refused(request, refusal)
        incident = Incident.objects.get(pk=place["incident_id"])
        judged = sum(self._judge(request, f"{key}-{run.pk}", run, outcome, incident.reason) for run in _to_judge(incident))
        if judged:
            messages.success(request, ngettext("%(n)d plate has its result.", "%(n)d plates have their results.", judged) % {"n": judged})
        return HttpResponseRedirect(self.onward(request, None), status=303)

    def _judge(self, request: HttpRequest, key: str, run: Run, outcome: ItemResult, reason: str) -> bool:
        said, left_out = queries.latest_outcomes(run.pk), queries.left_out_of(run.pk)
        verdict = partial(runs.ItemVerdict, outcome=outcome, reason=reason if outcome == ItemResult.FAILED else "")
        not_printed = partial(runs.ItemVerdict, outcome=ItemResult.SKIPPED)
        items = [item.pk for item in queries.items_on(run.plate_id) if item.pk not in said]
        verdicts = tuple(not_printed(pk) if pk in left_out else verdict(pk) for pk in items)
        try:
            return bool(runs.record_outcomes(self.context(request, key), run_id=run.pk, outcomes=verdicts))
        except Exception as error:
            refusal = refusal_from(error)
            if refusal is None:
                raise
            messages.warning(request, f"{run.plate.number}: {refusal.words.title}. {refusal.detail}")
            return False


def _to_judge(incident: Incident) -> list[Run]:
    taken = Run.objects.filter(incident_runs__incident=incident, ended_at__isnull=False, judged_at=None)
    return list(taken.select_related("plate").order_by("id"))


urlpatterns: list[URLPattern] = [
    path("incidents/<uuid:incident_id>/", IncidentPage.as_view(), name="incident"),
    path("incidents/<uuid:incident_id>/judge/", JudgeAll.as_view(), name="judge-incident"),
    path("incidents/<uuid:incident_id>/release/", Release.as_view(), name="release-incident"),
    path("incidents/<uuid:incident_id>/release-some/", ReleasePrinters.as_view(), name="release-printers"),
]
