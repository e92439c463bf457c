"""Telling people what printers and print attempts need."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.catalog.states import Reason
from apps.fleet import events as fleet
from apps.fleet.models import Printer
from apps.fleet.queries import printers_in_service
from apps.fleet.states import Connection
from apps.journal.owed import Later, Owed
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe
from apps.notify.queries import concerns
from apps.runs import events as runs
from apps.runs.domain.incidents import LEAST
from apps.runs.models import Anomaly, Incident, IncidentRun, Run
from apps.runs.queries.incidents import SHARED_REASONS
from apps.runs.states import RunState

from .telling import bring_in_line, watch

SETTLES = timedelta(seconds=20)
"""How long telling of a silent printer waits for others to fall silent too."""

WATCHED = frozenset({"health", "connection", "occupancy"})
"""Facts about a printer of which people are told, or that end what they were told."""


@subscribe(
    runs.RunPaused,
    runs.RunFailed,
    runs.RunDesynced,
    runs.RunResumed,
    runs.RunSettled,
    runs.RunReconciled,
    runs.RunAborted,
    runs.RunJudged,
    label=_("Tell people about a print attempt"),
    lane=Lane.DEFAULT,
)
def watch_attempt(owed: Owed) -> None:
    """Tell operators what an attempt needs, until it needs nothing."""
    run_id = owed.event.run_id
    run = Run.objects.select_related("plate").get(pk=run_id)
    if run.state == RunState.FAILED and run.reason in SHARED_REASONS and run.ended_at is not None:
        _let_incidents_be_seen(owed, run.plate.site_id, run.ended_at)
    watch(owed, kind="run", record_id=run_id, sites=Run.objects.values_list("plate__site_id", flat=True), look=concerns.about_run)
    site_id = run.plate.site_id
    if run.reason == Reason.POWER_LOSS:
        bring_in_line(owed, site_id=site_id, cause="power", look=lambda: concerns.about_power(site_id))


@subscribe(
    runs.AnomalyDetected,
    runs.AnomalyAcknowledged,
    runs.PlaybookCompleted,
    runs.AnomalyClosed,
    label=_("Tell people about an anomaly"),
    lane=Lane.DEFAULT,
)
def watch_anomaly(owed: Owed) -> None:
    """Tell operators of an anomaly, once, until somebody sees to it or its print has ended. It takes the place of a pause that was told before."""
    sites = Anomaly.objects.values_list("run__plate__site_id", flat=True)
    watch(owed, kind="anomaly", record_id=owed.event.anomaly_id, sites=sites, look=concerns.about_anomaly)
    run = Run.objects.select_related("plate").get(pk=owed.event.run_id)
    if isinstance(owed.event, runs.AnomalyDetected) and run.state == RunState.PAUSED:
        bring_in_line(owed, site_id=run.plate.site_id, cause=f"run:{run.pk}", look=partial(concerns.about_run, run.pk))


@subscribe(fleet.PrinterStateChanged, fleet.PrinterRetired, label=_("Tell people about a printer"), lane=Lane.DEFAULT)
def watch_printer(owed: Owed) -> None:
    """Tell operators that a printer is out of service, or silent with a print on it, until it is not."""
    happened = owed.event
    if isinstance(happened, fleet.PrinterStateChanged) and happened.fact not in WATCHED:
        return
    sites = Printer.objects.values_list("site_id", flat=True)
    printer = Printer.objects.get(pk=happened.printer_id)
    if printer.connection == Connection.OFFLINE:
        _let_incidents_be_seen(owed, printer.site_id, printer.connection_since)
    for fact, look in (("health", concerns.about_health), ("connection", concerns.about_connection)):
        watch(owed, kind="printer", record_id=happened.printer_id, sites=sites, look=look, fact=fact)


@subscribe(runs.IncidentOpened, runs.IncidentJoined, runs.IncidentReleased, label=_("Tell people about an incident"), lane=Lane.DEFAULT)
def watch_incident(owed: Owed) -> None:
    """Tell operators once of everything that one cause stopped. What was told of single printers is over; after the release it is told again."""
    incident_id = owed.event.incident_id
    sites = Incident.objects.values_list("site_id", flat=True)
    site_id = sites.get(pk=incident_id)
    watch(owed, kind="incident", record_id=incident_id, sites=sites, look=concerns.about_incident)
    for printer_id in owed.event.printers:
        bring_in_line(owed, site_id=site_id, cause=f"printer:{printer_id}:connection", look=partial(concerns.about_connection, printer_id))
    for run_id in IncidentRun.objects.filter(incident_id=incident_id).values_list("run_id", flat=True):
        bring_in_line(owed, site_id=site_id, cause=f"run:{run_id}", look=partial(concerns.about_run, run_id))
    bring_in_line(owed, site_id=site_id, cause="power", look=lambda: concerns.about_power(site_id))


def _let_incidents_be_seen(owed: Owed, site_id: UUID, since: datetime) -> None:
    """Wait a moment with telling of a failure that others may share, where there are enough others: then one notice tells of all."""
    wait = (since + SETTLES - owed.context().now).total_seconds()
    if wait > 0 and printers_in_service(site_id).count() >= LEAST:
        raise Later(wait)
