"""The questions asked of a large archive of decisions are answered from an index."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db.models import QuerySet

from apps.policy.models import Approval, Breaker, BreakerCount, Decision, Hold
from apps.policy.states import ApprovalState, BreakerKind, GatedTransition, HoldScope, Outcome, SubjectKind
from tests.factories.context import NOW
from tests.query_plans import plan_of

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]

SOMETHING = uuid4()
QUESTIONS: dict[str, QuerySet[Any]] = {
    "decision_by_subject": Decision.objects.filter(subject_kind=SubjectKind.RUN, subject_id=SOMETHING).order_by("-id")[:20],
    "decision_by_transition": Decision.objects.filter(site_id=SOMETHING, transition=GatedTransition.RUN_DISPATCH).order_by("-id")[:500],
    "decision_by_policy": Decision.objects.filter(policy_id=SOMETHING, outcome=Outcome.BLOCK).order_by("-id")[:20],
    "approval_waiting": Approval.objects.filter(site_id=SOMETHING, state=ApprovalState.PENDING).order_by("expires_at")[:20],
    "approval_standing": Approval.objects.filter(
        site_id=SOMETHING, transition=GatedTransition.RUN_DISPATCH, state=ApprovalState.GRANTED, similar_until__gt=NOW
    ),
    "approval_by_subject": Approval.objects.filter(subject_kind=SubjectKind.RUN, subject_id=SOMETHING).order_by("-id")[:5],
    "one_open_hold_per_person_and_reason": Hold.objects.filter(scope=HoldScope.PRINTER, scope_id=SOMETHING, group="", released_at=None),
    "hold_open": Hold.objects.filter(site_id=SOMETHING, released_at=None).order_by("placed_at"),
    "hold_by_subject": Hold.objects.filter(scope=HoldScope.PRINTER, scope_id=SOMETHING).order_by("-id")[:20],
    "breaker_count_window": BreakerCount.objects.filter(breaker=BreakerKind.PRINTER, subject_id=SOMETHING, failed_at__gt=NOW),
    "breaker_open": Breaker.objects.filter(site_id=SOMETHING, acknowledged_at=None).order_by("tripped_at"),
    "breaker_by_subject": Breaker.objects.filter(subject_id=SOMETHING).order_by("-id")[:20],
}


class TestAnIndex:
    @pytest.mark.parametrize("index", QUESTIONS)
    def test_answers_its_question(self, index: str) -> None:
        assert index in plan_of(QUESTIONS[index])
