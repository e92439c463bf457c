"""``policy.deny_approval``: no, and it stays parked."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import IllegalTransition, Invalid, NotFound, StaleVersion
from apps.policy.commands import deny_approval
from apps.policy.models import Approval
from tests.factories.context import make_context
from tests.factories.policy import make_approval

pytestmark = pytest.mark.django_db(transaction=True)


class TestAnswering:
    def test_is_kept_with_who_when_and_why_and_told(self, ctx: Context) -> None:
        approval = make_approval()

        deny_approval(ctx, approval_id=approval.pk, expected_version=1, reason=" Seen ")

        after = Approval.objects.get(pk=approval.pk)
        assert (after.state, after.decided_by) == ("denied", "service:tests")
        assert "Seen" in (after.reason, after.revoke_reason)
        event = Event.objects.get()
        assert event.type == "ApprovalDenied"
        assert event.subject_rows.filter(kind="approval", subject_id=approval.pk).exists()

    def test_twice_is_refused(self, ctx: Context) -> None:
        approval = make_approval()
        deny_approval(ctx, approval_id=approval.pk, expected_version=1, reason="Seen")

        with pytest.raises(IllegalTransition):
            deny_approval(make_context(), approval_id=approval.pk, expected_version=2, reason="Again")

    def test_from_an_old_page_is_refused(self, ctx: Context) -> None:
        with pytest.raises(StaleVersion):
            deny_approval(ctx, approval_id=make_approval().pk, expected_version=7, reason="Seen")

    def test_needs_a_reason(self, ctx: Context) -> None:
        with pytest.raises(Invalid):
            deny_approval(ctx, approval_id=make_approval().pk, expected_version=1, reason="  ")

    def test_of_nothing_is_refused(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            deny_approval(ctx, approval_id=uuid4(), expected_version=1, reason="Seen")
