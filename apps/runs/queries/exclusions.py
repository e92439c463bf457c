"""Which parts are left out of a print, and what keeps one from being left out."""

from __future__ import annotations

from uuid import UUID

from apps.fleet.drivers import DRIVERS, Capability, can
from apps.fleet.models import Printer
from apps.fleet.states import Connection
from apps.journal.refusals import Refusal
from apps.runs.models import STANDS, Exclusion, Run
from apps.runs.states import ExclusionState


def exclusions_of(run_id: UUID) -> dict[UUID, Exclusion]:
    """Return the latest word about each part of an attempt that somebody wanted left out, or that was left out at the machine, by item."""
    return {row.item_id: row for row in Exclusion.objects.filter(run_id=run_id).order_by("id")}


def left_out_of(run_id: UUID) -> dict[UUID, Exclusion]:
    """Return the parts of an attempt that the machine was seen to leave out, by item."""
    return {row.item_id: row for row in Exclusion.objects.filter(run_id=run_id, state=ExclusionState.EXCLUDED)}


def why_no_exclusion(run: Run, printer: Printer, *, parts: int) -> Refusal | None:
    """Return why none of the ``parts`` of a print can be left out now; None: one can, if the file names it."""
    if parts - Exclusion.objects.filter(STANDS, run=run).count() <= 1:
        return Refusal("last-part-left")
    if run.desynced:
        return Refusal("run-in-doubt")
    if not can(printer.connector, Capability.EXCLUDE_OBJECT):
        return Refusal("printer-cannot-exclude", printer=printer.code, software=DRIVERS[printer.connector].server)
    if run.output is not None and run.output.slicer_digest and "objects" not in run.output.facts:
        return Refusal("parts-not-recorded")
    if run.output is None or not run.output.facts.get("objects"):
        return Refusal("file-names-no-parts")
    if printer.connection != Connection.ONLINE:
        return Refusal("printer-not-heard", printer=printer.code, state=str(printer.get_connection_display()))
    return None
