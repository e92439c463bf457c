"""Entries of timelines as pages show them: a sentence, who, when, and how they hang together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.board.queries.people import names_of
from apps.console.labels.events import WORDS, Named, sentence_of
from apps.fleet.models import Printer
from apps.journal.models import Event
from apps.orders.models import Intent
from apps.planning.models import BuildPlate, Plan

KEY_TYPES = tuple(name for name, words in WORDS.items() if words.is_key)
DECISION_TYPES = tuple(name for name, words in WORDS.items() if words.is_decision)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it is told."""

    event: Event
    text: str
    icon: str
    tone: str
    who: str
    is_person: bool
    depth: int
    data: dict[str, Any]
    subjects: list[tuple[str, str]]
    names: Mapping[str, str]


def entries(events: Iterable[Event]) -> list[Entry]:
    """Return events as they are told, oldest or newest first as they come. Indentation is causation among these events. Five queries."""
    rows = list(events)
    told = [(row, json.loads(row.data), [(kind, id_) for kind, id_ in json.loads(row.subjects)]) for row in rows]
    named = _named(told)
    who = names_of(row.actor for row in rows)
    depths = _depths(rows)
    return [_entry(row, data, subjects, named, who, depths) for row, data, subjects in told]


def _entry(
    row: Event, data: dict[str, Any], subjects: list[tuple[str, str]], named: Named, who: dict[str, str], depths: dict[UUID, int]
) -> Entry:
    words = WORDS.get(row.type)
    by_kind: dict[str, list[str]] = {}
    for kind, id_ in subjects:
        by_kind.setdefault(kind, []).append(id_)
    names = {**named.printers, **named.plates, **named.orders, **named.plans}
    return Entry(
        row,
        sentence_of(row.type, data, by_kind, named),
        words.icon if words else "circle-dashed",
        words.tone if words else "",
        who[row.actor],
        row.actor.startswith("person:"),
        depths[row.event_id],
        data,
        subjects,
        {id_: names[id_] for _kind, id_ in subjects if id_ in names},
    )


def _named(told: list[tuple[Event, dict[str, Any], list[tuple[str, str]]]]) -> Named:
    ids: dict[str, set[str]] = {"printer": set(), "plate": set(), "intent": set(), "plan": set()}
    for _row, data, subjects in told:
        for kind, found in ids.items():
            found |= {id_ for named, id_ in subjects if named == kind}
            if data.get(f"{kind}_id"):
                found.add(str(data[f"{kind}_id"]))
    return Named(
        printers=_names(Printer.objects.filter(pk__in=ids["printer"]), "code") if ids["printer"] else {},
        plates=_names(BuildPlate.objects.filter(pk__in=ids["plate"]), "number") if ids["plate"] else {},
        orders=_names(Intent.objects.filter(pk__in=ids["intent"]), "number") if ids["intent"] else {},
        plans=_parts(ids["plan"]) if ids["plan"] else {},
    )


def _parts(plan_ids: set[str]) -> dict[str, str]:
    """Return what the plans are for: the part, and which revision of its plan."""
    rows = Plan.objects.filter(pk__in=plan_ids).values_list("pk", "requirement__part_revision__part__name", "revision")
    return {str(id_): _("%(part)s, revision %(n)d") % {"part": part, "n": revision} for id_, part, revision in rows if part}


def _names(rows: Any, field: str) -> dict[str, str]:
    return {str(id_): name for id_, name in rows.values_list("pk", field)}


def _depths(rows: list[Event]) -> dict[UUID, int]:
    """Return how deep each event is below the first of these that led to it; six levels are drawn."""
    causes = {row.event_id: row.causation_id for row in rows}
    depths: dict[UUID, int] = {}
    for start in causes:
        chain: list[UUID] = []
        one: UUID | None = start
        while one in causes and one not in depths and one not in chain:
            chain.append(one)
            one = causes[one]
        depth = depths.get(one, -1) if one is not None else -1
        for known in reversed(chain):
            depth = min(depth + 1, 6)
            depths[known] = depth
    return depths


def key_events(kind: str, subject_id: UUID, *, limit: int) -> list[Entry]:
    """Return the newest entries about a thing that people care for, newest first."""
    rows = Event.objects.filter(subject_rows__kind=kind, subject_rows__subject_id=subject_id, type__in=KEY_TYPES)
    return entries(rows.order_by("-subject_rows__event_id")[:limit])
