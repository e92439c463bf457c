"""Several printers stopped by one cause: opening an incident, taking in what belongs to it as well, letting work start again on some or all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from apps.catalog.states import Reason
from apps.fleet import changes as fleet
from apps.fleet.models import Printer
from apps.fleet.queries import checked
from apps.fleet.states import Bed, Connection, SafetyCheck
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, Refusal
from apps.policy import changes as policy
from apps.policy.states import BreakerKind
from apps.runs import events, queries
from apps.runs.models import Incident, IncidentPrinter, IncidentRun, Run
from apps.runs.queries.incidents import SHARED_REASONS
from apps.runs.states import DispatchStep, IncidentKind, IncidentSign, IncidentState, RunState


@dataclass(frozen=True, slots=True)
class Hit:
    """A printer that was hit: by what sign, and when."""

    printer_id: UUID
    sign: IncidentSign
    seen_at: datetime


@command("runs.open_incident")
def open_incident(
    ctx: Context,
    *,
    site_id: UUID,
    kind: IncidentKind,
    cause_ref: str,
    reason: Reason,
    hits: tuple[Hit, ...],
    evidence: dict[str, Any],
) -> UUID | None:
    """Say that one cause stopped these printers, and return the incident; None when each of them belongs to another one that is open.

    Is one with this cause open already, they join it. Their attempts belong to it, those that are still open as well: their failing counts for no
    printer and no plan, and what was counted before this was recognised is taken back. Nobody knows what is on their beds any more, and nothing
    starts on them until it is released.

    ``kind`` is what they have in common, ``cause_ref`` which circuit (empty: the whole site), ``reason`` why their attempts fail as far as can be
    told, ``evidence`` by which numbers it was recognised.

    Raises:
        NotFound: no such site or printer.
        Invalid: no printers.
    """
    if not hits:
        raise Invalid({"hits": "must name the printers"})
    locks.site(site_id)
    taken = queries.open_incident_of([hit.printer_id for hit in hits])
    new = [hit for hit in hits if hit.printer_id not in taken]
    incident = Incident.objects.filter(site_id=site_id, kind=kind, cause_ref=cause_ref, state=IncidentState.OPEN).first()
    if not new:
        return None if incident is None else incident.pk
    printers: list[Printer] = locks.printers([hit.printer_id for hit in new])
    first, last = min(hit.seen_at for hit in new), max(hit.seen_at for hit in new)
    is_new = incident is None
    if incident is None:
        values = {"kind": kind, "cause_ref": cause_ref, "reason": reason, "began_at": first, "until": last, "evidence": evidence}
        incident = Incident(site_id=site_id, created_at=ctx.now, **values).add()
    elif incident.until is None or last > incident.until:
        incident.until = max(last, incident.began_at)
        incident.save_changes("until")
    runs = _take(ctx, incident, new, printers)
    happened = events.IncidentOpened if is_new else events.IncidentJoined
    named = happened(incident_id=incident.pk, kind=kind, reason=reason, printers=[one.pk for one in printers], runs=runs)
    record(ctx.about(site_id=site_id), event=named, subjects=_about(incident, printers, runs))
    return incident.pk


def _take(ctx: Context, incident: Incident, hits: Sequence[Hit], printers: Sequence[Printer]) -> list[UUID]:
    """Put the printers and their attempts under the incident; return the attempts."""
    for hit in hits:
        IncidentPrinter(incident=incident, printer_id=hit.printer_id, sign=hit.sign, seen_at=hit.seen_at, created_at=ctx.now).add()
    found: list[UUID] = []
    for printer in printers:
        since = next(hit.seen_at for hit in hits if hit.printer_id == printer.pk)
        lost = Run.objects.filter(
            printer=printer, state=RunState.FAILED, reason__in=SHARED_REASONS, ended_at__gte=since, incident_runs=None
        )
        ended = list(lost.values_list("id", flat=True))
        under_way = list(_under_way(printer).values_list("id", flat=True))
        named = set(IncidentRun.objects.filter(incident=incident, run_id__in=under_way).values_list("run_id", flat=True))
        for run_id in [*ended, *(one for one in under_way if one not in named)]:
            IncidentRun(incident=incident, run_id=run_id, created_at=ctx.now).add()
        for run_id in ended:
            _take_back(ctx, incident, printer, run_id)
        if not under_way:
            fleet.doubt_bed(ctx, printer, evidence={"incident": str(incident.pk)})
        found += [*ended, *under_way]
    return found


def _under_way(printer: Printer) -> QuerySet[Run]:
    """Return the attempt on a printer that may have begun; one whose start was never sent is simply given to another printer."""
    on_it = Run.objects.filter(printer=printer, ended_at__isnull=True)
    return on_it.filter(Q(state__in=[RunState.PRINTING, RunState.PAUSED]) | Q(dispatch_step=DispatchStep.START_SENT))


def _take_back(ctx: Context, incident: Incident, printer: Printer, run_id: UUID) -> None:
    for breaker in policy.take_back(ctx, failure_id=run_id):
        if breaker.kind == BreakerKind.PRINTER:
            fleet.forgive(ctx, printer, breaker_id=breaker.pk, evidence={"incident": str(incident.pk)})


@command("runs.release_incident")
def release_incident(ctx: Context, *, incident_id: UUID, expected_version: int, checklist: tuple[SafetyCheck, ...], note: str = "") -> None:
    """Let work start again on all printers an incident still holds, as beds are cleared and circuits carry it. What it cost still counts for nothing.

    Who looked at them says once for all what was checked, by the same list as for some of them (``release_printers``). A printer that is still
    silent starts nothing either way; its attempt ends by what it proves when it is back.

    Raises:
        NotFound, StaleVersion: no such incident; something joined it since the asker looked.
        Refusal: ``incident-released``; ``checklist-incomplete``.
    """
    incident = Incident.at_version(incident_id, expected_version)
    locks.site(incident.site_id)
    if incident.state != IncidentState.OPEN:
        raise Refusal("incident-released", by=incident.released_by)
    held = incident.incident_printers.filter(released_at=None).select_related("printer")
    _note_release(ctx, incident, [one.printer for one in held], checklist, note)
    incident.release(by=ctx.actor.who, now=ctx.now, note=note.strip())
    incident.save_changes("state", "released_by", "released_at", "release_note", "evidence")
    _record_released(ctx, incident)


@command("runs.release_printers")
def release_printers(
    ctx: Context,
    *,
    incident_id: UUID,
    expected_version: int,
    printer_ids: tuple[UUID, ...],
    checklist: tuple[SafetyCheck, ...],
    note: str = "",
) -> int:
    """Let work start again on some printers of an incident that are back before the others, and return how many it still holds.

    Who looked at them says what was checked: the list of what a machine needs after such an incident. That and what was found stays in the incident's
    evidence. Beds are cleared on their own. With the last printer the incident is released.

    Raises:
        NotFound, StaleVersion: no such incident; something happened to it since the asker looked.
        Invalid: no printer.
        Refusal: ``incident-released``; ``printer-not-held``; ``printer-still-silent``; ``checklist-incomplete``.
    """
    if not printer_ids:
        raise Invalid({"printer_ids": gettext("Tick at least one printer.")})
    incident = Incident.at_version(incident_id, expected_version)
    locks.site(incident.site_id)
    if incident.state != IncidentState.OPEN:
        raise Refusal("incident-released", by=incident.released_by)
    held = {one.printer_id: one for one in incident.incident_printers.filter(released_at=None).select_related("printer")}
    if strangers := set(printer_ids) - held.keys():
        raise Refusal("printer-not-held", printers=_codes(Printer.objects.filter(pk__in=strangers)))
    printers = [held[one].printer for one in sorted(set(printer_ids), key=str)]
    if silent := [one for one in printers if one.connection == Connection.OFFLINE]:
        raise Refusal("printer-still-silent", printers=_codes(silent))
    _note_release(ctx, incident, printers, checklist, note)
    IncidentPrinter.objects.filter(incident=incident, released_at=None, printer__in=printers).update(released_at=ctx.now)
    left = len(held) - len(printers)
    if left == 0:
        incident.release(by=ctx.actor.who, now=ctx.now, note=note.strip())
        incident.save_changes("state", "released_by", "released_at", "release_note", "evidence")
        _record_released(ctx, incident)
    else:
        incident.save_changes("evidence")
    released = events.IncidentPrintersReleased(incident_id=incident.pk, printers=[one.pk for one in printers], left=left)
    record(ctx.about(site_id=incident.site_id), event=released, subjects=_about(incident, printers, ()))
    return left


def _note_release(ctx: Context, incident: Incident, printers: Sequence[Printer], checklist: Sequence[SafetyCheck], note: str) -> None:
    """Add to the incident's evidence who releases which printers, what they checked and what they found.

    Raises:
        Refusal: ``unknown-code``; ``checklist-incomplete``.
    """
    said = {"by": ctx.actor.who, "at": ctx.now.isoformat(), "printers": sorted(one.code for one in printers), "note": note.strip()[:2000]}
    said["checked"] = checked(checklist, wanted=queries.checks_of(incident), who=_codes(printers))
    incident.evidence = {**incident.evidence, "releases": [*incident.evidence.get("releases", ()), said]}


def _codes(printers: Iterable[Printer]) -> str:
    return ", ".join(sorted(one.code for one in printers))


def _record_released(ctx: Context, incident: Incident) -> None:
    printers = list(Printer.objects.filter(incident_printers__incident=incident).distinct().order_by("id"))
    unclear = sum(printer.bed != Bed.CLEAR for printer in printers)
    released = events.IncidentReleased(incident_id=incident.pk, printers=[one.pk for one in printers], beds_to_clear=unclear)
    record(ctx.about(site_id=incident.site_id), event=released, subjects=_about(incident, printers, ()))


def _about(incident: Incident, printers: Sequence[Printer], runs: Sequence[UUID]) -> list[Subject]:
    return [
        Subject("incident", incident.pk),
        *(Subject("printer", one.pk) for one in printers),
        *(Subject("run", run_id) for run_id in runs),
    ]
