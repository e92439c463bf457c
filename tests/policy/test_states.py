"""Which moves policies and approvals can make, and what each leaves behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from apps.policy.models import Approval, Policy
from apps.policy.states import ApprovalState, PolicyState
from tests.factories.context import NOW
from tests.factories.policy import WHO, make_approval, make_policy
from tests.state_machines import WALKS, Table, assert_all_others_are_refused, dead_ends, table_of, walk

POLICY: Table = {
    PolicyState.DRAFT: {"activate": "active"},
    PolicyState.ACTIVE: {"retire": "retired"},
    PolicyState.RETIRED: {},
}
APPROVAL: Table = {
    ApprovalState.PENDING: {"grant": "granted", "deny": "denied", "expire": "expired", "revoke": "revoked"},
    ApprovalState.GRANTED: {"revoke": "revoked"},
    ApprovalState.DENIED: {},
    ApprovalState.EXPIRED: {},
    ApprovalState.REVOKED: {},
}
MACHINES = [(Policy, PolicyState, POLICY), (Approval, ApprovalState, APPROVAL)]
VALUES: dict[str, Any] = {"by": WHO, "now": NOW, "reason": "Looks fine"}


class TestAStateMachine:
    @pytest.mark.parametrize(("model", "states", "table"), MACHINES)
    def test_has_exactly_these_moves(self, model: type[models.Model], states: type[models.TextChoices], table: Table) -> None:
        assert table_of(model, states) == table

    @pytest.mark.parametrize(("model", "states", "table"), MACHINES)
    def test_refuses_every_other(self, model: type[models.Model], states: type[models.TextChoices], table: Table) -> None:
        assert_all_others_are_refused(model, table, VALUES)

    def test_ends_where_it_ends(self) -> None:
        assert dead_ends(POLICY) == {"retired"}
        assert dead_ends(APPROVAL) == {"denied", "expired", "revoked"}


@pytest.mark.django_db
class TestAnyWalk:
    @WALKS
    @given(data=st.data())
    def test_leaves_policies_the_database_accepts(self, data: st.DataObject) -> None:
        walk(data, make_policy, VALUES, self.is_dated)

    def is_dated(self, policy: Policy) -> None:
        assert (policy.activated_at is None) == (policy.state == PolicyState.DRAFT)

    @WALKS
    @given(data=st.data())
    def test_leaves_approvals_the_database_accepts(self, data: st.DataObject) -> None:
        walk(data, make_approval, VALUES, self.is_answered)

    def is_answered(self, approval: Approval) -> None:
        if approval.state in (ApprovalState.GRANTED, ApprovalState.DENIED):
            assert (approval.decided_by, approval.decided_at, approval.reason) == (WHO, NOW, "Looks fine")


class TestAGrant:
    def test_may_cover_similar_work_for_a_while(self) -> None:
        approval = Approval()

        approval.grant(by=WHO, reason="Routine", now=NOW, similar_scope={"plan": "x"}, similar_until=NOW + timedelta(hours=4))

        assert (approval.similar_scope, approval.similar_until) == ({"plan": "x"}, NOW + timedelta(hours=4))
