"""What the database refuses about policies, decisions, approvals, holds and breakers."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from apps.policy.states import ApprovalState, HoldReason, HoldScope, Outcome, PolicyState
from tests.factories.accounts import shop
from tests.factories.context import NOW
from tests.factories.policy import (
    WHO,
    make_active_policy,
    make_approval,
    make_breaker,
    make_breaker_count,
    make_decision,
    make_granted_approval,
    make_hold,
    make_policy,
    make_released_hold,
)
from tests.violations import Violation, missing, refused, twice, unknown_codes

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]

EARLIER = NOW - timedelta(hours=1)
SUBJECT = uuid4()

VIOLATIONS = [
    Violation("one_policy_per_version", "policy-version-exists", lambda: twice(make_policy, key="shop", policy_version=2)),
    Violation("one_active_policy_per_site", "policy-in-force", lambda: twice(make_active_policy)),
    Violation("policy_policy_version_at_least_1", "policy-version-invalid", lambda: make_policy(policy_version=0)),
    Violation("policy_sha256_is_a_sha256", "policy-hash-invalid", lambda: make_policy(sha256="abc")),
    Violation("only_activated_policies_leave_draft", "policy-activation-undated", lambda: make_policy(state=PolicyState.ACTIVE)),
    Violation("policy_activations_say_who_and_when", "policy-activation-unsigned", lambda: make_active_policy(activated_by="")),
    Violation("retired_policies_say_when", "policy-retirement-undated", lambda: make_active_policy(state=PolicyState.RETIRED)),
    Violation("decisions_name_their_policy", "decision-without-policy", lambda: make_decision(policy=None)),
    Violation(
        "without_a_policy_only_people_start_things",
        "no-policy-no-automation",
        lambda: make_decision(policy_unavailable=True, is_automatic=True, outcome=Outcome.ALLOW),
    ),
    Violation("decisions_can_be_replayed", "decision-not-replayable", lambda: make_decision(inputs="")),
    Violation("approval_subject_version_at_least_1", "approval-version-invalid", lambda: make_approval(subject_version=0)),
    Violation("one_approval_per_decision", "approval-asked-twice", lambda: twice(make_approval, decision=make_decision())),
    Violation("one_open_question_per_subject", "approval-waiting", lambda: twice(make_approval, subject_id=SUBJECT)),
    Violation("answered_approvals_have_an_answer", "approval-unanswered", lambda: make_approval(state=ApprovalState.GRANTED)),
    Violation("unanswered_approvals_have_no_answer", "approval-answered-early", lambda: make_granted_approval(state=ApprovalState.PENDING)),
    Violation("approval_answers_say_who_when_and_why", "approval-answer-unsigned", lambda: make_granted_approval(reason="")),
    Violation(
        "only_approvals_with_a_deadline_expire",
        "approval-without-deadline",
        lambda: make_approval(state=ApprovalState.EXPIRED, expires_at=None),
    ),
    Violation("revoked_approvals_were_revoked", "approval-revocation-missing", lambda: make_approval(state=ApprovalState.REVOKED)),
    Violation(
        "revocations_say_who_when_and_why",
        "approval-revocation-unsigned",
        lambda: make_approval(state=ApprovalState.REVOKED, revoked_at=NOW, revoked_by=WHO),
    ),
    Violation(
        "standing_grants_have_a_scope_and_an_end", "approval-similar-incomplete", lambda: make_granted_approval(similar_scope={"plan": "x"})
    ),
    Violation("only_grants_cover_similar_work", "approval-similar-not-granted", lambda: make_approval(similar_scope={}, similar_until=NOW)),
    Violation(
        "approval_decided_at_not_after_similar_until",
        "approval-similar-over",
        lambda: make_granted_approval(similar_scope={}, similar_until=EARLIER),
    ),
    Violation("one_open_hold_per_person_and_reason", "hold-exists", lambda: twice(make_hold, scope_id=SUBJECT)),
    Violation("released_holds_say_who_and_when", "hold-release-unsigned", lambda: make_released_hold(released_by="")),
    Violation("holds_say_who_placed_them", "hold-unsigned", lambda: make_hold(placed_by="")),
    Violation("other_holds_carry_a_note", "hold-without-note", lambda: make_hold(reason=HoldReason.OTHER)),
    Violation("holds_end_after_they_begin", "hold-over-already", lambda: make_hold(until=NOW)),
    Violation("wide_holds_name_their_site", "hold-on-another-site", lambda: make_hold(scope=HoldScope.SITE)),
    Violation("only_holds_on_groups_name_a_group", "hold-group-missing", lambda: make_hold(scope=HoldScope.GROUP, scope_id=shop().id)),
    Violation("a_failure_counts_once", "failure-counted", lambda: twice(make_breaker_count, failure_id=SUBJECT, subject_id=SUBJECT)),
    Violation("plan_failures_are_counted_by_family", "failure-without-family", lambda: make_breaker_count(family="")),
    Violation("one_tripped_breaker_per_subject", "breaker-tripped", lambda: twice(make_breaker, subject_id=SUBJECT)),
    Violation(
        "acknowledged_breakers_say_who_when_and_why",
        "breaker-acknowledgement-unsigned",
        lambda: make_breaker(acknowledged_by=WHO, acknowledged_at=NOW),
    ),
]
FACTORIES = {
    "Policy": make_active_policy,
    "Decision": make_decision,
    "Approval": make_approval,
    "Hold": make_hold,
    "BreakerCount": make_breaker_count,
    "Breaker": make_breaker,
}


class TestTheDatabase:
    @pytest.mark.parametrize("violation", [*VIOLATIONS, *unknown_codes("policy", FACTORIES)], ids=str)
    def test_refuses_in_plain_words(self, violation: Violation) -> None:
        refusal = refused(violation.act)

        assert (refusal.code, refusal.params["constraint"]) == (violation.code, violation.constraint)

    def test_has_no_constraint_that_is_not_broken_here(self) -> None:
        assert missing("policy", VIOLATIONS) == set()


class TestWhatTheConstraintsAllow:
    def test_a_new_active_policy_once_the_old_one_is_retired(self) -> None:
        make_active_policy(state=PolicyState.RETIRED, retired_at=NOW)

        assert make_active_policy().state == PolicyState.ACTIVE

    def test_a_tag_of_ones_own_beside_somebody_elses(self) -> None:
        make_hold(scope_id=SUBJECT)

        assert make_hold(scope_id=SUBJECT, placed_by="person:2").pk

    def test_the_same_hold_again_once_it_was_released(self) -> None:
        make_released_hold(scope_id=SUBJECT)

        assert make_hold(scope_id=SUBJECT).pk

    def test_one_failure_against_two_plans_of_one_plate(self) -> None:
        make_breaker_count(failure_id=SUBJECT)

        assert make_breaker_count(failure_id=SUBJECT).pk

    def test_a_person_to_start_something_while_no_policy_is_available(self) -> None:
        assert make_decision(policy=None, policy_unavailable=True, outcome=Outcome.ALLOW).pk

    def test_automation_to_be_stopped_while_no_policy_is_available(self) -> None:
        assert make_decision(policy=None, policy_unavailable=True, is_automatic=True, outcome=Outcome.BLOCK).pk
