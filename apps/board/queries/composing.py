"""What waits for a plate, as the composer shows it: what may share the plate first, the rest with the reason why not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.orders.models import Requirement
from apps.planning.domain.grouping import GroupKey, groups_of
from apps.planning.queries.composing import Candidate, candidates

from .outlines import Outline, outlines

WHY = {
    "process": _("Another technology"),
    "printer_class": _("Another kind of printer"),
    "profile": _("Another slicer profile"),
    "slicer": _("Another slicer version"),
    "material": _("Another material"),
    "color": _("Another colour"),
    "nozzle": _("Another nozzle"),
    "quality_tier": _("Another quality"),
    "overrides": _("Settings of its own"),
    "asks": _("Needs something else of the printer"),
    "alone": _("Ready-made G-code prints alone"),
}
"""The first thing in which two pieces differ decides what is said."""


@dataclass(frozen=True, slots=True)
class Row:
    """Pieces of one component that wait: how many, for whom, and why they cannot share the plate (empty: they can)."""

    requirement: Requirement
    name: str
    order: str
    due_at: datetime | None
    waiting: tuple[Candidate, ...]
    why_not: str
    outline: Outline = ()
    minutes: int | None = None

    @property
    def count(self) -> int:
        """How many pieces wait."""
        return len(self.waiting)


@dataclass(frozen=True, slots=True)
class Composer:
    """What can be put on one plate now. ``lead`` is a piece of the component whose setup counts; None: nothing waits."""

    rows: tuple[Row, ...]
    lead: Candidate | None = None
    others: int = 0

    @property
    def fitting(self) -> tuple[Row, ...]:
        """What may share the plate."""
        return tuple(row for row in self.rows if not row.why_not)

    @property
    def misfits(self) -> tuple[Row, ...]:
        """What may not."""
        return tuple(row for row in self.rows if row.why_not)


def composer(site_id: UUID, *, now: datetime, lead_by: UUID | None = None) -> Composer:
    """Return what waits at a site, led by the component ``lead_by``, else by the most urgent piece."""
    found = candidates(site_id, now=now)
    if not found:
        return Composer(())
    by_component: dict[UUID, list[Candidate]] = defaultdict(list)
    for one in found:
        by_component[one.piece.requirement_id].append(one)
    lead = _lead(found, by_component, lead_by)
    shapes = outlines(one.piece.requirement.part_revision_id for one in found)
    rows = [_row(members, lead.waiting.key, shapes) for members in by_component.values()]
    rows.sort(key=lambda row: (row.why_not != "", row.requirement.pk != lead.piece.requirement_id, row.due_at is None, row.due_at or now))
    return Composer(tuple(rows), lead)


def _lead(found: Sequence[Candidate], by_component: dict[UUID, list[Candidate]], lead_by: UUID | None) -> Candidate:
    if lead_by in by_component:
        return by_component[lead_by][0]
    first = groups_of(one.waiting for one in found)[0].pieces[0].piece_id
    return next(one for one in found if str(one.piece.pk) == first)


def _row(members: Sequence[Candidate], key: GroupKey, shapes: dict[UUID, Outline]) -> Row:
    requirement = members[0].piece.requirement
    revision = requirement.part_revision
    name = (revision.part.name if revision is not None else "") or requirement.line.title or requirement.line.sku
    return Row(
        requirement=requirement,
        name=name,
        order=requirement.line.intent.number,
        due_at=requirement.line.intent.due_at,
        waiting=tuple(members),
        why_not=why_not(key, members[0].waiting.key),
        outline=shapes.get(revision.pk, ()) if revision is not None else (),
        minutes=members[0].plan.estimated_minutes,
    )


def why_not(wanted: GroupKey, other: GroupKey) -> str:
    """Return why pieces with these keys cannot share a plate; empty: they can."""
    for field in fields(GroupKey):
        if getattr(wanted, field.name) != getattr(other, field.name):
            return str(WHY[field.name])
    return ""
