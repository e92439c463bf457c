"""Records as one person may know of them: what is at none of their sites is not there for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpRequest

from apps.accounts.queries import sites_of
from apps.fleet.models import Printer
from apps.journal.http.access import may
from apps.journal.refusals import NotFound
from apps.planning.models import BuildPlate
from apps.runs.models import Run

R = TypeVar("R", Printer, Run, BuildPlate)


def printer_for(request: HttpRequest, **wanted: Any) -> Printer:
    """Return the printer, in service or not.

    Raises:
        NotFound: there is none at a site of theirs.
    """
    found = Printer.objects.filter(site__in=_sites(request), **wanted).select_related("printer_class", "site").order_by("-site__is_default")
    return _one(found.first(), "printer", wanted)


def run_for(request: HttpRequest, run_id: UUID) -> Run:
    """Return the print attempt.

    Raises:
        NotFound: there is none at a site of theirs.
    """
    related = ("plate__site", "plate__printer_class", "printer", "output", "decision", "approval")
    found = Run.objects.filter(pk=run_id, plate__site__in=_sites(request)).select_related(*related)
    return _one(found.first(), "run", {"id": run_id})


def plate_for(request: HttpRequest, plate_id: UUID) -> BuildPlate:
    """Return the plate.

    Raises:
        NotFound: there is none at a site of theirs.
    """
    found = BuildPlate.objects.filter(pk=plate_id, site__in=_sites(request)).select_related("site", "printer_class", "printer", "output")
    return _one(found.first(), "plate", {"id": plate_id})


def rights(request: HttpRequest, site_id: UUID, commands: Iterable[str]) -> dict[str, bool]:
    """Return which of these commands they may ask for at a site, by the commands' names without the app: ``{"clear_bed": True}``."""
    return {name.partition(".")[2]: may(request.user, name, site_id) for name in commands}


def _sites(request: HttpRequest) -> Any:
    return sites_of(request.user.pk)  # type: ignore[arg-type]


def _one(found: R | None, kind: str, wanted: dict[str, Any]) -> R:
    if found is None:
        raise NotFound(kind, **{name: str(value) for name, value in wanted.items()})
    return found
