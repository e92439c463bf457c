"""``planning.acknowledge_plan``: unlock a plan that kept failing."""

from __future__ import annotations

import pytest

from apps.journal.models import Event
from apps.journal.refusals import Invalid, Refusal, StaleVersion
from apps.planning import commands
from apps.planning.models import Plan, PlanReview
from tests.factories.context import NOW, make_context
from tests.factories.planning import make_approved_plan, make_plan_review

pytestmark = pytest.mark.django_db(transaction=True)


def test_unlocks_it_and_answers_its_open_reviews() -> None:
    plan = make_approved_plan(dispatch_blocked=True, blocked_since=NOW)
    make_plan_review(plan=plan, code="FAILED_BEFORE")

    commands.acknowledge_plan(make_context(), plan_id=plan.pk, expected_version=1, note="Nozzle was worn")

    plan = Plan.objects.get()
    assert (plan.dispatch_blocked, plan.blocked_since) == (False, None)
    assert PlanReview.objects.get().note == "Nozzle was worn"
    assert Event.objects.filter(type="PlanReviewAcknowledged").count() == 1


def test_is_refused_for_a_plan_that_is_not_locked_or_changed_and_without_a_note() -> None:
    plan = make_approved_plan()

    with pytest.raises(Refusal) as refused:
        commands.acknowledge_plan(make_context(), plan_id=plan.pk, expected_version=1, note="Looked")
    assert refused.value.code == "plan-not-locked"
    with pytest.raises(StaleVersion):
        commands.acknowledge_plan(make_context(), plan_id=plan.pk, expected_version=9, note="Looked")
    with pytest.raises(Invalid):
        commands.acknowledge_plan(make_context(), plan_id=plan.pk, expected_version=1, note="")


def test_unlocks_a_plan_whose_reviews_were_all_answered_one_by_one() -> None:
    plan = make_approved_plan()
    review_id = commands.request_review(make_context(), plan_id=plan.pk, note="Have a look")
    commands.resolve_review(make_context(), review_id=review_id, expected_version=1, note="It is fine")
    version = Plan.objects.get().version

    commands.acknowledge_plan(make_context(), plan_id=plan.pk, expected_version=version, note="And the machine too")

    assert Plan.objects.get().dispatch_blocked is False
    assert [review.note for review in PlanReview.objects.order_by("id")] == ["It is fine", "And the machine too"]
    assert Event.objects.filter(type="PlanReviewAcknowledged").count() == 2
