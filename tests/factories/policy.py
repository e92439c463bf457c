"""Policies, decisions, approvals, holds and breakers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from apps.policy.models import Approval, Breaker, BreakerCount, Decision, Hold, Policy
from apps.policy.states import (
    ApprovalState,
    BreakerKind,
    GatedTransition,
    HoldReason,
    HoldScope,
    Outcome,
    PolicyState,
    SubjectKind,
)
from tests.factories.accounts import shop
from tests.factories.artifacts import some_sha256
from tests.factories.context import NOW
from tests.factories.filling import filled, stored, unique

WHO = "service:tests"


def make_policy(**overrides: Any) -> Policy:
    """Return a draft of a policy without rules."""
    values = {"body": {}, "created_by": WHO, **overrides}
    return stored(Policy, filled(values, site=shop, key=lambda: unique("policy"), sha256=some_sha256))


def make_active_policy(**overrides: Any) -> Policy:
    """Return the policy in force at a site."""
    return make_policy(**{"state": PolicyState.ACTIVE, "activated_by": WHO, "activated_at": NOW, **overrides})


def make_decision(**overrides: Any) -> Decision:
    """Return a start of a print that a policy allowed."""
    values = {
        "transition": GatedTransition.RUN_DISPATCH,
        "subject_kind": SubjectKind.RUN,
        "inputs": "{}",
        "outcome": Outcome.ALLOW,
        "actor": WHO,
        "command": "runs.dispatch",
        **overrides,
    }
    return stored(Decision, filled(values, site=shop, policy=make_policy, subject_id=uuid4))


def make_approval(**overrides: Any) -> Approval:
    """Return an open question whether a print may start, to be answered within an hour."""
    values = {
        "transition": GatedTransition.RUN_DISPATCH,
        "subject_kind": SubjectKind.RUN,
        "subject_version": 1,
        "asked_by": WHO,
        "expires_at": NOW + timedelta(hours=1),
        **overrides,
    }
    asked = filled(values, site=shop, subject_id=uuid4)
    return stored(Approval, filled(asked, decision=lambda: make_decision(site=asked["site"], outcome=Outcome.REQUIRE_APPROVAL)))


def make_granted_approval(**overrides: Any) -> Approval:
    """Return a question that was answered with yes."""
    return make_approval(**{"state": ApprovalState.GRANTED, "decided_by": WHO, "decided_at": NOW, "reason": "Looks fine", **overrides})


def make_hold(**overrides: Any) -> Hold:
    """Return a hold on a printer until somebody releases it."""
    values = {"scope": HoldScope.PRINTER, "reason": HoldReason.QUALITY, "placed_by": WHO, "placed_at": NOW, **overrides}
    return stored(Hold, filled(values, site=shop, scope_id=uuid4))


def make_released_hold(**overrides: Any) -> Hold:
    """Return a hold that is over."""
    return make_hold(**{"released_by": WHO, "released_at": NOW, **overrides})


def make_breaker_count(**overrides: Any) -> BreakerCount:
    """Return a first-layer failure counted against a plan."""
    values = {"breaker": BreakerKind.PLAN_LOOP, "family": "FIRST_LAYER", "failed_at": NOW, **overrides}
    return stored(BreakerCount, filled(values, site=shop, subject_id=uuid4, failure_id=uuid4))


def make_breaker(**overrides: Any) -> Breaker:
    """Return a plan's breaker that has tripped."""
    values = {"kind": BreakerKind.PLAN_LOOP, "family": "FIRST_LAYER", "tripped_at": NOW, **overrides}
    return stored(Breaker, filled(values, site=shop, subject_id=uuid4))
