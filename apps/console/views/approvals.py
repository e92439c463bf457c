"""What waits for a person's yes or no: the question that runs out first leads, its reasons stand above its button."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Site
from apps.board.badges import badge_of
from apps.board.queries.people import names_of
from apps.console.labels.risks import factors_of
from apps.journal import clock
from apps.journal.http.access import may
from apps.journal.http.page_command import Form
from apps.policy import commands
from apps.policy.models import Approval
from apps.policy.states import ApprovalState, GatedTransition

from .about import About, about
from .blocking import of_decision
from .page import Page
from .record import RecordAct, RecordPage

AT_ONCE = 50
"""Questions one page lists."""

YES: dict[str, Any] = {
    GatedTransition.PLAN_APPROVE: gettext_lazy("Approve Plan"),
    GatedTransition.PLATE_SLICE: gettext_lazy("Approve and slice"),
    GatedTransition.RUN_QUEUE: gettext_lazy("Approve and queue"),
    GatedTransition.RUN_DISPATCH: gettext_lazy("Approve and start"),
    GatedTransition.RUN_PAUSE: gettext_lazy("Approve the pause"),
    GatedTransition.RUN_RESUME: gettext_lazy("Approve and go on"),
    GatedTransition.ITEM_REPRINT: gettext_lazy("Approve and print again"),
    GatedTransition.INTENT_RELEASE: gettext_lazy("Approve and release"),
    GatedTransition.OPERATION_APPROVE: gettext_lazy("Approve"),
    GatedTransition.OPERATION_EXECUTE: gettext_lazy("Approve"),
}
"""Gated move → what the button that lets it go on says."""


def waiting_at(site: Site) -> QuerySet[Approval]:
    """Return the questions that wait at a site, the one that runs out first leading."""
    rows = Approval.objects.filter(site=site, state=ApprovalState.PENDING).select_related("decision__policy")
    return rows.order_by(F("expires_at").asc(nulls_last=True), "id")


def told(approvals: list[Approval], *, now: datetime) -> list[dict[str, Any]]:
    """Return questions as the list shows them."""
    known = about((one.subject_kind, one.subject_id) for one in approvals)
    return [_row(one, known[one.subject_kind, one.subject_id], now) for one in approvals]


def _row(approval: Approval, thing: About, now: datetime) -> dict[str, Any]:
    seconds = (approval.expires_at - now).total_seconds() if approval.expires_at else None
    return {
        "approval": approval,
        "about": thing,
        "move": approval.get_transition_display(),
        "minutes_left": None if seconds is None else max(0, int(seconds // 60)),
        "risk": badge_of("risk", thing.risk_level) if thing.risk_level else None,
        "factors": factors_of(thing.factors),
    }


def sheet_of(approval: Approval, thing: About, *, now: datetime) -> dict[str, Any]:
    """Return everything the sheet of one question says."""
    people = names_of([approval.asked_by, approval.decided_by, approval.revoked_by])
    yes = str(YES[approval.transition])
    if approval.transition == GatedTransition.RUN_DISPATCH and thing.printer:
        yes = _("Approve and start on %(printer)s") % {"printer": thing.printer}
    return {
        **_row(approval, thing, now),
        "blocking": of_decision(approval.decision, approval, currency=thing.currency),
        "badge": badge_of("approval", approval.state),
        "asked_by": people.get(approval.asked_by, ""),
        "decided_by": people.get(approval.decided_by, ""),
        "revoked_by": people.get(approval.revoked_by, ""),
        "yes": yes,
        "is_pending": approval.state == ApprovalState.PENDING,
        "is_granted": approval.state == ApprovalState.GRANTED,
    }


class Approvals(Page):
    """The questions that wait, one of them open."""

    permission = "policy.view_approval"
    title = gettext_lazy("Approvals")
    template_name = "console/approvals.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the queue, and the sheet of the one that leads."""
        base = super().get_context_data(**kwargs)
        return {**base, **_queue(self.site, self.request.user, None)}


class ApprovalPage(RecordPage):
    """One question, with the others beside it."""

    permission = "policy.view_approval"
    title = gettext_lazy("Approval")
    template_name = "console/approvals.html"

    def find(self, sites: QuerySet[Site]) -> tuple[Approval, Site] | None:
        """Return the question."""
        rows = Approval.objects.filter(pk=self.kwargs["approval_id"], site__in=sites)
        found = rows.select_related("site", "decision__policy").first()
        return (found, found.site) if found else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the queue and the sheet of this question."""
        base = super().get_context_data(**kwargs)
        return {**base, **_queue(self.site, self.request.user, self.record)}


def _queue(site: Site, user: Any, chosen: Approval | None) -> dict[str, Any]:
    now = clock.now()
    rows = list(waiting_at(site)[: AT_ONCE + 1])
    shown = rows[:AT_ONCE]
    open_one = chosen or (shown[0] if shown else None)
    known = told([*shown, *([chosen] if chosen and chosen.pk not in {one.pk for one in shown} else [])], now=now)
    by_id = {row["approval"].pk: row for row in known}
    sheet = sheet_of(open_one, by_id[open_one.pk]["about"], now=now) if open_one else None
    position = next((number for number, one in enumerate(shown, start=1) if open_one and one.pk == open_one.pk), 0)
    can = {name: may(user, f"policy.{name}", site.pk) for name in ("grant_approval", "deny_approval", "revoke_approval")}
    queue = [by_id[one.pk] for one in shown]
    asks = bool(user.must_prove("policy.grant_approval"))
    return {
        "must_prove": asks,
        "queue": queue,
        "more": len(rows) > AT_ONCE,
        "sheet": sheet,
        "position": position,
        "total": len(shown),
        "can": can,
    }


class ApprovalAct(RecordAct):
    """An answer to a question."""

    model = Approval
    key = "approval_id"
    kind = "approval"

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return why."""
        return {"reason": form.required("reason", most=2000)}


class Grant(ApprovalAct):
    """Yes."""

    command = staticmethod(commands.grant_approval)
    receipt = gettext_lazy("Approved. It goes on by itself")


class Deny(ApprovalAct):
    """No."""

    command = staticmethod(commands.deny_approval)
    receipt = gettext_lazy("Denied. It stays where it is")


class Revoke(ApprovalAct):
    """Take a question or a yes back."""

    command = staticmethod(commands.revoke_approval)
    receipt = gettext_lazy("Taken back. What already started goes on")
