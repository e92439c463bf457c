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

from . import kept

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

_MACHINE = {name: name for name in Machine.__dataclass_fields__} | {"class_id": "printer_class_id", "bed_noted_by": "bed_note_by"}


def attempts(runs: QuerySet[Run], site_id: UUID) -> tuple[Attempt, ...]:
    """Return those of these attempts that are at the site, with what is on their plates."""
    return _attempts(kept.rows_of(_selected(runs)), site_id)


def attempts_of_today(site_id: UUID) -> tuple[Attempt, ...]:
    """Return the attempts of the site that are not settled, with what is on their plates."""
    return _attempts(kept.rows(_unsettled_rows, site_id), site_id)


def unsettled() -> QuerySet[Run]:
    """Return the attempts of all sites that are open, in doubt, or over and not judged: a few hundred, found by a small index of their own."""
    return Run.objects.filter(UNSETTLED).order_by("id")


def _unsettled_rows(_site_id: UUID) -> QuerySet[Run, Any]:
    return _selected(unsettled())


def _selected(runs: QuerySet[Run]) -> QuerySet[Run, Any]:
    minutes = Coalesce("output__estimated_minutes", "plate__output__estimated_minutes")
    selected: QuerySet[Run, Any] = runs.annotate(minutes=minutes).values_list("plate__site_id", *_ATTEMPT.values())
    return selected


def _attempts(rows: list[tuple[Any, ...]], site_id: UUID) -> tuple[Attempt, ...]:
    """Make attempts of rows. The site is compared here: a planner without statistics would else start at all plates the site ever had."""
    ours = str(site_id)
    found = [_named(_ATTEMPT, row[1:]) for row in rows if kept.as_id(row[0]) == ours]
    parts = parts_on(values["plate_id"] for values in found)
    return tuple(_attempt(values, parts.get(values["plate_id"], ())) for values in found)


def parts_on(plate_ids: Iterable[str]) -> dict[str, tuple[Part, ...]]:
    """Return what is on these plates: per component and order how many, the most first."""
    wanted = {UUID(one) for one in plate_ids}
    if not wanted:
        return {}
    component = "piece__requirement"
    name = Coalesce(
        F(f"{component}__part_revision__part__name"), NullIf(F(f"{component}__line__title"), Value("")), F(f"{component}__line__sku")
    )
    rows = kept.rows_of(
        PlateItem.objects.filter(plate_id__in=wanted)
        .order_by()
        .values("plate_id", f"{component}_id")
        .annotate(name=name, order=F(f"{component}__line__intent__number"), due=F(f"{component}__line__intent__due_at"), count=Count("id"))
        .values_list("plate_id", "name", "count", "order", "due", f"{component}__part_revision_id")
    )
    found: dict[str, list[Part]] = defaultdict(list)
    for plate_id, part, count, order, due, revision in rows:
        found[kept.as_id(plate_id)].append(Part(part or "", count, order, kept.as_moment(due), kept.as_id(revision)))
    return {plate: tuple(sorted(parts, key=lambda one: (-one.count, one.name, one.order))) for plate, parts in found.items()}


def machines(printers: QuerySet[Printer]) -> tuple[Machine, ...]:
    """Return these printers with their four facts."""
    return tuple(Machine(**_named(_MACHINE, row)) for row in kept.rows_of(printers.values_list(*_MACHINE.values())))


def machines_of_today(site_id: UUID) -> tuple[Machine, ...]:
    """Return the printers of the site in service."""
    return tuple(Machine(**_named(_MACHINE, row)) for row in kept.rows(_printer_rows, site_id))


def _printer_rows(site_id: UUID) -> QuerySet[Printer, Any]:
    selected: QuerySet[Printer, Any] = in_service(site_id).values_list(*_MACHINE.values())
    return selected


def in_service(site_id: UUID) -> QuerySet[Printer]:
    """Return the printers of a site that have not left the farm, by code."""
    return Printer.objects.filter(site_id=site_id, retired_at=None).order_by("code")


def _attempt(values: dict[str, Any], parts: tuple[Part, ...]) -> Attempt:
    values["evidence"] = kept.as_json(values["evidence"]) or {}
    values["risk_factors"] = tuple(one["factor"] for one in kept.as_json(values["risk_factors"]) or () if "factor" in one)
    values["approval_version"] = values["approval_version"] or 0
    return Attempt(parts=parts, **values)


def _named(fields: Iterable[str], row: tuple[Any, ...]) -> dict[str, Any]:
    """Return a row by name: ids as text, moments with their zone."""
    values = dict(zip(fields, row, strict=True))
    for name in _IDS.intersection(values):
        values[name] = kept.as_id(values[name])
    for name in _MOMENTS.intersection(values):
        values[name] = kept.as_moment(values[name])
    return values


_IDS = {"id", "plate_id", "printer_id", "class_id", "only_printer", "approval_id", "current_run_id"}
_MOMENTS = {
    *("created_at", "due_at", "started_at", "ended_at", "judged_at", "attention_since", "desynced_since", "approval_since"),
    *("health_since", "connection_since", "bed_since", "occupancy_since", "last_seen_at"),
}
