"""What is known of a site's floor: attempts that are not settled, and printers. Two statements for attempts, one for printers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from apps.board.domain.known import Attempt, Machine, Part
from apps.fleet.models import Printer
from apps.planning.models import PlateItem
from apps.runs.models import UNSETTLED, Run

_ATTEMPT = {
    "id": "id",
    "version": "version",
    "state": "state",
    "number": "attempt",
    "plate": "plate__number",
    "plate_id": "plate_id",
    "created_at": "created_at",
    "printer_id": "printer_id",
    "class_id": "plate__printer_class_id",
    "only_printer": "plate__printer_id",
    "due_at": "due_at",
    "minutes": "minutes",
    "progress": "progress",
    "started_at": "started_at",
    "ended_at": "ended_at",
    "judged_at": "judged_at",
    "reason": "reason",
    "reason_note": "reason_note",
    "wish": "wish",
    "step": "dispatch_step",
    "attention_since": "attention_since",
    "desynced_since": "desynced_since",
    "evidence": "desync_evidence",
    "risk_level": "risk_level",
    "risk_factors": "risk_factors",
    "approval_id": "approval_id",
    "approval_version": "approval__version",
    "approval_since": "approval__created_at",
}
"""Field of an ``Attempt`` → column. Rows are read as tuples: hundreds of model instances would cost more than the rest of the page."""

SEEN_ON_TILES = {"name": "name", "class_name": "printer_class__key", "nozzle_um": "nozzle_diameter_um", "group": "group"}
"""What only a tile shows of a printer."""

_MACHINE = {name: name for name in Machine.__dataclass_fields__ if name not in SEEN_ON_TILES} | {
    "class_id": "printer_class_id",
    "bed_noted_by": "bed_note_by",
}


def attempts(runs: QuerySet[Run], site_id: UUID) -> tuple[Attempt, ...]:
    """Return those of these attempts that are at the site, with what is on their plates.

    The site is compared here, not in the statement: a planner without statistics would else start at all plates the site ever had.
    """
    minutes = Coalesce("output__estimated_minutes", "plate__output__estimated_minutes")
    found = runs.annotate(minutes=minutes).values_list("plate__site_id", *_ATTEMPT.values())
    rows = [row[1:] for row in found if row[0] == site_id]
    place = list(_ATTEMPT).index("plate_id")
    parts = parts_on({row[place] for row in rows})
    return tuple(_attempt(_named(_ATTEMPT, row), parts.get(row[place], ())) for row in rows)


def unsettled() -> QuerySet[Run]:
    """Return the attempts of all sites that are open, in doubt, or over and not judged: a few hundred, found by a small index of their own."""
    return Run.objects.filter(UNSETTLED).order_by("id")


def parts_on(plate_ids: Iterable[UUID]) -> dict[UUID, tuple[Part, ...]]:
    """Return what is on these plates: per component and order how many, the most first."""
    component = "piece__requirement"
    name = Coalesce(
        F(f"{component}__part_revision__part__name"), NullIf(F(f"{component}__line__title"), Value("")), F(f"{component}__line__sku")
    )
    rows = (
        PlateItem.objects.filter(plate_id__in=list(plate_ids))
        .order_by()
        .values("plate_id", f"{component}_id")
        .annotate(name=name, order=F(f"{component}__line__intent__number"), due=F(f"{component}__line__intent__due_at"), count=Count("id"))
        .values_list("plate_id", "name", "count", "order", "due")
    )
    found: dict[UUID, list[Part]] = defaultdict(list)
    for plate_id, part, count, order, due in rows:
        found[plate_id].append(Part(part or "", count, order, due))
    return {plate: tuple(sorted(parts, key=lambda one: (-one.count, one.name, one.order))) for plate, parts in found.items()}


def machines(printers: QuerySet[Printer], *, for_tiles: bool = False) -> tuple[Machine, ...]:
    """Return these printers with their four facts, and for tiles with what they are."""
    columns = _MACHINE | SEEN_ON_TILES if for_tiles else _MACHINE
    return tuple(Machine(**_named(columns, row)) for row in printers.values_list(*columns.values()))


def in_service(site_id: UUID) -> QuerySet[Printer]:
    """Return the printers of a site that have not left the farm, by code."""
    return Printer.objects.filter(site_id=site_id, retired_at=None).order_by("code")


def _attempt(values: dict[str, Any], parts: tuple[Part, ...]) -> Attempt:
    values["evidence"] = values["evidence"] or {}
    values["risk_factors"] = tuple(one["factor"] for one in values["risk_factors"] if "factor" in one)
    values["approval_version"] = values["approval_version"] or 0
    return Attempt(parts=parts, **values)


def _named(fields: Iterable[str], row: tuple[Any, ...]) -> dict[str, Any]:
    """Return a row by name, ids as text: the values of the domain."""
    values = dict(zip(fields, row, strict=True))
    for name in _IDS.intersection(values):
        values[name] = str(values[name]) if values[name] else ""
    return values


_IDS = {"id", "plate_id", "printer_id", "class_id", "only_printer", "approval_id", "current_run_id"}
