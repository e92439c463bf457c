"""``policy.activate_policy``: the next version decides from now on."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import NotFound, Refusal
from apps.policy.commands import activate_policy
from apps.policy.domain.default import default_body
from apps.policy.models import Policy
from tests.factories.accounts import shop
from tests.factories.context import make_context

pytestmark = pytest.mark.django_db(transaction=True)


class TestActivating:
    def test_puts_the_first_version_in_force_and_says_so(self, ctx: Context) -> None:
        policy_id = activate_policy(ctx, site_id=shop().id, body=default_body(), note="To begin with")

        policy = Policy.objects.get(pk=policy_id)
        assert (policy.state, policy.policy_version, policy.activated_by) == ("active", 1, "service:tests")
        assert Event.objects.get().type == "PolicyActivated"

    def test_retires_the_one_before_and_counts_on(self, ctx: Context) -> None:
        first = activate_policy(ctx, site_id=shop().id, body=default_body())

        second = activate_policy(make_context(), site_id=shop().id, body={"rules": []})

        assert Policy.objects.get(pk=first).state == "retired"
        assert (Policy.objects.get(pk=second).state, Policy.objects.get(pk=second).policy_version) == ("active", 2)

    def test_changes_nothing_when_it_is_in_force_already(self, ctx: Context) -> None:
        first = activate_policy(ctx, site_id=shop().id, body=default_body())

        assert activate_policy(make_context(), site_id=shop().id, body=default_body()) == first
        assert Event.objects.count() == 1


class TestBadRules:
    @pytest.mark.parametrize(
        ("body", "place"),
        [
            ({"rulez": []}, "rulez"),
            ({"auto": {"auto_approve": "yes"}}, "auto.auto_approve"),
            ({"auto": {"auto_fly": True}}, "auto.auto_fly"),
            ({"auto": []}, "auto"),
            ({"rules": {}}, "rules"),
            ({"rules": ["x"]}, "rules[0]"),
            ({"rules": [{"id": "a", "transitions": ["run.dispatch"], "predicate": "bed_is_clean", "otherwise": "BLOCK"}]}, "bed_is_clean"),
            ({"rules": [{"id": "a", "transitions": [], "predicate": "bed_is_clear", "otherwise": "BLOCK"}]}, "transitions"),
            ({"rules": [{"id": "a", "transitions": ["x"], "predicate": "bed_is_clear", "otherwise": "PERHAPS"}]}, "otherwise"),
            (
                {
                    "rules": [
                        {
                            "id": "a",
                            "transitions": ["x"],
                            "predicate": "slice_warnings_are_at_most",
                            "params": {"limit": True},
                            "otherwise": "BLOCK",
                        }
                    ]
                },
                "params.limit",
            ),
            (
                {
                    "rules": [
                        {
                            "id": "a",
                            "transitions": ["x"],
                            "predicate": "plan_risk_is_at_most",
                            "params": {"level": "SO-SO"},
                            "otherwise": "BLOCK",
                        }
                    ]
                },
                "params.level",
            ),
        ],
    )
    def test_are_refused_with_their_place(self, ctx: Context, body: dict[str, Any], place: str) -> None:
        with pytest.raises(Refusal) as refused:
            activate_policy(ctx, site_id=shop().id, body=body)

        assert refused.value.code == "policy-invalid"
        assert place in refused.value.detail
        assert not Policy.objects.exists()

    def test_twice_the_same_name_is_refused(self, ctx: Context) -> None:
        rule = {"id": "a", "transitions": ["x"], "predicate": "bed_is_clear", "otherwise": "BLOCK"}

        with pytest.raises(Refusal, match="twice"):
            activate_policy(ctx, site_id=shop().id, body={"rules": [rule, rule]})

    def test_an_unknown_site_is_refused(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            activate_policy(ctx, site_id=uuid4(), body=default_body())
