"""Telling people what printers and print attempts need."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.catalog.states import Reason
from apps.fleet import events as fleet
from apps.fleet.models import Printer
from apps.journal.owed import Owed
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe
from apps.notify.queries import concerns
from apps.runs import events as runs
from apps.runs.models import Run

from .telling import bring_in_line, watch

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
    watch(owed, kind="run", record_id=run_id, sites=Run.objects.values_list("plate__site_id", flat=True), look=concerns.about_run)
    run = Run.objects.select_related("plate").get(pk=run_id)
    site_id = run.plate.site_id
    if run.reason == Reason.POWER_LOSS:
        bring_in_line(owed, site_id=site_id, cause="power", look=lambda: concerns.about_power(site_id))


@subscribe(fleet.PrinterStateChanged, fleet.PrinterRetired, label=_("Tell people about a printer"), lane=Lane.DEFAULT)
def watch_printer(owed: Owed) -> None:
    """Tell operators that a printer is out of service, or silent with a print on it, until it is not."""
    happened = owed.event
    if isinstance(happened, fleet.PrinterStateChanged) and happened.fact not in WATCHED:
        return
    sites = Printer.objects.values_list("site_id", flat=True)
    for fact, look in (("health", concerns.about_health), ("connection", concerns.about_connection)):
        watch(owed, kind="printer", record_id=happened.printer_id, sites=sites, look=look, fact=fact)
