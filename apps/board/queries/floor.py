"""What is known of a site's floor: attempts that are not settled, and printers. Two statements for attempts, one for printers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.fields.json import KT, KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce, NullIf

from apps.board.domain.known import Attempt, Machine, Part, Trouble
from apps.fleet.drivers import Capability, can
from apps.fleet.models import Printer
from apps.planning.models import PlateItem
from apps.runs.models import UNSETTLED, IncidentPrinter, Run
from apps.runs.queries import HELD, attempts_held

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
    "wish_at": "wish_at",
    "step": "dispatch_step",
    "attention_since": "attention_since",
    "desynced_since": "desynced_since",
    "evidence": "desync_evidence",
    "risk_level": "risk_level",
    "risk_factors": "risk_factors",
    "approval_id": "approval_id",
    "approval_version": "approval__version",
    "approval_since": "approval__created_at",
    "incident_id": "incident_id",
    "left_out": "left_out",
    "connector": "printer__connector",
    "first_object": "first_object",
}
"""Field of an ``Attempt``, or what one is made of → column.

Rows are read as tuples: hundreds of model instances would cost more than the rest of the page.
"""


_MACHINE = {name: name for name in Machine.__dataclass_fields__} | {"class_id": "printer_class_id", "bed_noted_by": "bed_note_by"}


def attempts(runs: QuerySet[Run], site_id: UUID) -> tuple[Attempt, ...]:
    """Return those of these attempts that are at the site, with what is on their plates; what looks wrong with them is not asked."""
    return _attempts(kept.rows_of(_selected(runs)), site_id, {})


def attempts_of_today(site_id: UUID, troubles: Mapping[str, tuple[Trouble, ...]]) -> tuple[Attempt, ...]:
    """Return the attempts of the site that are not settled, with what is on their plates."""
    return _attempts(kept.rows(_unsettled_rows, site_id), site_id, troubles)


def unsettled() -> QuerySet[Run]:
    """Return the attempts of all sites that are open, in doubt, or over and not judged: a few hundred, found by a small index of their own."""
    return Run.objects.filter(UNSETTLED).order_by("id")


def _unsettled_rows(_site_id: UUID) -> QuerySet[Run, Any]:
    return _selected(unsettled())


def _selected(runs: QuerySet[Run]) -> QuerySet[Run, Any]:
    minutes = Coalesce("output__estimated_minutes", "plate__output__estimated_minutes")
    took = attempts_held().filter(run=OuterRef("pk"))
    known = runs.annotate(
        minutes=minutes,
        incident_id=Subquery(took.values("incident_id")[:1]),
        first_object=KeyTextTransform(0, KeyTransform("objects", "output__facts")),
    )
    selected: QuerySet[Run, Any] = known.values_list("plate__site_id", *_ATTEMPT.values())
    return selected


def _attempts(rows: list[tuple[Any, ...]], site_id: UUID, troubles: Mapping[str, tuple[Trouble, ...]]) -> tuple[Attempt, ...]:
    """Make attempts of rows. The site is compared here: a planner without statistics would else start at all plates the site ever had."""
    ours = str(site_id)
    found = [_named(_ATTEMPT, row[1:]) for row in rows if kept.as_id(row[0]) == ours]
    parts = parts_on(values["plate_id"] for values in found)
    return tuple(_attempt(values, parts.get(values["plate_id"], ()), troubles.get(values["id"], ())) for values in found)


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
    return tuple(Machine(**_named(_MACHINE, row)) for row in kept.rows_of(_machine_rows(printers)))


def machines_of_today(site_id: UUID) -> tuple[Machine, ...]:
    """Return the printers of the site in service."""
    return tuple(Machine(**_named(_MACHINE, row)) for row in kept.rows(_printer_rows, site_id))


def _printer_rows(site_id: UUID) -> QuerySet[Printer, Any]:
    return _machine_rows(in_service(site_id))


def _machine_rows(printers: QuerySet[Printer]) -> QuerySet[Printer, Any]:
    took = IncidentPrinter.objects.filter(HELD, printer=OuterRef("pk"))
    known = printers.annotate(incident_id=Subquery(took.values("incident_id")[:1]), connection_code=KT("connection_evidence__code"))
    selected: QuerySet[Printer, Any] = known.values_list(*_MACHINE.values())
    return selected


def in_service(site_id: UUID) -> QuerySet[Printer]:
    """Return the printers of a site that have not left the farm, by code."""
    return Printer.objects.filter(site_id=site_id, retired_at=None).order_by("code")


def _attempt(values: dict[str, Any], parts: tuple[Part, ...], troubles: tuple[Trouble, ...]) -> Attempt:
    values["evidence"] = kept.as_json(values["evidence"]) or {}
    values["risk_factors"] = tuple(one["factor"] for one in kept.as_json(values["risk_factors"]) or () if "factor" in one)
    values["approval_version"] = values["approval_version"] or 0
    makes = sum(part.count for part in parts) - values.pop("left_out")
    names_parts = bool(values.pop("first_object"))
    can_leave_out = can(values.pop("connector") or "", Capability.EXCLUDE_OBJECT) and names_parts and makes > 1
    return Attempt(parts=parts, troubles=troubles, can_leave_out=can_leave_out, **values)


def _named(fields: Iterable[str], row: tuple[Any, ...]) -> dict[str, Any]:
    """Return a row by name: ids as text, moments with their zone."""
    return {name: _AS.get(name, _as_it_is)(value) for name, value in zip(fields, row, strict=True)}


def _as_it_is(value: Any) -> Any:
    return value


_IDS = {"id", "plate_id", "printer_id", "class_id", "only_printer", "approval_id", "current_run_id", "incident_id"}
_MOMENTS = {
    *("created_at", "due_at", "started_at", "ended_at", "judged_at", "attention_since", "desynced_since", "approval_since", "wish_at"),
    *("health_since", "connection_since", "bed_since", "occupancy_since", "last_seen_at", "service_due_at"),
}
_AS: dict[str, Callable[[Any], Any]] = {**dict.fromkeys(_IDS, kept.as_id), **dict.fromkeys(_MOMENTS, kept.as_moment)}
