"""Timelines: everything that happened at a site, or to one thing, in plain sentences; codes and ids stay in the raw view."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy

from apps.accounts.models import Site
from apps.journal import queries as journal
from apps.journal.event import SUBJECT_KINDS
from apps.journal.models import Event
from apps.journal.refusals import NotFound
from apps.orders.models import Intent
from apps.planning.models import BuildPlate, Plan
from apps.policy.models import Decision
from apps.runs.models import Run

from .about import about
from .happened import DECISION_TYPES, KEY_TYPES, Entry, entries
from .page import Page
from .record import RecordPage
from .tables import Asked

ROWS = 60
"""Entries of one page."""

FEW = 2
"""Things an entry of the list leads to; its own page has them all."""

SHOWS = {"key": gettext_lazy("Key events"), "all": gettext_lazy("All"), "decisions": gettext_lazy("Decisions")}
_SITE_OF: dict[str, tuple[type[Model], str]] = {
    "intent": (Intent, "site"),
    "plan": (Plan, "requirement__line__intent__site"),
    "plate": (BuildPlate, "site"),
    "run": (Run, "plate__site"),
}
_TYPES = {"key": tuple(sorted({*KEY_TYPES})), "decisions": DECISION_TYPES}


def _of_show(rows: QuerySet[Event], show: str) -> QuerySet[Event]:
    return rows.filter(type__in=_TYPES[show]) if show in _TYPES else rows


def _before(asked: Asked) -> int | None:
    text = asked.text("before")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


class Timeline(Page):
    """What happened at a site, the newest first."""

    permission = "journal.view_event"
    title = gettext_lazy("Timeline")
    template_name = "console/timeline.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the entries of this page."""
        asked = Asked(self.request.GET)
        show, before = asked.one_of("show", SHOWS, "key"), _before(asked)
        rows = _of_show(Event.objects.filter(site_id=self.site.pk), show)
        found = list((rows.filter(id__lt=before) if before else rows).order_by("-id")[: ROWS + 1])
        told = [_flat(entry) for entry in entries(found[:ROWS])]
        return {
            **super().get_context_data(**kwargs),
            "entries": told,
            "shows": [(words, asked.link(show=code), code == show) for code, words in SHOWS.items()],
            "older": asked.link(before=str(found[ROWS - 1].pk)) if len(found) > ROWS else "",
            "newest": asked.link() if before else "",
        }


def _flat(entry: Entry) -> dict[str, Any]:
    return {"entry": entry, "links": links_of(entry)[:FEW]}


class Trace(RecordPage):
    """What happened to one thing, oldest first on the page, indented by what caused what; one entry open beside it."""

    permission = "journal.view_event"
    title = gettext_lazy("Timeline")
    template_name = "console/trace.html"

    def find(self, sites: QuerySet[Site]) -> tuple[UUID, Site] | None:
        """Return the thing when something about it happened at a site of theirs, else nothing."""
        kind, id_ = self.kwargs["kind"], self.kwargs["record_id"]
        if kind not in SUBJECT_KINDS:
            raise NotFound("address")
        newest = journal.timeline(kind, id_, limit=1)
        if not newest:
            return self._silent(sites, kind, id_)
        if newest[0].site_id is None:
            found = (
                sites.order_by("-is_default", "id").first()
                if kind in ("person", "artifact", "event", "profile", "profile_version")
                else None
            )
        else:
            found = sites.filter(pk=newest[0].site_id).first()
        return (id_, found) if found else None

    def _silent(self, sites: QuerySet[Site], kind: str, id_: UUID) -> tuple[UUID, Site] | None:
        """Return a record about which nothing was noted yet."""
        if kind not in _SITE_OF:
            return None
        model, path = _SITE_OF[kind]
        site_id = model._default_manager.filter(pk=id_).values_list(path, flat=True).first()
        found = sites.filter(pk=site_id).first() if site_id else None
        return (id_, found) if found else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the entries of this page, and the one that is open."""
        asked = Asked(self.request.GET)
        kind, id_ = self.kwargs["kind"], self.kwargs["record_id"]
        show, before = asked.one_of("show", SHOWS, "key"), _before(asked)
        mine = Q(site_id=self.site.pk) | Q(site_id__isnull=True)
        earlier: dict[str, Any] = {"subject_rows__event_id__lt": before} if before else {}
        rows = _of_show(Event.objects.filter(mine, subject_rows__kind=kind, subject_rows__subject_id=id_, **earlier), show)
        found = list(rows.order_by("-subject_rows__event_id")[: ROWS + 1])
        told = entries(reversed(found[:ROWS]))
        chosen = self._chosen(asked, told)
        key = (kind, id_)
        thing = about([key])[key]
        return {
            **super().get_context_data(**kwargs),
            "entries": told,
            "about": thing,
            "thing": thing.title if thing.url else str(SUBJECT_KINDS[kind]),
            "kind": kind,
            "id": id_,
            "shows": [(words, asked.link(show=code), code == show) for code, words in SHOWS.items()],
            "older": asked.link(before=str(found[ROWS - 1].pk)) if len(found) > ROWS else "",
            "newest": asked.link() if before else "",
            "chosen": chosen,
            "detail": detail_of(chosen) if chosen else None,
            "show_query": asked.link(event=""),
        }

    def _chosen(self, asked: Asked, told: list[Entry]) -> Entry | None:
        """Return the entry that is open: the one asked for, else the last."""
        text = asked.text("event")
        return next((entry for entry in told if str(entry.event.pk) == text), told[-1] if told else None)


def detail_of(entry: Entry) -> dict[str, Any]:
    """Return everything kept of one entry: its values, what it is about, its place in the log, and the raw data."""
    event = entry.event
    return {
        "values": [(name.replace("_", " "), value) for name, value in entry.data.items() if not isinstance(value, list | dict)],
        "links": links_of(entry),
        "raw": json.dumps(entry.data, indent=2, ensure_ascii=False),
        "chain": bytes(event.chain_hash).hex() if event.chain_hash else "",
        "decision": _decision(entry),
    }


def _decision(entry: Entry) -> Decision | None:
    id_ = entry.data.get("decision_id")
    return Decision.objects.filter(pk=id_).first() if id_ else None


def links_of(entry: Entry) -> list[dict[str, str]]:
    """Return what an entry is about, each as people call it and with where its own timeline is; what has a name first, the short ones leading."""
    found = [
        {"label": str(SUBJECT_KINDS.get(kind, kind)), "name": entry.names.get(id_, ""), "id": id_, "url": _trace_url(kind, id_)}
        for kind, id_ in sorted(entry.subjects, key=lambda subject: subject[0] == "plan")
    ]
    return sorted(found, key=lambda link: not link["name"])


def _trace_url(kind: str, id_: str) -> str:
    try:
        return reverse("console:trace", args=[kind, id_])
    except NoReverseMatch:
        return ""
