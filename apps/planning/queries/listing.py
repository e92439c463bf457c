"""Which plans and plates a list shows, said so that neither engine reads the past to find the few that are asked for."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from apps.accounts.models import Site
from apps.orders.models import Requirement
from apps.planning.models import Plan, PlanReview, PlateItem
from apps.planning.states import PlanState, PlateState

_LIVE = (PlanState.DRAFT, PlanState.APPROVED)
_LOCKED = Plan.objects.filter(dispatch_blocked=True).order_by().values("pk")

DRAFT = Q(pk__in=Plan.objects.filter(state=PlanState.DRAFT).order_by().values("pk"))
"""Is it not approved yet? Asked by the index of the few that are not."""
LOCKED = Q(pk__in=_LOCKED)
"""Did it keep failing? Likewise."""

OPEN_PLATES = Q(pk__in=PlateItem.objects.filter(live=True).order_by().values("plate"), state__in=(PlateState.DRAFT, PlateState.APPROVED))
"""Does something still hang on the plate? Asked by its live parts: as many as there is open work, however long the past is."""


def of_site(site: Site) -> Exists:
    """Is the plan one of this site's orders? Asked of each row: joined, an engine would begin with every order the site ever had."""
    return Exists(Requirement.objects.filter(pk=OuterRef("requirement"), line__intent__site=site))


def waiting_for_people(site: Site) -> Q:
    """Does the plan wait for a person: a draft with an open review, or one that kept failing and is locked?"""
    reviewed = PlanReview.objects.filter(resolved_at__isnull=True, plan__state=PlanState.DRAFT).order_by().values("plan")
    return Q(pk__in=reviewed.union(_LOCKED), state__in=_LIVE) & Q(of_site(site))
