"""Which spool to load: what the next plate for a printer asks for, the smallest remnant that is enough first. Not known stays not known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

from apps.fleet.domain.matching import WantedMaterial
from apps.fleet.models import Feed, Printer
from apps.inventory.models import USABLE, Spool
from apps.planning import queries as planning
from apps.runs.models import Run
from apps.runs.states import RunState

MOST = 40
"""Spools offered at once."""

LOW_MG = 120_000
"""Under this a spool is said to be low."""


class Fit(IntEnum):
    """How well a spool suits what comes next; best first."""

    ENOUGH = 0
    NOT_KNOWN = 1
    ANY = 2
    TOO_LITTLE = 3
    OTHER = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """A spool that could be loaded, how it suits, and what it must be enough for (mg; None: nothing waits)."""

    spool: Spool
    fit: Fit
    needed_mg: int | None = None


def spools_for(printer: Printer) -> list[Choice]:
    """Return the usable spools of the printer's site that are in no other printer, the best to load first: for what is on it, else what is next."""
    wanted = _wanted_now(printer) or _next_material(printer)
    elsewhere = Feed.objects.filter(spool__isnull=False).values("spool")
    spools = Spool.objects.filter(site_id=printer.site_id, state__in=USABLE).exclude(pk__in=elsewhere).select_related("material", "color")
    found = [Choice(spool, _fit(spool, wanted), wanted.mg if wanted else None) for spool in spools]
    return sorted(found, key=lambda one: (one.fit, one.spool.remaining_mg is None, one.spool.remaining_mg or 0, one.spool.code))[:MOST]


def _fit(spool: Spool, wanted: WantedMaterial | None) -> Fit:
    if wanted is None:
        return Fit.ANY
    is_same = str(spool.material_id) == wanted.material if wanted.material else spool.material.family == wanted.family
    if not is_same or (wanted.color and str(spool.color_id) != wanted.color):
        return Fit.OTHER
    if spool.remaining_mg is None:
        return Fit.NOT_KNOWN
    return Fit.ENOUGH if spool.remaining_mg >= wanted.mg else Fit.TOO_LITTLE


def _wanted_now(printer: Printer) -> WantedMaterial | None:
    """Return what the print that is on a printer still asks for: whoever loads a spool then goes on with it."""
    if printer.current_run_id is None:
        return None
    run = Run.objects.filter(pk=printer.current_run_id, ended_at__isnull=True).select_related("plate__printer_class").first()
    materials = planning.wanted_of(run.plate).materials if run is not None else ()
    return replace(materials[0], mg=round(materials[0].mg * (1 - run.progress / 100))) if run is not None and materials else None


def _next_material(printer: Printer) -> WantedMaterial | None:
    """Return what the most urgent waiting plate that this kind of printer could take asks for."""
    rows = Run.objects.filter(
        ended_at__isnull=True, state=RunState.QUEUED, plate__site_id=printer.site_id, plate__printer_class_id=printer.printer_class_id
    )
    run = rows.select_related("plate__printer_class").order_by("due_at", "id").first()
    if run is None:
        return None
    materials = planning.wanted_of(run.plate).materials
    return materials[0] if materials else None
