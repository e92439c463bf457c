"""``policy.set_hours_rules``: what automation does by working hours, in the next version of the policy."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from apps.journal.context import Context
from apps.journal.models import EventSubject
from apps.journal.refusals import Invalid, NotFound, StaleVersion
from apps.policy import commands
from apps.policy.domain.default import default_body
from apps.policy.models import Policy
from tests.factories.accounts import shop
from tests.factories.context import make_context
from tests.factories.policy import make_active_policy, make_policy
from tests.recorded import event_types, refusal_of
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


def rules(policy: Policy) -> dict[str, Any]:
    """Return the numbers of the rules about working hours, by their conditions."""
    return {rule["predicate"]: rule["params"] for rule in policy.body["rules"] if rule["predicate"].endswith("somebody_is_there")}


def set_rules(ctx: Context, watched: int | None, grace: int | None, *, seen: Policy | None = None) -> Policy:
    seen = seen or Policy.objects.get(site=shop(), state="active")
    made = commands.set_hours_rules(ctx, policy_id=seen.pk, watched_minutes=watched, grace_minutes=grace, expected_version=seen.version)
    return Policy.objects.get(pk=made)


class TestRulingByHours:
    def test_is_the_next_version_and_all_else_stays(self, ctx: Context) -> None:
        before = make_active_policy(body=default_body())

        policy = set_rules(ctx, 30, 0)

        assert rules(policy) == {"starts_while_somebody_is_there": {"minutes": 30}, "ends_while_somebody_is_there": {"grace_minutes": 0}}
        others = [rule for rule in before.body["rules"] if rule["id"] != "starts-are-watched"]
        assert [rule for rule in policy.body["rules"] if rule in others] == others
        assert (policy.policy_version, policy.state) == (before.policy_version + 1, "active")
        assert Policy.objects.get(pk=before.pk).state == "retired"
        assert event_types() == ["PolicyActivated"]

    def test_takes_rules_away_and_leaves_other_moves_theirs(self, ctx: Context) -> None:
        body = default_body()
        own = {"id": "own", "predicate": "ends_while_somebody_is_there", "params": {"grace_minutes": 5}, "otherwise": "BLOCK"}
        body["rules"].append({**own, "transitions": ["run.dispatch", "run.resume"]})
        make_active_policy(body=body)

        policy = set_rules(ctx, None, None)

        kept = [rule for rule in policy.body["rules"] if rule["predicate"].endswith("somebody_is_there")]
        assert kept == [{**own, "transitions": ["run.resume"]}]

    def test_a_rule_that_binds_people_still_does(self, ctx: Context) -> None:
        body = default_body()
        met = {"id": "ends-are-met", "predicate": "ends_while_somebody_is_there", "params": {"grace_minutes": 5}, "otherwise": "BLOCK"}
        body["rules"].append({**met, "transitions": ["run.dispatch"]})
        make_active_policy(body=body)

        policy = set_rules(ctx, 15, 30)

        binding = {rule["predicate"]: rule["only_automatic"] for rule in policy.body["rules"] if rule["predicate"].endswith("is_there")}
        assert binding == {"starts_while_somebody_is_there": True, "ends_while_somebody_is_there": False}

    @pytest.mark.parametrize("own", [{"otherwise": "REQUIRE_APPROVAL"}, {"transitions": ["run.resume"]}])
    def test_a_rule_of_ones_own_stays_beside_it_whatever_it_is_called(self, ctx: Context, own: dict[str, Any]) -> None:
        body = default_body()
        rule = {"id": "ends-are-met", "predicate": "ends_while_somebody_is_there", "params": {"grace_minutes": 5}, "otherwise": "BLOCK"}
        body["rules"].append({**rule, "transitions": ["run.dispatch"], **own})
        make_active_policy(body=body)

        policy = set_rules(ctx, None, 30)

        kept = {one["id"]: one for one in policy.body["rules"] if one["predicate"] == "ends_while_somebody_is_there"}
        assert kept["ends-are-met"] == {**rule, "transitions": ["run.dispatch"], **own}
        assert kept["ends-are-met-2"]["params"] == {"grace_minutes": 30}

    def test_the_same_again_changes_nothing(self, ctx: Context) -> None:
        make_active_policy(body=default_body())
        first = set_rules(ctx, 20, None)

        assert set_rules(make_context(), 20, None) == first

    def test_is_refused_where_it_cannot_be_meant(self) -> None:
        draft, policy = make_policy(body=default_body()), make_active_policy(body=default_body())

        def asked(**values: Any) -> Any:
            given = {"policy_id": policy.pk, "watched_minutes": None, "grace_minutes": None, "expected_version": 1, **values}
            return commands.set_hours_rules(make_context(), **given)

        assert refusal_of(lambda: asked(policy_id=draft.pk)).code == "no-policy-in-force"
        for bad in (-1, 1441):
            with pytest.raises(Invalid):
                asked(watched_minutes=bad)
            with pytest.raises(Invalid):
                asked(grace_minutes=bad)
        with pytest.raises(NotFound):
            asked(policy_id=uuid4())


class TestASecondWhoSawTheSamePolicy:
    def test_changes_nothing_and_is_told(self, ctx: Context) -> None:
        seen = make_active_policy(body=default_body())
        first = set_rules(ctx, 30, 0, seen=seen)

        with pytest.raises(StaleVersion):
            set_rules(make_context(), None, None, seen=seen)

        assert Policy.objects.get(state="active") == first
        assert EventSubject.objects.filter(event__type="PolicyActivated", kind="policy", subject_id=seen.pk).count() == 1

    @pytest.mark.both_engines
    def test_also_at_the_same_moment(self, writers: Writers) -> None:
        seen = make_active_policy(body=default_body())

        outcomes = writers.in_threads(lambda i: set_rules(make_context(), 20 + i, None, seen=seen).pk, 6)

        assert sum(outcome.error is None for outcome in outcomes) == 1
        assert all(isinstance(outcome.error, StaleVersion) for outcome in outcomes if outcome.error is not None)
        assert Policy.objects.filter(site=shop()).count() == 2
