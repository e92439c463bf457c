"""Moving work on: plates into the queue, queued attempts onto printers, failed parts onto new plates. Each effect looks at the whole site anew."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.events import CircuitAdded, CircuitChanged, HolidayRemoved, HolidaysAdded, TimeZoneSet, WorkingHoursSet
from apps.catalog.states import Reason
from apps.fleet.events import (
    BedCleared,
    CalibrationRecorded,
    CapabilityCorrected,
    ForeignPrintSeen,
    NozzleFitted,
    PrinterCircuitChanged,
    PrinterDescribed,
    PrinterMovedToClass,
    PrinterStateChanged,
    SheetFitted,
    SpoolLoaded,
)
from apps.fleet.models import Printer
from apps.inventory.events import SpoolWeighed
from apps.journal.owed import Later, Owed
from apps.journal.queries import is_due
from apps.journal.refusals import Refusal, StaleVersion
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe
from apps.orders.events import IntentAmended, IntentCanceled
from apps.planning import commands as planning
from apps.planning.events import BuildPlateVoided, PlanReviewAcknowledged, Sliced
from apps.policy.events import ApprovalGranted, BreakerAcknowledged, HoldReleased, PolicyActivated
from apps.policy.states import GatedTransition
from apps.runs import commands, events, queries
from apps.runs.domain import scheduling
from apps.runs.models import Run

log = logging.getLogger("farmos.runs")

TAKEN = frozenset(
    {
        *("printer-not-free", "printer-busy", "printer-taken", "bed-not-clear", "printer-not-online", "busy", "illegal-transition"),
        *("plate-not-approved", "no-file-to-print", "printer-in-incident"),
    }
)
"""Refusals that only say that the world moved on between looking and asking; whatever moved it has us look again."""

FAR_OFF = timedelta(days=7)
"""After so long it is looked again for a moment that lies beyond all that the calendar is asked about."""

SAME_MOMENT = timedelta(seconds=30)
"""How far apart those are due that were put off to one moment: by as much as they took to look."""


@subscribe(Sliced, label=_("Put a plate into the queue"), lane=Lane.DEFAULT)
def queue_plate(owed: Owed) -> None:
    """Queue the plate that can be printed now."""
    commands.queue_run(owed.context(), plate_id=owed.event.plate_id)


@subscribe(
    *(HoldReleased, PolicyActivated, BreakerAcknowledged, PlanReviewAcknowledged, ApprovalGranted),
    label=_("Try again what had been kept from going on"),
    lane=Lane.DEFAULT,
)
def take_up_again(owed: Owed) -> None:
    """Queue plates, and let failed parts be printed again, that were refused before. Each asks the gate anew."""
    event = owed.event
    if isinstance(event, ApprovalGranted) and event.transition not in (GatedTransition.RUN_QUEUE, GatedTransition.ITEM_REPRINT):
        return
    for plate_id in queries.plates_to_queue(_site_of(owed)):
        commands.queue_run(owed.context(f"queue-{plate_id}"), plate_id=plate_id)
    for run_id in queries.runs_to_reprint(_site_of(owed)):
        commands.reprint_items(owed.context(f"reprint-{run_id}"), run_id=run_id)


@subscribe(ApprovalGranted, label=_("Let an approved attempt go on"), lane=Lane.DEFAULT)
def go_on(owed: Owed) -> None:
    """Put the attempt that waited for this answer back into the queue."""
    for run_id in queries.runs_waiting_for(owed.event.approval_id):
        commands.unpark_run(owed.context(str(run_id)), run_id=run_id)


@subscribe(
    *(events.RunQueued, events.RunRequeued, events.RunCompleted, events.RunFailed, events.RunAborted, events.RunReconciled),
    *(events.RunHeated, events.IncidentReleased, events.IncidentPrintersReleased),
    *(CircuitAdded, CircuitChanged, PrinterCircuitChanged, WorkingHoursSet, TimeZoneSet, HolidaysAdded, HolidayRemoved),
    *(
        BedCleared,
        PrinterStateChanged,
        SpoolLoaded,
        SpoolWeighed,
        CapabilityCorrected,
        NozzleFitted,
        SheetFitted,
        PrinterMovedToClass,
        PrinterDescribed,
        CalibrationRecorded,
    ),
    *(HoldReleased, PolicyActivated, BreakerAcknowledged, PlanReviewAcknowledged),
    label=_("Find printers for what waits"),
    lane=Lane.DEFAULT,
)
def assign(owed: Owed) -> None:
    """Give every attempt that can start now to the printer that suits it best."""
    _assign(owed)


@subscribe(events.RunDispatchRequested, ForeignPrintSeen, label=_("Go on when a printer counts as hot"), lane=Lane.DEFAULT)
def go_on_when_hot(owed: Owed) -> None:
    """Find printers for what waits for a circuit when a printer there that nobody saw getting hot has had its time."""
    now = owed.context().now
    circuit_id = queries.circuit_of(owed.event.printer_id)
    if circuit_id is None:
        return
    until = max((one.until for one in queries.warming([circuit_id], now=now) if one.printer_id == owed.event.printer_id), default=None)
    if until is not None:
        raise Later((until - now).total_seconds())
    _assign(owed)


def _assign(owed: Owed) -> None:
    site_id = _site_of(owed)
    printers = queries.candidates(site_id, now=owed.context().now)
    if not any(not one.waits for one in printers):
        return
    waiting = queries.waiting_runs(site_id, now=owed.context().now)
    versions = queries.versions_of([one.run_id for one in waiting])
    chosen = [found for found in scheduling.assign(waiting, printers) if found.run_id in versions]
    answers = [_dispatch(owed, found, versions[found.run_id]) for found in chosen]
    if any(isinstance(answer, Refusal) for answer in answers):
        waiting = queries.waiting_runs(site_id, now=owed.context().now)  # a shift may have ended between looking and asking
    _come_back_in_hours(owed, site_id, waiting)


def _come_back_in_hours(owed: Owed, site_id: UUID, waiting: Sequence[scheduling.Waiting]) -> None:
    """Look again when working hours let the first of those start that they keep back, unless somebody else is due to look by then.

    Where no moment was found, what is further off than the calendar was asked about comes nearer by itself: that is looked for now and then.
    """
    now = owed.context().now
    kept = [one for one in waiting if one.blocked == queries.BY_HOURS]
    moments = [one.not_before or now + FAR_OFF for one in kept]
    if moments and not is_due(owed.subscriber, site_id, after=now, until=min(moments) + SAME_MOMENT):
        raise Later((min(moments) - now).total_seconds())


def _dispatch(owed: Owed, found: scheduling.Assignment, version: int) -> Any:
    """Ask for it and return the answer; None: somebody was faster."""
    choice = {
        "by": owed.subscriber,
        "reasons": list(found.reasons),
        "confidence": found.confidence,
        "alternatives": [{"printer": str(one.printer_id), "code": one.code, "why_not": list(one.why_not)} for one in found.alternatives],
    }
    asked = owed.context()  # the same effect may come back later and ask anew, so the moment is part of the key
    ask = owed.context(f"dispatch-{found.run_id}-{asked.now.isoformat()}")
    return _unless_taken(
        lambda: commands.dispatch_run(ask, run_id=found.run_id, printer_id=found.printer_id, expected_version=version, choice=choice)
    )


def _unless_taken(act: Callable[[], Any]) -> Any:
    """Do it and return the answer; None: somebody was faster, then there is nothing left to do here."""
    try:
        return act()
    except StaleVersion as late:
        log.info("the attempt moved on meanwhile: %s", late)
    except Refusal as late:
        if late.code not in TAKEN:
            raise
        log.info("the printer or the attempt was taken meanwhile: %s", late)
    return None


@subscribe(events.RunJudged, label=_("Print failed parts again"), lane=Lane.DEFAULT)
def reprint(owed: Owed) -> None:
    """Let what failed or was left out go onto a new plate, if the policy lets automation do that."""
    if owed.event.failed or owed.event.skipped:
        commands.reprint_items(owed.context(), run_id=owed.event.run_id)


@subscribe(events.ReprintCreated, events.ItemOutcomeCorrected, label=_("Find plates for pieces that are owed again"), lane=Lane.DEFAULT)
def recompose(owed: Owed) -> None:
    """Have the pieces put on new plates."""
    planning.request_composition(owed.context(), site_id=_site_of(owed))


@subscribe(IntentCanceled, IntentAmended, label=_("Stop prints nobody wants any more"), lane=Lane.DEFAULT)
def stop_canceled(owed: Owed) -> None:
    """Stop every attempt whose pieces are all canceled; one that also makes something else goes on."""
    for run_id in queries.runs_of_canceled(owed.event.intent_id):
        commands.abort_run(owed.context(str(run_id)), run_id=run_id, reason=Reason.CUSTOMER_CANCELED)


@subscribe(BuildPlateVoided, label=_("End print attempts of a plate that was taken back"), lane=Lane.DEFAULT)
def end_of_voided(owed: Owed) -> None:
    """End every open attempt at the plate, or have the machine stop it: its pieces are made on other plates, and must not be made twice."""
    for run_id in queries.open_runs_of(owed.event.plate_id):
        why = gettext("Its plate was taken back.")
        commands.abort_run(owed.context(str(run_id)), run_id=run_id, reason=Reason(owed.event.reason), note=why)


def _site_of(owed: Owed) -> UUID:
    """Return where it happened; a printer's events may come without."""
    if owed.site_id is not None:
        return owed.site_id
    printers = [one.id for one in owed.subjects if one.kind == "printer"]
    runs = [one.id for one in owed.subjects if one.kind == "run"]
    found = Printer.objects.filter(pk__in=printers).values_list("site_id", flat=True).first()
    found = found or Run.objects.filter(pk__in=runs).values_list("plate__site_id", flat=True).first()
    if found is None:
        raise LookupError(f"nobody can tell where {owed.event_id} happened")
    return found
