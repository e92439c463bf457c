"""Buttons on build plans: approve, revise, answer a review, unlock, void."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.catalog.states import Reason
from apps.journal.http.page_command import Form
from apps.journal.refusals import Invalid
from apps.planning import commands, queries
from apps.planning.models import Plan, PlanReview
from apps.planning.queries.revising import SUPPORTS

from .order_acts import Passing
from .plan import FIELDS, VOID_REASONS
from .record import RecordAct


class PlanAct(RecordAct):
    """A button about a build plan."""

    model = Plan
    key = "plan_id"
    site_path = "requirement__line__intent__site"
    kind = "plan"

    @property
    def plan(self) -> Plan:
        """The plan as it is now."""
        return Plan.objects.select_related("requirement__line__intent").get(pk=self.kwargs["plan_id"])


class Approve(PlanAct, Passing):
    """Pin a draft, or ask whether it may be."""

    command = staticmethod(commands.approve_plan)
    receipt = gettext_lazy("The plan is approved: plates are made from exactly this")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return why a block is passed, where it is."""
        intent = self.plan.requirement.line.intent
        return self.override_of(form, intent.site_id, intent.number)


class Revise(PlanAct):
    """Draft the next revision with what is wished otherwise."""

    command = staticmethod(commands.revise_plan)
    receipt = gettext_lazy("The next revision is drafted. Nothing is made from it before it is approved")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return the recipe with what the form changes."""
        plan = self.plan
        version_id = form.uuid("profile_version") if form.text("profile_version") else None
        if version_id not in {one.pk for one in queries.usable_versions(plan)} | {plan.profile_version_id, None}:
            raise Invalid({"profile_version": _("is not a released version for this material and printer")})
        overrides = {key: _fitting(form, key, fits) for key, _words, _unit, fits in FIELDS}
        wish = queries.Wish(version_id or plan.profile_version_id, form.one_of("supports", tuple(SUPPORTS)), overrides)
        return {"recipe": queries.revised(plan, wish)}

    def onward(self, request: HttpRequest, result: Any) -> str:
        """Go to the new revision."""
        return reverse("console:plan", args=[result]) if isinstance(result, UUID) else super().onward(request, result)


def _fitting(form: Form, key: str, fits: str) -> str:
    value = form.text(key, most=20).replace(",", ".")
    if key == "fill_density" and value.isdigit():
        value += "%"
    if value and (not re.fullmatch(fits, value) or (key == "fill_density" and int(value[:-1]) > 100)):
        raise Invalid({key: _("is not a value such as the example in the field")})
    return value


class VoidPlan(PlanAct):
    """Make nothing from a revision any more."""

    command = staticmethod(commands.void_plan)
    receipt = gettext_lazy("The plan is void")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return why."""
        return {"reason": Reason(form.one_of("reason", [code.value for code in VOID_REASONS]))}


class Acknowledge(PlanAct):
    """Unlock a plan that kept failing."""

    command = staticmethod(commands.acknowledge_plan)
    receipt = gettext_lazy("The plan is unlocked")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return what was found."""
        return {"note": form.required("note", most=2000)}


class RequestReview(PlanAct):
    """Ask that a person looks at a plan, and lock it until then."""

    command = staticmethod(commands.request_review)
    versioned = False
    receipt = gettext_lazy("The plan is locked until somebody looked")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return what to look at."""
        return {"note": form.required("note", most=2000)}


class ResolveReview(RecordAct):
    """Say that one thing a plan waited for is all right, and why."""

    command = staticmethod(commands.resolve_review)
    receipt = gettext_lazy("Answered. The plan goes on as soon as nothing else is open")
    model = PlanReview
    key = "review_id"
    site_path = "plan__requirement__line__intent__site"

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return why it is all right."""
        return {"note": form.required("note", most=2000)}
