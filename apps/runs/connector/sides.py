"""The platform's side of a disagreement, read from the database: the printer, the attempt an observation is about, and what we think of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from apps.fleet.domain.observation import Observation
from apps.fleet.models import Printer
from apps.runs.domain.reconcile import Platform
from apps.runs.models import Run
from apps.runs.states import WAITING

_OUR_PATH = re.compile(r"farmos/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/[0-9a-f]{12}\.gcode", re.IGNORECASE)
"""``remote_path`` of an attempt. Machines compare names without regard to case."""


@dataclass(frozen=True, slots=True)
class Side:
    """A printer, the attempt concerned (None: none of ours), and what the table needs to know of it."""

    printer: Printer
    run: Run | None
    platform: Platform


@dataclass(frozen=True, slots=True)
class OpenSide(Side):
    """The same for an attempt that is open on its printer."""

    run: Run


def printer_in_service(printer_id: UUID) -> Printer | None:
    """Return a printer of the farm; None when it left."""
    return Printer.objects.select_related("site").filter(pk=printer_id, retired_at=None).first()


def side_of_run(run_id: UUID, printer_id: UUID, seen: Observation | None = None) -> OpenSide | None:
    """Return our side of an attempt while it is open on exactly this printer, else None: it is none of the asker's business any more."""
    run = _runs().filter(pk=run_id, printer_id=printer_id, ended_at__isnull=True).first()
    if run is None or run.printer is None:
        return None
    return OpenSide(run.printer, run, platform_of(run.printer, run, seen))


def _runs() -> QuerySet[Run]:
    return Run.objects.select_related("printer", "plate", "output__artifact")


def named_run_id(filename: str) -> UUID | None:
    """Return the attempt that a file name on a machine speaks of; None: it is no name of ours."""
    found = _OUR_PATH.fullmatch(filename)
    return UUID(found[1]) if found else None


def named_by(printer: Printer, run_id: UUID) -> Run | None:
    """Return the attempt whose file is on a printer: one that is over there, or waits for any; None: it is none of this printer's business."""
    run = _runs().filter(pk=run_id).first()
    if run is None or (run.printer_id != printer.pk and run.state not in WAITING):
        return None
    return run


def platform_of(printer: Printer, run: Run | None, seen: Observation | None) -> Platform:
    """Return what the table needs to know of a printer and the attempt on it."""
    if run is None:
        return Platform(last_print=printer.last_print)
    pid = run.machine_evidence.get("klippy_pid")
    return Platform(
        state=str(run.state),
        step=run.dispatch_step,
        path=run.remote_path or (seen.filename.lower() if seen is not None else ""),
        size=run.output.artifact.size if run.output else None,
        estimated_s=_estimated_s(run, seen),
        klippy_pid=pid if isinstance(pid, int) else None,
        wish=run.wish,
        wish_reason=run.wish_reason,
        wish_by=run.wish_by,
        last_print=printer.last_print,
        leaves_out=run.left_out > 0,
        parts=frozenset(str(name).casefold() for name in run.output.facts.get("objects", ())) if run.output else frozenset(),
    )


def _estimated_s(run: Run, seen: Observation | None) -> float:
    """Return what the file itself says it takes, where the machine read it; else the slicer's whole minutes, one less: they are rounded."""
    if seen is not None and seen.metadata is not None and seen.metadata.estimated_s:
        return seen.metadata.estimated_s
    return max(run.output.estimated_minutes - 1, 0) * 60.0 if run.output else 0.0
