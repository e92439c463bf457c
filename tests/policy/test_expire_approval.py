"""``policy.expire_approval``: nobody answered by the deadline."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.policy.commands import expire_approval
from apps.policy.models import Approval
from tests.factories.context import NOW, make_context
from tests.factories.policy import make_approval, make_granted_approval

pytestmark = pytest.mark.django_db(transaction=True)


class TestExpiring:
    def test_closes_a_question_past_its_deadline(self) -> None:
        approval = make_approval(expires_at=NOW + timedelta(minutes=5))

        assert expire_approval(make_context(now=NOW + timedelta(minutes=6)), approval_id=approval.pk) is True

        assert Approval.objects.get(pk=approval.pk).state == "expired"

    def test_leaves_a_question_that_still_has_time_or_no_deadline(self) -> None:
        for approval in (make_approval(expires_at=NOW + timedelta(minutes=5)), make_approval(expires_at=None)):
            assert expire_approval(make_context(), approval_id=approval.pk) is False

    def test_leaves_an_answer(self) -> None:
        approval = make_granted_approval(expires_at=NOW + timedelta(minutes=5))

        assert expire_approval(make_context(now=NOW + timedelta(minutes=6)), approval_id=approval.pk) is False
