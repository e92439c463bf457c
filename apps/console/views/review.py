"""Review: what waits for a person's judgement, by the promise that is lost first, and who else is waited for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.models import Site
from apps.accounts.queries import sites_of
from apps.board.queries.shapes import Checked, checked
from apps.console.labels.choices import choice_of
from apps.console.labels.payments import MISFITS
from apps.journal import clock
from apps.journal.http.access import may
from apps.journal.http.page_command import Form
from apps.journal.refusals import NotFound
from apps.orders import commands as orders
from apps.orders.models import Intent, Quote, WebhookMessage
from apps.orders.states import IntentState, QuoteState, WebhookState
from apps.parts import commands as parts
from apps.parts.domain.findings import Offer, Severity
from apps.parts.models import Preflight
from apps.parts.states import PreflightStatus
from apps.planning.models import Plan, PlanReview
from apps.planning.queries import waiting_for_people
from apps.planning.states import ReviewCode
from apps.policy.models import Approval
from apps.policy.states import ApprovalState

from .order import findings_of, name_of
from .page import Act, Page
from .plan import seen_in

MOST = 50
"""Plans one page shows."""
FEW = 20
"""Of everything else."""
RECENT = timedelta(days=14)
"""How long a model that cannot be made is offered for review."""
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WaitingPlan:
    """A plan that waits for a person: what is asked, since when, and what else was possible."""

    plan: Plan
    name: str
    reviews: list[PlanReview]
    checked: Checked | None
    choices: list[dict[str, Any]]

    @property
    def since(self) -> datetime:
        """Since when somebody is waited for."""
        moments = [one.created_at for one in self.reviews] + ([self.plan.blocked_since] if self.plan.blocked_since else [])
        return min(moments, default=self.plan.created_at)

    @property
    def title(self) -> str:
        """What is asked first."""
        return str(self.reviews[0].get_code_display()) if self.reviews else _("It kept failing and is locked")

    @property
    def seen(self) -> list[str]:
        """What was seen, and whether more is asked, in words."""
        further = [str(one.get_code_display()) for one in self.reviews[1:]]
        return [said for one in self.reviews[:1] for said in seen_in(one)] + further

    @property
    def is_gcode(self) -> bool:
        """Is it ready-made G-code?"""
        return any(one.code == ReviewCode.EXTERNAL_GCODE for one in self.reviews)


class Review(Page):
    """Plans, models and money that wait for a person; customers who owe an answer."""

    permission = "planning.view_plan"
    title = gettext_lazy("Review")
    template_name = "console/review.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add every list."""
        now, site = clock.now(), self.site
        plans = waiting_plans(site)
        models = models_to_review(site, now=now) if self._may("parts.view_preflight") else []
        messages = money_to_review(site) if self._may("orders.view_webhookmessage") else []
        customers = waiting_for_customers(site, now=now, with_quotes=self._may("orders.view_quote"))
        approvals = Approval.objects.filter(site=site, state=ApprovalState.PENDING).count() if self._may("policy.view_approval") else 0
        return {
            **super().get_context_data(**kwargs),
            "lead": plans[0] if plans else None,
            "others": plans[1:],
            "models": models,
            "payments": messages,
            "customers": customers,
            "approvals": approvals,
            "heading": heading(len(plans) + len(models) + len(messages), len(customers)),
            "can": {
                name.rsplit(".", 1)[-1]: self._may(name)
                for name in ("planning.resolve_review", "planning.acknowledge_plan", "parts.review_finding", "orders.settle_payment_review")
            },
        }

    def _may(self, right: str) -> bool:
        return may(self.request.user, right, self.site.pk)


def heading(waiting: int, customers: int) -> str:
    """Return the sentence the page begins with."""
    if not waiting:
        owed = ngettext("%(n)d customer owes an answer.", "%(n)d customers owe an answer.", customers) % {"n": customers}
        return _("Nothing waits for you.") + (f" {owed}" if customers else "")
    return ngettext("%(n)d thing waits for you.", "%(n)d things wait for you.", waiting) % {"n": waiting}


def waiting_plans(site: Site) -> list[WaitingPlan]:
    """Return the plans that wait for a person, the promise lost first leading. Four queries."""
    line = "requirement__line"
    rows = Plan.objects.filter(waiting_for_people(site), **{f"{line}__intent__canceled_at": None})
    related = (f"{line}__intent__account", f"{line}__part_revision__part", f"{line}__material", f"{line}__color")
    plans = list(rows.select_related(*related).order_by("id")[:MOST])
    reviews: dict[UUID, list[PlanReview]] = {}
    for review in PlanReview.objects.filter(plan__in=plans, resolved_at__isnull=True).order_by("id"):
        reviews.setdefault(review.plan_id, []).append(review)
    shapes = checked(one.requirement.part_revision_id for one in plans)
    found = [_waiting(one, reviews.get(one.pk, []), shapes) for one in plans]
    return sorted(found, key=lambda one: (one.plan.requirement.line.intent.due_at or _NEVER, one.since))


def _waiting(plan: Plan, reviews: list[PlanReview], shapes: dict[UUID, Checked]) -> WaitingPlan:
    revision_id = plan.requirement.part_revision_id
    choices = [choice_of(one) for one in plan.auto_choices]
    return WaitingPlan(
        plan,
        name_of(plan.requirement.line),
        reviews,
        shapes.get(revision_id) if revision_id else None,
        sorted(choices, key=lambda one: -len(one["others"])),
    )


def models_to_review(site: Site, *, now: datetime) -> list[dict[str, Any]]:
    """Return models whose check failed for something staff may let through, and nobody did yet; the newest first. Three queries."""
    failed = Preflight.objects.filter(upload__site=site, status=PreflightStatus.FAIL, created_at__gt=now - RECENT)
    preflights = list(failed.select_related("upload__account", "revision__part").order_by("-id")[:FEW])
    known = checked(one.revision_id for one in preflights)
    rows = [row for one in preflights if (row := _model(one, known.get(one.revision_id)))]
    return sorted(rows, key=lambda row: not row["is_asked"])


def _model(preflight: Preflight, check: Checked | None) -> dict[str, Any] | None:
    if check is None or check.preflight.pk != preflight.pk or check.status != PreflightStatus.FAIL:
        return None
    waiting = [
        one
        for one in findings_of(check)
        if one["severity"] == Severity.FAIL.value and Offer.REQUEST_REVIEW in one["finding"].offers and not one["reviewed"]
    ]
    if not waiting:
        return None
    return {
        "preflight": preflight,
        "checked": check,
        "name": str(preflight.revision.part),
        "findings": waiting,
        "is_asked": any(one["finding"].code in check.asked for one in waiting),
    }


def money_to_review(site: Site) -> list[dict[str, Any]]:
    """Return messages about money that did not fit. What no order is known for is the default site's. One query."""
    mine = Q(intent__site=site) | (Q(intent__isnull=True) if site.is_default else Q(pk__in=()))
    rows = WebhookMessage.objects.filter(mine, state=WebhookState.REVIEW).select_related("intent", "entry").order_by("id")
    return [{"message": one, "why": MISFITS.get(one.code, _("It does not fit what was asked for."))} for one in rows[:FEW]]


def waiting_for_customers(site: Site, *, now: datetime, with_quotes: bool) -> list[dict[str, Any]]:
    """Return who owes an answer: orders that wait for money, and quotes people sent by hand; with what happens if they stay silent."""
    unpaid = Intent.objects.filter(site=site, state=IntentState.AWAITING_PAYMENT, fulfilled_at=None, canceled_at=None)
    rows: list[dict[str, Any]] = [
        {"order": one, "name": _("Order %(number)s") % {"number": one.number}, "who": one.account, "since": one.created_at}
        for one in unpaid.select_related("account").order_by("due_at", "id")[:FEW]
    ]
    if with_quotes:
        quotes = Quote.objects.filter(site=site, state=QuoteState.SENT, valid_until__gt=now, source="manual").select_related("account")
        rows += [
            {"quote": one, "name": _("Quote %(number)s") % {"number": one.number}, "who": one.account, "since": one.sent_at}
            for one in quotes.order_by("valid_until")[:FEW]
        ]
    return rows


class ReviewFinding(Act):
    """Let a failure in a model through, with a reason: it weighs as a warning then."""

    command = staticmethod(parts.review_finding)
    versioned = False
    receipt = gettext_lazy("Let through. The customer must still accept it")

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the site of the upload.

        Raises:
            NotFound: there is no such check where the asker works.
        """
        mine = sites_of(UUID(str(self.request.user.pk)))
        found = Preflight.objects.filter(pk=place["preflight_id"], upload__site__in=mine).values_list("upload__site", flat=True).first()
        if found is None:
            raise NotFound(str(Preflight._meta.verbose_name), id=str(place["preflight_id"]))
        return found

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return which finding, and why."""
        return {"code": form.required("code", most=60), "reason": form.required("reason", most=2000)}


class SettleMoney(Act):
    """Take money that did not fit, or give it back."""

    command = staticmethod(orders.settle_payment_review)
    receipt = gettext_lazy("Decided")

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the site of the order the money is about; of money nobody knows an order for, the default one.

        Raises:
            NotFound: there is no such message where the asker works.
        """
        message = WebhookMessage.objects.filter(pk=place["webhook_id"]).select_related("intent").first()
        mine = sites_of(UUID(str(self.request.user.pk)))
        site = mine.filter(pk=message.intent.site_id).first() if message and message.intent else mine.filter(is_default=True).first()
        if message is None or site is None:
            raise NotFound(str(WebhookMessage._meta.verbose_name), id=str(place["webhook_id"]))
        return site.pk

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return what becomes of it, and why."""
        choice = form.one_of("choice", ("take", "return"))
        return {"take": choice == "take", "note": form.required("note", most=500)}
