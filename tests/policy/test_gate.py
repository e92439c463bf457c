"""The gate: one place, one Decision each time, the strongest rule wins, people and automation are treated as the policy says."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import Refusal
from apps.journal.results import Parked
from apps.policy import commands, queries
from apps.policy.domain.default import default_body
from apps.policy.models import Approval, Decision
from apps.policy.states import GatedTransition, Outcome
from tests.factories.accounts import shop
from tests.factories.context import make_context
from tests.policy.asking import ask
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)

GOOD: dict[str, Any] = {
    "hold.active": False,
    "plan.dispatch_blocked": False,
    "run.printer_state": "OK",
    "bed.clear": True,
    "hours.are_kept": False,
    "material.sufficient": True,
    "run.risk_level": "LOW",
    "automation.tripped": False,
}


@pytest.fixture
def _default_policy() -> None:
    commands.activate_policy(make_context(), site_id=shop().id, body=default_body())


def machine(**changes: Any) -> Context:
    return make_context(is_automatic=True, **changes)


def dispatch(ctx: Context, run: UUID, facts: dict[str, Any], **more: Any) -> Any:
    return ask(ctx, site_id=shop().id, transition=GatedTransition.RUN_DISPATCH, subject_id=run, facts=facts, **more)


@pytest.mark.usefixtures("_default_policy")
class TestTheDefaultPolicy:
    def test_lets_a_good_start_go_on_and_writes_why(self) -> None:
        run = uuid4()

        assert dispatch(machine(), run, GOOD) is True

        decision = Decision.objects.get(subject_id=run)
        assert (decision.outcome, decision.rule_ids, decision.is_automatic) == (Outcome.ALLOW, [], True)
        assert json.loads(decision.inputs)["facts"]["bed.clear"] is True
        assert Event.objects.filter(type="DecisionMade").count() == 1

    @pytest.mark.parametrize(
        ("fact", "value", "rule"),
        [
            ("bed.clear", False, "bed-is-clear"),
            ("bed.clear", None, "bed-is-clear"),
            ("run.printer_state", "DEGRADED", "printer-is-fit"),
            ("run.printer_state", None, "printer-is-fit"),
            ("hold.active", True, "nothing-on-hold-starts"),
            ("plan.dispatch_blocked", True, "locked-plans-stay"),
            ("material.sufficient", None, "material-is-there"),
            ("automation.tripped", True, "automation-is-in-bounds"),
        ],
    )
    def test_stops_automation_and_keeps_the_decision(self, fact: str, value: Any, rule: str) -> None:
        answer = dispatch(machine(), uuid4(), {**GOOD, fact: value})

        assert isinstance(answer, Refusal)
        assert answer.code == "policy-blocked"
        assert rule in answer.params["rules"]
        assert Decision.objects.get(pk=answer.params["decision"]).outcome == Outcome.BLOCK

    def test_takes_a_fact_that_was_not_gathered_as_not_known(self) -> None:
        answer = dispatch(machine(), uuid4(), {key: value for key, value in GOOD.items() if key != "bed.clear"})

        assert isinstance(answer, Refusal)
        assert "bed-is-clear" in answer.params["rules"]

    def test_binds_people_only_where_the_rule_says_so(self) -> None:
        assert dispatch(make_context(), uuid4(), {**GOOD, "plan.dispatch_blocked": True, "run.risk_level": "HIGH"}) is True

    def test_names_every_rule_that_fired_strongest_first(self) -> None:
        answer = dispatch(machine(), uuid4(), {**GOOD, "run.risk_level": "HIGH", "bed.clear": False})

        assert answer.params["rules"] == ["bed-is-clear", "risky-prints-are-looked-at"]


@pytest.mark.usefixtures("_default_policy")
class TestOverride:
    def test_passes_a_block_and_says_who_and_why(self) -> None:
        run = uuid4()

        assert dispatch(make_context(), run, {**GOOD, "run.printer_state": "DEGRADED"}, override="Tested by hand") is True

        decision = Decision.objects.get(subject_id=run)
        assert (decision.outcome, decision.rule_ids) == (Outcome.ALLOW, ["printer-is-fit"])
        assert decision.explanations[0] == {"code": "override", "reason": "Tested by hand"}
        assert Event.objects.filter(type="OverrideUsed").count() == 1

    @pytest.mark.parametrize(("fact", "value"), [("bed.clear", False), ("run.printer_state", "OFFLINE")])
    def test_is_impossible_where_nobody_may(self, fact: str, value: Any) -> None:
        answer = dispatch(make_context(), uuid4(), {**GOOD, fact: value}, override="I know better")

        assert isinstance(answer, Refusal)
        assert answer.params["can_be_overridden"] is False


@pytest.mark.usefixtures("_default_policy")
class TestAskingAPerson:
    risky = {**GOOD, "run.risk_level": "HIGH"}

    def test_parks_it_once_however_often_it_is_asked(self) -> None:
        run = uuid4()

        first, second = dispatch(machine(), run, self.risky), dispatch(machine(), run, self.risky)

        assert isinstance(first, Parked)
        assert first == second
        assert Decision.objects.filter(subject_id=run).count() == 2
        assert Event.objects.filter(type="ApprovalRequired").count() == 1

    def test_goes_on_after_a_grant_for_this_version_only(self) -> None:
        run = uuid4()
        parked = dispatch(machine(), run, self.risky, subject_version=1)
        commands.grant_approval(make_context(), approval_id=parked.approval_id, expected_version=1, reason="Looked at it")

        assert dispatch(machine(), run, self.risky, subject_version=1) is True
        assert isinstance(dispatch(machine(), run, self.risky, subject_version=2), Parked)

    def test_asks_again_when_another_rule_fires_than_the_one_that_was_granted(self) -> None:
        run = uuid4()
        parked = dispatch(machine(), run, self.risky)
        commands.grant_approval(make_context(), approval_id=parked.approval_id, expected_version=1, reason="Looked at it")

        answer = dispatch(machine(), run, {**self.risky, "bed.clear": False})

        assert isinstance(answer, Refusal)
        assert answer.params["rules"] == ["bed-is-clear"]

    def test_stays_refused_after_a_denial(self) -> None:
        run = uuid4()
        parked = dispatch(machine(), run, self.risky)
        commands.deny_approval(make_context(), approval_id=parked.approval_id, expected_version=1, reason="Too thin")

        answer = dispatch(machine(), run, self.risky)

        assert isinstance(answer, Refusal)
        assert answer.code == "approval-denied"

    def test_takes_back_the_question_about_an_earlier_version(self) -> None:
        run = uuid4()
        old = dispatch(machine(), run, self.risky, subject_version=1)

        new = dispatch(machine(), run, self.risky, subject_version=2)

        assert new != old
        assert Approval.objects.get(pk=old.approval_id).state == "revoked"


class TestWithoutAPolicy:
    def test_automation_is_stopped(self) -> None:
        answer = dispatch(machine(), uuid4(), GOOD)

        assert isinstance(answer, Refusal)
        assert answer.code == "policy-unavailable"

    def test_a_person_goes_on_and_the_decision_says_so(self) -> None:
        run = uuid4()

        assert dispatch(make_context(), run, {**GOOD, "bed.clear": False}) is True

        assert Decision.objects.get(subject_id=run).policy_unavailable

    def test_a_fact_of_another_kind_counts_as_no_policy(self) -> None:
        commands.activate_policy(make_context(), site_id=shop().id, body=default_body())

        answer = dispatch(machine(), uuid4(), {**GOOD, "bed.clear": "yes"})

        assert isinstance(answer, Refusal)
        assert answer.code == "policy-unavailable"


class TestAskingTheSameAgain:
    """What waits is asked about at every event that might let it go on."""

    def test_tells_automation_once_that_there_is_no_policy(self) -> None:
        run = uuid4()

        answers = [dispatch(machine(), run, {**GOOD, "run.sla_minutes_remaining": left}) for left in (300, 299)]

        (decision,) = Decision.objects.filter(subject_id=run)
        assert [answer.params["decision"] for answer in answers] == [str(decision.pk)] * 2
        assert Event.objects.filter(type="DecisionMade").count() == 1

    def test_tells_automation_once_what_blocks_it_until_something_else_is_so(self) -> None:
        commands.activate_policy(make_context(), site_id=shop().id, body=default_body())
        run, wet, held = uuid4(), {**GOOD, "bed.clear": False}, {**GOOD, "bed.clear": False, "hold.active": True}

        for facts in (wet, wet, held, held, wet):
            dispatch(machine(), run, facts)

        assert Decision.objects.filter(subject_id=run).count() == 3

    def test_writes_each_that_lets_something_go_on_and_each_try_of_a_person(self) -> None:
        run, other = uuid4(), uuid4()
        for _ in range(2):
            assert dispatch(make_context(), run, GOOD) is True
        commands.activate_policy(make_context(), site_id=shop().id, body=default_body())
        for _ in range(2):
            assert isinstance(dispatch(make_context(), other, {**GOOD, "bed.clear": False}), Refusal)
            assert dispatch(machine(), run, GOOD) is True

        assert (Decision.objects.filter(subject_id=run).count(), Decision.objects.filter(subject_id=other).count()) == (4, 2)

    def test_under_another_policy_is_told_anew(self) -> None:
        run = uuid4()
        dispatch(machine(), run, {**GOOD, "bed.clear": False})
        commands.activate_policy(make_context(), site_id=shop().id, body=default_body())

        dispatch(machine(), run, {**GOOD, "bed.clear": False})

        assert [one.policy_unavailable for one in Decision.objects.filter(subject_id=run).order_by("id")] == [True, False]


@pytest.mark.usefixtures("_default_policy")
class TestReplay:
    def test_gives_the_same_outcome_for_ever(self) -> None:
        for facts in (GOOD, {**GOOD, "bed.clear": None}, {**GOOD, "run.risk_level": "HIGH"}):
            dispatch(machine(), uuid4(), facts)
        commands.activate_policy(make_context(), site_id=shop().id, body={"rules": []})

        for decision in Decision.objects.select_related("policy"):
            again = queries.replay(decision)
            assert (again.outcome, list(again.rule_ids)) == (decision.outcome, decision.rule_ids)

    def test_says_what_another_policy_would_have_said(self) -> None:
        dispatch(machine(), uuid4(), {**GOOD, "bed.clear": False})

        assert queries.replay(Decision.objects.get(), body={"rules": []}).outcome == Outcome.ALLOW


@pytest.mark.both_engines
class TestSeveralAtOnce:
    def test_ask_one_question(self, writers: Writers) -> None:
        commands.activate_policy(make_context(), site_id=shop().id, body=default_body())
        run, site = uuid4(), shop().id

        outcomes = writers.in_threads(
            lambda number: ask(
                make_context(is_automatic=True, key=f"race-{number}"),
                site_id=site,
                transition=GatedTransition.RUN_DISPATCH,
                subject_id=run,
                facts={**GOOD, "run.risk_level": "HIGH"},
            ),
            4,
        )

        assert Approval.objects.filter(subject_id=run).count() == 1
        assert any(isinstance(outcome.value, Parked) for outcome in outcomes)
