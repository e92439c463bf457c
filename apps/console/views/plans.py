"""Build Plans: the list, by what is waited for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.board.badges import badge_of, plan_badge
from apps.board.queries.shapes import checked
from apps.orders.models import Intent
from apps.planning.models import Plan, PlanReview
from apps.planning.queries import DRAFT, LOCKED, of_site
from apps.planning.states import PlanState

from .order import name_of
from .page import Page
from .tables import PAGE, Asked

OPEN_REVIEW = Exists(PlanReview.objects.filter(plan=OuterRef("pk"), resolved_at__isnull=True))
KINDS: dict[str, tuple[Any, Any]] = {
    "waiting": (_("Drafts"), DRAFT),
    "locked": (_("Locked"), LOCKED),
    "approved": (_("Approved"), Q(state=PlanState.APPROVED)),
    "past": (_("Past"), Q(state__in=(PlanState.SUPERSEDED, PlanState.VOID))),
    "all": (_("All"), Q()),
}


class Plans(Page):
    """The newest build plans first."""

    permission = "planning.view_plan"
    title = _("Build Plans")
    template_name = "console/plans.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the rows of this page."""
        asked = Asked(self.request.GET)
        kind = asked.one_of("state", KINDS, "all")
        rows = list(self._rows(asked, kind)[: PAGE + 1])
        shown = rows[:PAGE]
        shapes = checked([row.requirement.part_revision_id for row in shown])
        return {
            **super().get_context_data(**kwargs),
            "plans": [_row(row, shapes) for row in shown],
            "kinds": [(words, asked.link(state=code), code == kind) for code, (words, _q) in KINDS.items()],
            "asked": {"q": asked.text("q"), "state": kind},
            "next": asked.link(before=str(shown[-1].pk)) if len(rows) > PAGE else "",
        }

    def _rows(self, asked: Asked, kind: str) -> QuerySet[Plan]:
        rows = Plan.objects.filter(KINDS[kind][1], of_site(self.site)).annotate(waits=OPEN_REVIEW)
        if text := asked.text("q"):
            orders = Intent.objects.filter(site=self.site, number__istartswith=text).values("pk")
            rows = rows.filter(requirement__line__intent__in=orders)
        try:
            if before := asked.text("before"):
                rows = rows.filter(id__lt=UUID(before))
        except ValueError:
            pass
        related = ("requirement__line__intent", "requirement__line__part_revision__part", "requirement__line__material")
        return rows.select_related(*related, "requirement__line__color").order_by("-id")


def _row(plan: Plan, shapes: dict[UUID, Any]) -> dict[str, Any]:
    line = plan.requirement.line
    revision_id = plan.requirement.part_revision_id
    return {
        "plan": plan,
        "name": name_of(line),
        "order": line.intent,
        "line": line,
        "badge": plan_badge(plan.state, dispatch_blocked=plan.dispatch_blocked),
        "risk": badge_of("risk", plan.risk_level) if plan.risk_level else None,
        "checked": shapes.get(revision_id) if revision_id else None,
        "waits": plan.waits,  # type: ignore[attr-defined]
    }
