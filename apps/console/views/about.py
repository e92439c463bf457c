"""What a question, a decision or a hold is about: its name, its orders, its due time, where it opens. For many at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.board.queries.shapes import Checked, checked
from apps.orders.models import Intent
from apps.planning.models import BuildPlate, Plan, PlateItem
from apps.runs.models import Run

from .order import name_of


@dataclass(frozen=True, slots=True)
class About:
    """One thing in words."""

    title: str
    url: str = ""
    orders: tuple[str, ...] = ()
    due_at: datetime | None = None
    checked: Checked | None = None
    minutes: int | None = None
    filament_mg: int | None = None
    printer: str = ""
    factors: list[dict[str, Any]] = field(default_factory=list)
    risk_level: str = ""
    currency: str = ""
    version: int | None = None
    record: Any = None


Key = tuple[str, UUID]


def about(keys: Iterable[Key]) -> dict[Key, About]:
    """Return what these records (kind, id) are. A fixed number of queries for each kind; what is gone is called by its kind."""
    asked = set(keys)
    by_kind: dict[str, set[UUID]] = {}
    for kind, id_ in asked:
        by_kind.setdefault(kind, set()).add(id_)
    found: dict[Key, About] = {}
    for kind, ids in by_kind.items():
        found.update({(kind, id_): one for id_, one in _READERS.get(kind, _nothing)(ids).items()})
    return {key: found.get(key, About(key[0])) for key in asked}


def _nothing(_ids: set[UUID]) -> dict[UUID, About]:
    return {}


def _orders(ids: set[UUID]) -> dict[UUID, About]:
    return {
        one.pk: About(
            _("Order %(number)s") % {"number": one.number},
            reverse("console:order", args=[one.number]),
            (one.number,),
            one.due_at,
            currency=one.currency,
            record=one,
        )
        for one in Intent.objects.filter(pk__in=ids)
    }


def _plans(ids: set[UUID]) -> dict[UUID, About]:
    line = "requirement__line"
    plans = list(Plan.objects.filter(pk__in=ids).select_related(f"{line}__intent", f"{line}__part_revision__part"))
    shapes = checked([plan.requirement.part_revision_id for plan in plans])
    return {plan.pk: _of_plan(plan, shapes) for plan in plans}


def _of_plan(plan: Plan, shapes: dict[UUID, Checked]) -> About:
    line = plan.requirement.line
    revision_id = plan.requirement.part_revision_id
    return About(
        _("%(name)s, Build Plan revision %(n)d") % {"name": name_of(line), "n": plan.revision},
        reverse("console:plan", args=[plan.pk]),
        (line.intent.number,),
        line.intent.due_at,
        shapes.get(revision_id) if revision_id else None,
        plan.estimated_minutes,
        plan.filament_mg,
        factors=list(plan.risk_factors),
        risk_level=plan.risk_level,
        currency=line.intent.currency,
        record=plan,
    )


def _plates(ids: set[UUID]) -> dict[UUID, About]:
    plates = list(BuildPlate.objects.filter(pk__in=ids).select_related("output"))
    items = _items(ids)
    shapes = _shapes(items)
    return {
        plate.pk: _of_plate(plate, items.get(plate.pk, []), _("Plate %(number)s") % {"number": plate.number}, checked=shapes.get(plate.pk))
        for plate in plates
    }


def _shapes(items: dict[UUID, list[PlateItem]]) -> dict[UUID, Checked]:
    """Return what the first part of each plate looks like. Two queries."""
    firsts = {plate_id: rows[0].piece.requirement.part_revision_id for plate_id, rows in items.items() if rows}
    known = checked(firsts.values())
    return {plate_id: known[revision] for plate_id, revision in firsts.items() if revision in known}


def _items(plate_ids: set[UUID]) -> dict[UUID, list[PlateItem]]:
    line = "piece__requirement__line"
    rows = PlateItem.objects.filter(plate__in=plate_ids).select_related(f"{line}__intent", f"{line}__part_revision__part").order_by("slot")
    found: dict[UUID, list[PlateItem]] = {}
    for row in rows:
        found.setdefault(row.plate_id, []).append(row)
    return found


def _of_plate(plate: BuildPlate, items: list[PlateItem], title: str, **more: Any) -> About:
    intents = {item.piece.requirement.line.intent.number: item.piece.requirement.line.intent for item in items}
    names = {name_of(item.piece.requirement.line): None for item in items}
    dues = [intent.due_at for intent in intents.values() if intent.due_at]
    parts = ", ".join(list(names)[:2]) + ("…" if len(names) > 2 else "")
    output = plate.output
    return About(
        _("%(title)s: %(n)d of %(parts)s") % {"title": title, "n": len(items), "parts": parts} if items else title,
        orders=tuple(intents),
        due_at=min(dues, default=None),
        minutes=output.estimated_minutes if output else None,
        filament_mg=output.filament_mg if output else None,
        **{"record": plate, "url": reverse("console:trace", args=["plate", plate.pk]), **more},
    )


def _runs(ids: set[UUID]) -> dict[UUID, About]:
    runs = list(Run.objects.filter(pk__in=ids).select_related("plate__output", "printer"))
    items = _items({run.plate_id for run in runs})
    shapes = _shapes(items)
    return {run.pk: _of_run(run, items.get(run.plate_id, []), shapes.get(run.plate_id)) for run in runs}


def _of_run(run: Run, items: list[PlateItem], shape: Checked | None) -> About:
    title = _("Plate %(number)s, Print Attempt %(n)d") % {"number": run.plate.number, "n": run.attempt}
    more = {
        "printer": run.printer.code if run.printer else "",
        "factors": list(run.risk_factors),
        "risk_level": run.risk_level,
        "record": run,
        "checked": shape,
        "url": reverse("console:why", args=["run", run.pk]),
    }
    return _of_plate(run.plate, items, title, **more)


def _parts(ids: set[UUID]) -> dict[UUID, About]:
    line = "piece__requirement__line"
    rows = PlateItem.objects.filter(pk__in=ids).select_related("plate__output", "plan", f"{line}__intent", f"{line}__part_revision__part")
    return {
        row.pk: _of_plate(
            row.plate, [row], _("A part of plate %(number)s") % {"number": row.plate.number}, factors=list(row.plan.risk_factors)
        )
        for row in rows
    }


_READERS = {"intent": _orders, "plan": _plans, "plate": _plates, "run": _runs, "item": _parts}
