"""``planning.request_review``: somebody wants a plan to be looked at; until then nothing is printed from it by itself."""

from __future__ import annotations

import pytest

from apps.journal.models import Event
from apps.journal.refusals import Invalid, NotFound
from apps.planning import commands
from apps.planning.models import Plan, PlanReview
from tests.factories.context import make_context
from tests.factories.planning import make_approved_plan

pytestmark = pytest.mark.django_db(transaction=True)


def test_locks_the_plan_and_keeps_what_to_look_at() -> None:
    plan = make_approved_plan()

    review_id = commands.request_review(make_context(), plan_id=plan.pk, note="The clip breaks")

    review = PlanReview.objects.get(pk=review_id)
    assert (review.code, review.evidence) == ("REQUESTED", {"seen": [{"note": "The clip breaks"}]})
    assert Plan.objects.get().dispatch_blocked
    assert '"dispatch_blocked":true' in Event.objects.get(type="PlanReviewRequired").data


def test_a_second_wish_is_added_to_the_open_review() -> None:
    plan = make_approved_plan()
    first = commands.request_review(make_context(), plan_id=plan.pk, note="The clip breaks")

    second = commands.request_review(make_context(), plan_id=plan.pk, note="And it warps")
    third = commands.request_review(make_context(), plan_id=plan.pk, note="And it warps")

    assert first == second == third
    assert len(PlanReview.objects.get().evidence["seen"]) == 2
    assert Event.objects.filter(type="PlanReviewRequired").count() == 2


def test_needs_a_word_and_a_plan() -> None:
    plan = make_approved_plan()

    with pytest.raises(Invalid):
        commands.request_review(make_context(), plan_id=plan.pk, note="  ")
    with pytest.raises(NotFound):
        commands.request_review(make_context(), plan_id=plan.requirement_id, note="Look")
