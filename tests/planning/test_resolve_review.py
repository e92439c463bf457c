"""``planning.resolve_review``: a person looked and says why it is all right."""

from __future__ import annotations

import pytest

from apps.journal.models import Event
from apps.journal.refusals import Invalid, NotFound, Refusal, StaleVersion
from apps.planning import commands
from apps.planning.domain.recipes import ReviewNeeded
from apps.planning.models import Plan, PlanReview
from tests.factories.context import make_context
from tests.factories.planning import make_plan_review
from tests.planning.workshop import make_order, make_recipe, set_up, work

pytestmark = pytest.mark.django_db(transaction=True)


def test_keeps_who_and_why() -> None:
    review = make_plan_review()

    commands.resolve_review(make_context(), review_id=review.pk, expected_version=1, note="Face up is fine")

    review = PlanReview.objects.get()
    assert (review.resolved_by, review.note) == ("service:tests", "Face up is fine")
    event = Event.objects.get(type="PlanReviewAcknowledged")
    assert "Face up" not in event.data
    assert event.subject_rows.filter(kind="intent").exists()


def test_with_the_last_one_the_draft_is_approved_by_itself() -> None:
    floor = set_up()
    recipe = make_recipe(floor, reviews=(ReviewNeeded("COSMETIC_FACE"), ReviewNeeded("CUSTOM")))
    commands.draft_plan(make_context(), requirement_id=make_order(floor).pk, recipe=recipe)
    first, second = PlanReview.objects.order_by("id")
    work()

    commands.resolve_review(make_context(), review_id=first.pk, expected_version=1, note="Yes")
    work()
    assert Plan.objects.get().state == "draft"
    commands.resolve_review(make_context(), review_id=second.pk, expected_version=1, note="Yes")
    work()
    assert Plan.objects.get().state == "approved"


def test_is_refused_without_a_note_twice_stale_or_unknown() -> None:
    review = make_plan_review()
    with pytest.raises(Invalid):
        commands.resolve_review(make_context(), review_id=review.pk, expected_version=1, note=" ")
    with pytest.raises(NotFound):
        commands.resolve_review(make_context(), review_id=review.plan_id, expected_version=1, note="Yes")
    commands.resolve_review(make_context(), review_id=review.pk, expected_version=1, note="Yes")
    with pytest.raises(StaleVersion):
        commands.resolve_review(make_context(), review_id=review.pk, expected_version=1, note="Yes")
    with pytest.raises(Refusal) as refused:
        commands.resolve_review(make_context(), review_id=review.pk, expected_version=2, note="Yes")
    assert refused.value.code == "review-resolved"
