"""Plates: the list, one plate with its bed, and composing one from what waits."""

from __future__ import annotations

from collections import Counter
from contextlib import closing, suppress
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Site
from apps.artifacts.store import open_verified
from apps.board.badges import badge_of, run_badge
from apps.board.queries.beds import Bed, bed_of
from apps.board.queries.composing import composer
from apps.board.queries.people import names_of
from apps.board.queries.printers import parts_on
from apps.console.views.page import Page
from apps.console.views.seen import plate_for, rights
from apps.journal import clock
from apps.journal.refusals import NotFound
from apps.planning.models import BuildPlate
from apps.planning.queries import OPEN_PLATES
from apps.planning.states import PlateState
from apps.runs import queries as attempts
from apps.runs.models import Run

PER_PAGE = 30
"""Plates of the list shown at once."""

NAMED = 3
"""Kinds of parts a line of the list names; the others are counted."""

COMMANDS = (
    *("planning.compose_plate", "planning.approve_plate", "planning.request_slice", "planning.void_plate"),
    *("runs.queue_run", "planning.request_composition"),
)
LARGEST_PREVIEW = 2_000_000
"""Bytes of a preview that is shown."""


class Plates(Page):
    """All plates of a site, the newest first."""

    permission = "planning.view_buildplate"
    title = _("Plates")
    template_name = "console/plates/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add a page of plates, each with its parts and its last attempt, and how much waits for a plate."""
        rows = BuildPlate.objects.filter(site=self.site).select_related("printer_class", "output")
        shown = "all" if self.request.GET.get("show") == "all" else "open"
        if shown == "open":
            rows = rows.filter(OPEN_PLATES)
        with suppress(ValueError):
            before = self.request.GET.get("before", "")
            rows = rows.filter(pk__lt=UUID(before)) if before else rows
        found = list(rows.order_by("-id")[: PER_PAGE + 1])
        plates = found[:PER_PAGE]
        made = parts_on(plate.pk for plate in plates)
        last = _last_runs(plates)
        waiting = composer(self.site.pk, now=clock.now())
        return {
            **super().get_context_data(**kwargs),
            "plates": [_listed(plate, made.get(plate.pk, ()), last.get(plate.pk)) for plate in plates],
            "before": plates[-1].pk if len(found) > PER_PAGE else None,
            "shown": shown,
            "waiting": sum(row.count for row in waiting.rows),
            "can": rights(self.request, self.site.pk, COMMANDS),
        }


def _listed(plate: BuildPlate, made: Any, run: Run | None) -> dict[str, Any]:
    badge = run_badge(run.state, desynced=run.desynced) if run is not None else badge_of("plate", plate.state)
    parts = Counter[str]()
    for one in made:
        parts[one.name] += one.count
    shown = parts.most_common(NAMED)
    more = parts.total() - sum(count for _name, count in shown)
    orders = len({one.order for one in made})
    return {"plate": plate, "parts": shown, "more": more, "run": run, "badge": badge, "orders": orders}


def _last_runs(plates: list[BuildPlate]) -> dict[UUID, Run]:
    newest = Run.objects.filter(plate__in=plates).values("plate").annotate(last=Max("attempt")).values_list("plate", "last")
    wanted = dict(newest)
    runs = Run.objects.filter(plate__in=wanted).select_related("printer").defer("printer_snapshot", "choice")
    return {run.plate_id: run for run in runs if wanted[run.plate_id] == run.attempt}


class OnePlate(Page):
    """One plate."""

    permission = "planning.view_buildplate"
    template_name = "console/plates/one.html"

    @cached_property
    def plate(self) -> BuildPlate:
        """The plate of the address."""
        return plate_for(self.request, self.kwargs["plate_id"])

    @cached_property
    def site(self) -> Site:
        """The plate's site."""
        site: Site = self.plate.site
        return site

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the bed, its orders, its file, its attempts."""
        plate, bed = self.plate, bed_of(self.plate)
        runs = list(Run.objects.filter(plate=plate).select_related("printer").defer("printer_snapshot", "choice").order_by("-attempt"))
        orders = orders_on(bed)
        is_open = plate.state in (PlateState.DRAFT, PlateState.APPROVED)
        is_live, is_to_make = any(run.ended_at is None for run in runs), is_open and attempts.is_to_make(plate)
        return {
            **super().get_context_data(**kwargs),
            "title": plate.number,
            "plate": plate,
            "bed": bed,
            "badge": badge_of("plate", plate.state),
            "orders": orders,
            "earliest": min((one["due_at"] for one in orders if one["due_at"]), default=None),
            "failure": plate.slice_failures.order_by("-id").first() if plate.output_id is None else None,
            "runs": [(run, run_badge(run.state, desynced=run.desynced)) for run in runs],
            "is_open": is_open,
            "is_live": is_live,
            "is_to_make": is_to_make,
            "may_fail": is_live or is_to_make,
            "parts": plate.items.aggregate(n=Count("id"))["n"],
            "names": names_of([plate.approved_by, plate.voided_by]),
            "can": rights(self.request, self.site.pk, COMMANDS),
        }


def orders_on(bed: Bed) -> list[dict[str, Any]]:
    """Return the orders on a plate by their letters: whoever is hit when it fails."""
    found: dict[str, dict[str, Any]] = {}
    for place in bed.places:
        intent = place.item.piece.requirement.line.intent
        row = found.setdefault(place.letter, {"letter": place.letter, "order": place.order, "due_at": intent.due_at, "parts": {}})
        row["parts"][place.name] = row["parts"].get(place.name, 0) + 1
    return list(found.values())


class Preview(OnePlate):
    """The picture of what was sliced, from above, as it was read back from the file."""

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Return the picture; there is none before it was sliced."""
        preview = self.plate.output.preview if self.plate.output is not None else None
        if preview is None or preview.purged_at is not None or preview.size > LARGEST_PREVIEW:
            raise NotFound("preview", plate=str(self.plate.pk))
        with closing(open_verified(preview)) as content:
            drawn = content.read()
        response = HttpResponse(drawn, content_type="image/svg+xml")
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["X-Content-Type-Options"] = "nosniff"
        return response


class Compose(Page):
    """Compose a plate: what fits together first, the rest with its reason."""

    permission = "planning.compose_plate"
    title = _("Compose a plate")
    template_name = "console/plates/compose.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what waits, led by the component that was chosen."""
        lead_by = None
        with suppress(ValueError):
            lead_by = UUID(self.request.GET.get("with", "")) if self.request.GET.get("with") else None
        found = composer(self.site.pk, now=clock.now(), lead_by=lead_by)
        return {
            **super().get_context_data(**kwargs),
            "composer": found,
            "kind": found.lead.printer_class if found.lead else None,
            "can": rights(self.request, self.site.pk, COMMANDS),
        }
