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


def side_of(printer_id: UUID, seen: Observation) -> Side | None:
    """Return our side of what was ``seen`` on a printer; None for a printer that left the farm.

    The attempt concerned is the open one on the printer; without one, the attempt whose file the machine speaks of.
    """
    printer = printer_in_service(printer_id)
    if printer is None:
        return None
    run = _open_on(printer) or _named_by(printer, seen.filename)
    return Side(printer, run, _platform(run, seen))


def side_of_run(run_id: UUID, printer_id: UUID, seen: Observation | None = None) -> OpenSide | None:
    """Return our side of an attempt while it is open on exactly this printer, else None: it is none of the asker's business any more."""
    run = _runs().filter(pk=run_id, printer_id=printer_id, ended_at__isnull=True).first()
    if run is None or run.printer is None:
        return None
    return OpenSide(run.printer, run, _platform(run, seen))


def _runs() -> QuerySet[Run]:
    return Run.objects.select_related("printer", "plate", "output__artifact")


def _open_on(printer: Printer) -> Run | None:
    if printer.current_run_id is None:
        return None
    return _runs().filter(pk=printer.current_run_id, ended_at__isnull=True).first()


def _named_by(printer: Printer, filename: str) -> Run | None:
    """Return the attempt a file name belongs to: one that is over on this printer, or waits for any."""
    found = _OUR_PATH.fullmatch(filename)
    run = _runs().filter(pk=UUID(found[1])).first() if found else None
    if run is None or (run.printer_id != printer.pk and run.state not in WAITING):
        return None
    return run


def _platform(run: Run | None, seen: Observation | None) -> Platform:
    if run is None:
        return Platform()
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
    )


def _estimated_s(run: Run, seen: Observation | None) -> float:
    """Return what the file itself says it takes, where the machine read it; else the slicer's whole minutes, one less: they are rounded."""
    if seen is not None and seen.metadata is not None and seen.metadata.estimated_s:
        return seen.metadata.estimated_s
    return max(run.output.estimated_minutes - 1, 0) * 60.0 if run.output else 0.0
