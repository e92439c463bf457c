"""Which face a site has: one that begins, one person with printers and parts, or a farm. The records and the code are the same."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from django.db.models import Count

from apps.accounts.models import Grant
from apps.accounts.states import Role
from apps.fleet.models import Printer
from apps.orders.models import Intent
from apps.planning.models import BuildPlate
from apps.planning.states import PlateState

WORKERS = (Role.OPERATOR, Role.LEAD, Role.PLANNER, Role.QUALITY, Role.ADMIN)


class Face(StrEnum):
    """How much of farmos is shown at first."""

    FIRST_RUN = "first_run"
    SOLO = "solo"
    FARM = "farm"


def face_of(site_id: UUID) -> Face:
    """Return the face of a site.

    It begins while there is no printer or no order. It is a solo shop while one person works there and every open plate holds one piece; then plates,
    policy, batching and hand-over need no words.
    """
    if not Printer.objects.filter(site_id=site_id, retired_at=None).exists() or not Intent.objects.filter(site_id=site_id).exists():
        return Face.FIRST_RUN
    people = (
        Grant.objects.filter(site_id=site_id, revoked_at=None, role__in=WORKERS, user__is_active=True).values("user").distinct().count()
    )
    if people > 1:
        return Face.FARM
    open_plates = BuildPlate.objects.filter(site_id=site_id, state__in=[PlateState.DRAFT, PlateState.APPROVED], items__live=True)
    has_shared = open_plates.annotate(parts=Count("items")).filter(parts__gt=1).exists()
    return Face.FARM if has_shared else Face.SOLO
