"""The questions asked of a large archive of plans and plates are answered from an index."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db.models import QuerySet

from apps.planning.models import BuildPlate, Output, Plan, PlanReview, PlateItem
from apps.planning.states import PlanState, PlateState
from tests.query_plans import plan_of

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]

SOMETHING = uuid4()
QUESTIONS: dict[str, QuerySet[Any]] = {
    "plan_draft_by_age": Plan.objects.filter(state=PlanState.DRAFT).order_by("created_at")[:100],
    "plan_locked": Plan.objects.filter(dispatch_blocked=True).order_by("blocked_since")[:100],
    "one_approved_plan_per_component": Plan.objects.filter(requirement_id=SOMETHING, state=PlanState.APPROVED),
    "plan_review_open_by_age": PlanReview.objects.filter(resolved_at=None).order_by("created_at")[:100],
    "plan_review_by_plan": PlanReview.objects.filter(plan_id=SOMETHING).order_by("id"),
    "output_by_layout": Output.objects.filter(layout_id=SOMETHING).order_by("printer_class_id"),
    "plate_by_state": BuildPlate.objects.filter(site_id=SOMETHING, state=PlateState.DRAFT).order_by("-id")[:100],
    "a_piece_is_on_one_live_plate": PlateItem.objects.filter(piece_id=SOMETHING, live=True),
}


class TestAnIndex:
    @pytest.mark.parametrize("index", QUESTIONS)
    def test_answers_its_question(self, index: str) -> None:
        assert index in plan_of(QUESTIONS[index])
