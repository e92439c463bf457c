"""``planning.approve_plan``: pin a recipe, by policy or by a person."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from apps.journal import canonical
from apps.journal.context import Actor, Context
from apps.journal.models import Event
from apps.journal.refusals import IllegalTransition, Refusal, StaleVersion
from apps.journal.results import Parked
from apps.planning import commands
from apps.planning.domain.recipes import ReviewNeeded
from apps.planning.models import Plan
from apps.policy import commands as policy
from apps.policy.models import Approval, Decision
from apps.policy.states import HoldReason, HoldScope
from apps.profiles import commands as profiles
from tests.factories.context import make_context
from tests.planning.workshop import Workshop, make_order, make_recipe, set_up, work

pytestmark = pytest.mark.django_db(transaction=True)


def automation() -> Context:
    return make_context(is_automatic=True)


def person() -> Context:
    return make_context(actor=Actor.person(uuid4()))


def drafted(floor: Workshop, **recipe: Any) -> Plan:
    plan_id = commands.draft_plan(make_context(), requirement_id=make_order(floor).pk, recipe=make_recipe(floor, **recipe))
    assert plan_id is not None
    return Plan.objects.get(pk=plan_id)


class TestApproving:
    def test_pins_what_it_is_made_from_with_the_decision(self) -> None:
        plan = drafted(set_up())

        result = commands.approve_plan(automation(), plan_id=plan.pk)

        plan = Plan.objects.get()
        assert result == plan.pk
        assert (plan.state, plan.approved_by) == ("approved", "service:tests")
        assert plan.pins_sha256 == canonical.digest(plan.pins).hex()
        assert plan.decision is not None
        assert (plan.decision.outcome, plan.decision.transition) == ("ALLOW", "plan.approve")
        assert Event.objects.get(type="PlanApproved").correlation_id == plan.requirement.line.intent_id

    def test_again_by_automation_does_nothing(self) -> None:
        plan = drafted(set_up())
        commands.approve_plan(automation(), plan_id=plan.pk)

        assert commands.approve_plan(automation(), plan_id=plan.pk) is None
        assert Event.objects.filter(type="PlanApproved").count() == 1
        assert Decision.objects.filter(transition="plan.approve").count() == 1

    def test_again_by_a_person_is_an_illegal_move(self) -> None:
        plan = drafted(set_up())
        commands.approve_plan(person(), plan_id=plan.pk, expected_version=1)

        with pytest.raises(IllegalTransition):
            commands.approve_plan(person(), plan_id=plan.pk, expected_version=2)

    def test_of_a_changed_plan_is_stale(self) -> None:
        plan = drafted(set_up())

        with pytest.raises(StaleVersion):
            commands.approve_plan(person(), plan_id=plan.pk, expected_version=7)

    def test_a_revision_supersedes_the_one_before(self) -> None:
        floor = set_up()
        first = drafted(floor)
        commands.approve_plan(automation(), plan_id=first.pk)
        second = commands.revise_plan(person(), plan_id=first.pk, expected_version=2, recipe=make_recipe(floor, slicing={"infill": "40%"}))

        commands.approve_plan(automation(), plan_id=second)

        states = list(Plan.objects.order_by("revision").values_list("state", flat=True))
        assert states == ["superseded", "approved"]
        assert Event.objects.filter(type="PlanSuperseded").count() == 1


class TestSomebodyMustLook:
    def test_while_a_review_is_open(self) -> None:
        plan = drafted(set_up(), reviews=(ReviewNeeded("COSMETIC_FACE"),))

        with pytest.raises(Refusal) as refused:
            commands.approve_plan(automation(), plan_id=plan.pk)

        assert (refused.value.code, refused.value.params) == ("plan-needs-review", {"reviews": ["COSMETIC_FACE"]})

    def test_when_it_is_risky_and_the_answer_lets_it_go_on(self) -> None:
        plan = drafted(set_up(), risk_level="HIGH")

        parked = commands.approve_plan(automation(), plan_id=plan.pk)

        approval = Approval.objects.get()
        assert parked == Parked(approval.pk)
        assert Plan.objects.get().state == "draft"
        policy.grant_approval(person(), approval_id=approval.pk, expected_version=1, reason="Looked at the walls")
        work()
        assert Plan.objects.get().state == "approved"

    def test_when_automation_may_not_approve(self) -> None:
        plan = drafted(set_up(rules={"auto_approve": False}))

        assert isinstance(commands.approve_plan(automation(), plan_id=plan.pk), Parked)
        assert commands.approve_plan(person(), plan_id=plan.pk, expected_version=1) == plan.pk


class TestItIsRefused:
    def test_while_its_order_is_on_hold_and_goes_on_by_itself_afterwards(self) -> None:
        floor = set_up()
        plan = drafted(floor)
        hold = policy.place_hold(
            person(), site_id=floor.site.pk, scope=HoldScope.ORDER, scope_id=plan.requirement.line.intent_id, reason=HoldReason.QUALITY
        )

        refusal = commands.approve_plan(automation(), plan_id=plan.pk)

        assert isinstance(refusal, Refusal)
        assert refusal.code == "policy-blocked"
        assert Decision.objects.filter(transition="plan.approve", outcome="BLOCK").count() == 1
        policy.release_hold(person(), hold_id=hold, expected_version=1)
        work()
        assert Plan.objects.get().state == "approved"

    def test_without_a_profile(self) -> None:
        plan = drafted(set_up(), profile_version_id=None)

        with pytest.raises(Refusal) as refused:
            commands.approve_plan(person(), plan_id=plan.pk, expected_version=1)

        assert refused.value.code == "plan-has-no-profile"

    def test_when_its_profile_was_withdrawn_meanwhile(self) -> None:
        floor = set_up()
        plan = drafted(floor)
        version = type(floor.profile).objects.get(pk=floor.profile.pk)
        profiles.withdraw_version(person(), version_id=version.pk, expected_version=version.version, reason="Bad bridges")

        with pytest.raises(Refusal) as refused:
            commands.approve_plan(automation(), plan_id=plan.pk)

        assert refused.value.code == "profile-not-released"

    def test_when_a_newer_revision_is_in_use(self) -> None:
        floor = set_up()
        first = drafted(floor)
        commands.approve_plan(automation(), plan_id=first.pk)
        second = commands.revise_plan(person(), plan_id=first.pk, expected_version=2, recipe=make_recipe(floor, slicing={"infill": "40%"}))
        commands.approve_plan(automation(), plan_id=second)
        third = commands.revise_plan(person(), plan_id=second, expected_version=2, recipe=make_recipe(floor, slicing={"infill": "50%"}))
        commands.void_plan(person(), plan_id=third, reason="SUPERSEDED", expected_version=1)  # type: ignore[arg-type]

        assert commands.approve_plan(automation(), plan_id=third) is None
        assert Plan.objects.get(revision=2).state == "approved"

    def test_without_a_policy_to_automation_only(self) -> None:
        plan = drafted(set_up(has_policy=False))

        refusal = commands.approve_plan(automation(), plan_id=plan.pk)

        assert isinstance(refusal, Refusal)
        assert refusal.code == "policy-unavailable"
        assert commands.approve_plan(person(), plan_id=plan.pk, expected_version=1) == plan.pk
