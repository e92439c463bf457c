"""What is known of incidents: which printers and attempts they took, and the signs by which one is recognised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet

from apps.catalog.states import Reason
from apps.fleet.models import Printer
from apps.fleet.states import Connection, Occupancy, SafetyCheck, checks_for
from apps.journal.models import Heartbeat
from apps.planning.models import PlateItem
from apps.runs.domain.incidents import WINDOW, Common, Sign, common_cause
from apps.runs.models import Incident, IncidentPrinter, IncidentRun, Run
from apps.runs.states import IncidentSign, IncidentState, RunState

SHARED_REASONS = (Reason.POWER_LOSS, Reason.PRINTER_OFFLINE, Reason.MOONRAKER_ERROR)
"""Why attempts fail that may have failed together: power and connection. All others are a machine's or a print's own."""

HELD = Q(incident__state=IncidentState.OPEN, released_at=None)
"""The printers on which nothing starts before somebody releases them."""

WATCHERS = "connectors"
"""The role of the processes that watch printers."""

WOKEN_FOR = "woken_for_s"
"""What such a process says beside its sign of life after its computer slept: for how many seconds it has been awake again."""


def open_incident_of(printer_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the incident that is open for each of these printers, where there is one."""
    rows = IncidentPrinter.objects.filter(HELD, printer_id__in=list(printer_ids))
    return dict(rows.order_by("id").values_list("printer_id", "incident_id"))


def checks_of(incident: Incident) -> tuple[SafetyCheck, ...]:
    """Return what must be checked before its printers work again: machines that lost power need their list, those that only fell silent a look."""
    return checks_for(incident.reason) if incident.reason == Reason.POWER_LOSS else (SafetyCheck.LOOKED_AT,)


def is_of_incident(run_id: UUID) -> bool:
    """Did an incident, open or over, take this attempt?"""
    return IncidentRun.objects.filter(run_id=run_id).exists()


def attempts_held() -> QuerySet[IncidentRun]:
    """Return the attempts that an open incident took on printers that are still held; those on released ones speak for themselves."""
    held = {"incident__incident_printers__printer": F("run__printer"), "incident__incident_printers__released_at": None}
    return IncidentRun.objects.filter(incident__state=IncidentState.OPEN, **held)


def signs_around(site_id: UUID, *, at: datetime) -> list[Sign]:
    """Return the printers of a site that fell silent around ``at``, or lost a print then to power or connection; not those of an open incident."""
    window = (at - WINDOW, at + WINDOW)
    silent = Printer.objects.filter(
        site_id=site_id, retired_at=None, connection=Connection.OFFLINE, connection_since__range=window
    ).values_list("id", "connection_since", "occupancy")
    lost = Run.objects.filter(
        printer__site_id=site_id, state=RunState.FAILED, reason__in=SHARED_REASONS, ended_at__range=window, incident_runs=None
    ).values_list("printer_id", "ended_at", "reason")
    found = [Sign(printer_id, since, was_idle=occupancy == Occupancy.FREE) for printer_id, since, occupancy in silent]
    found += [Sign(printer_id, ended, reason == Reason.POWER_LOSS, True) for printer_id, ended, reason in lost if printer_id and ended]
    taken = open_incident_of({sign.printer_id for sign in found})
    return [sign for sign in found if sign.printer_id not in taken]


def recognised(site_id: UUID, *, at: datetime) -> list[Common]:
    """Return what printers that failed around ``at`` and are of no open incident have in common; nothing: no one cause is seen.

    Those that an incident took count as signs: a second circuit that fails at the same time is the building, however fast the first was recognised.
    """
    circuit_of = dict(Printer.objects.filter(site_id=site_id, retired_at=None).values_list("id", "circuit_id"))
    taken = _taken_around(site_id, at=at)
    found = common_cause([*taken, *signs_around(site_id, at=at)], circuit_of, at=at, watching_since=_watching_since(at))
    is_taken = {sign.printer_id for sign in taken}
    new = [replace(one, signs=tuple(sign for sign in one.signs if sign.printer_id not in is_taken)) for one in found]
    return [one for one in new if one.signs]


def _watching_since(at: datetime) -> datetime | None:
    """Return since when somebody has watched the printers without having slept; None: nobody does. Who died before ``at`` watched nothing then."""
    since = (
        max(one.started_at, one.beat_at - timedelta(seconds=slept)) if (slept := one.detail.get(WOKEN_FOR)) is not None else one.started_at
        for one in Heartbeat.objects.filter(role=WATCHERS, beat_at__gte=at - WINDOW)
    )
    return min(since, default=None)


def _taken_around(site_id: UUID, *, at: datetime) -> list[Sign]:
    """Return the signs around ``at`` by which open incidents took printers."""
    near = IncidentPrinter.objects.filter(
        incident__site_id=site_id, incident__state=IncidentState.OPEN, seen_at__range=(at - WINDOW, at + WINDOW)
    )
    hits = near.values_list("printer_id", "seen_at", "sign")
    return [Sign(printer_id, seen_at, lost_power=sign == IncidentSign.LOST_POWER) for printer_id, seen_at, sign in hits]


def joins(site_id: UUID, *, at: datetime) -> list[tuple[Incident, list[Sign]]]:
    """Return the open incidents of a site whose last sign is near ``at``, with the signs that belong to them as well."""
    signs = [sign for sign in signs_around(site_id, at=at) if abs(sign.at - at) <= WINDOW]
    circuit_of = dict(Printer.objects.filter(pk__in=[sign.printer_id for sign in signs]).values_list("id", "circuit_id"))
    found: list[tuple[Incident, list[Sign]]] = []
    for incident in Incident.objects.filter(site_id=site_id, state=IncidentState.OPEN).order_by("id"):
        last = incident.until or incident.began_at
        near = [sign for sign in signs if abs(sign.at - last) <= WINDOW]
        if incident.cause_ref:
            near = [sign for sign in near if str(circuit_of.get(sign.printer_id)) == incident.cause_ref]
        if near:
            found.append((incident, near))
            signs = [sign for sign in signs if sign not in near]
    return found


def orders_of_incident(incident_id: UUID) -> set[UUID]:
    """Return the orders whose pieces were on the plates that an incident stopped."""
    plates = IncidentRun.objects.filter(incident_id=incident_id).values("run__plate_id")
    return set(PlateItem.objects.filter(plate_id__in=plates).values_list("piece__requirement__line__intent_id", flat=True))
