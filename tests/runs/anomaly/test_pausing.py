"""At two in the morning: automation pauses where the policy says so, says why, and after the hold time stops what nobody saw to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.catalog.states import Reason
from apps.fleet.models import Printer
from apps.fleet.states import Bed
from apps.journal import clock
from apps.journal.context import Actor
from apps.journal.models import Delivery
from apps.journal.owed import Later
from apps.policy import commands as asked
from apps.policy.domain.default import default_body
from apps.policy.events import ApprovalGranted
from apps.policy.models import Approval, Decision
from apps.runs import commands, events
from apps.runs.models import Anomaly, Run
from apps.runs.states import AnomalyKind, Ruling, RunState, Wish
from apps.runs.subscribers.anomalies import pause_by_policy, stop_after_the_hold
from tests.factories.context import NOW, make_context
from tests.factories.floor import make_floor
from tests.notify.telling import happened
from tests.recorded import event_types
from tests.runs.driving import PERSON, fresh, machine, person, printing, ruled

pytestmark = pytest.mark.django_db


def policy(*, rules: tuple[Any, ...] = (), **limits: int) -> dict[str, Any]:
    """Return the default policy with automatic pauses."""
    body = default_body()
    body["auto"]["auto_pause"] = True
    body["rules"] += list(rules)
    body["limits"] |= limits
    return body


def found(body: dict[str, Any] | None, kind: AnomalyKind = AnomalyKind.SPAGHETTI_SUSPECTED) -> Anomaly:
    """Return an anomaly of an attempt that prints under a policy."""
    floor = make_floor(policy=body)
    run = printing(floor.plate(), floor.printer())
    raised = commands.raise_anomaly(machine(), run_id=run.pk, kind=kind)
    assert raised is not None
    return Anomaly.objects.get(pk=raised)


def detected(anomaly: Anomaly) -> Any:
    about = {"run_id": anomaly.run_id, "anomaly_id": anomaly.pk, "printer_id": anomaly.printer_id}
    return happened(events.AnomalyDetected(**about, kind=anomaly.kind, severity=anomaly.severity, reason=anomaly.reason))


PAUSER = Actor.service("runs.pause_by_policy")
ONLY_HEAT = {
    "id": "pauses-for-heat-only",
    "transitions": ["run.pause"],
    "predicate": "anomaly_is_one_of",
    "params": {"kinds": ["TEMP_DRIFT", "THERMAL_RUNAWAY"]},
    "otherwise": "BLOCK",
    "only_automatic": True,
}


ASKS = {"id": "asks-first", "transitions": ["run.pause"], "predicate": "never", "otherwise": "REQUIRE_APPROVAL", "only_automatic": True}


class TestAPause:
    def test_is_asked_of_the_machine_where_the_policy_says_so(self) -> None:
        anomaly = found(policy())

        pause_by_policy(detected(anomaly))

        run = fresh(anomaly.run)
        assert (run.wish, run.wish_reason) == (Wish.PAUSE, "SPAGHETTI")
        decision = Decision.objects.get(transition="run.pause")
        assert (decision.outcome, decision.is_automatic) == ("ALLOW", True)
        assert "SPAGHETTI_SUSPECTED" in decision.inputs

    def test_is_not_even_asked_about_where_it_does_not(self) -> None:
        anomaly = found(None)

        pause_by_policy(detected(anomaly))

        assert fresh(anomaly.run).wish == ""
        assert not Approval.objects.exists()
        assert not Decision.objects.filter(transition="run.pause").exists()

    def test_may_be_for_some_kinds_only_and_says_why_not(self) -> None:
        anomaly = found(policy(rules=(ONLY_HEAT,)))

        pause_by_policy(detected(anomaly))

        assert fresh(anomaly.run).wish == ""
        decision = Decision.objects.get(transition="run.pause")
        assert (decision.outcome, decision.rule_ids) == ("BLOCK", ["pauses-for-heat-only"])

    def test_is_no_help_for_what_stands_still_anyway(self) -> None:
        anomaly = found(policy(), AnomalyKind.PROGRESS_STUCK)

        pause_by_policy(detected(anomaly))

        assert fresh(anomaly.run).wish == ""

    def test_twice_asks_once(self) -> None:
        anomaly = found(policy())

        for _ in range(2):
            pause_by_policy(detected(anomaly))

        assert Decision.objects.filter(transition="run.pause").count() == 1


class TestAPauseThatIsAskedAboutFirst:
    @staticmethod
    def question() -> tuple[Anomaly, Approval]:
        """Return what looks wrong, and the question that the policy put to a person about it."""
        anomaly = found(policy(rules=(ASKS,)))
        pause_by_policy(detected(anomaly))
        assert fresh(anomaly.run).wish == ""
        return anomaly, Approval.objects.get()

    @staticmethod
    def granted(approval: Approval) -> Any:
        """Say yes, and return what is owed then."""
        asked.grant_approval(person(), approval_id=approval.pk, expected_version=approval.version, reason="stop it")
        about: dict[str, Any] = {
            "transition": approval.transition,
            "subject_kind": approval.subject_kind,
            "subject_id": approval.subject_id,
        }
        return happened(ApprovalGranted(approval_id=approval.pk, **about))

    def test_follows_the_yes_although_the_print_went_on_meanwhile(self) -> None:
        anomaly, approval = self.question()
        assert commands.note_progress(machine(), run_id=anomaly.run_id, printer_id=anomaly.printer_id, percent=51.0)

        pause_by_policy(self.granted(approval))

        assert (fresh(anomaly.run).wish, fresh(anomaly.run).wish_reason) == (Wish.PAUSE, "SPAGHETTI")
        assert Approval.objects.count() == 1

    def test_is_delivered_by_the_lane(self) -> None:
        _anomaly, approval = self.question()
        self.granted(approval)

        assert Delivery.objects.filter(subscriber="runs.pause_by_policy", event__type="ApprovalGranted").exists()

    def test_twice_asks_the_machine_once(self) -> None:
        anomaly, approval = self.question()
        yes = self.granted(approval)
        pause_by_policy(yes)
        version = fresh(anomaly.run).version

        pause_by_policy(yes)

        assert fresh(anomaly.run).version == version

    def test_is_none_when_nothing_is_wrong_any_more(self) -> None:
        anomaly, approval = self.question()
        yes = self.granted(approval)
        commands.complete_playbook(person(), anomaly_id=anomaly.pk, expected_version=1, answers=("NOTHING_WRONG",))

        pause_by_policy(yes)

        assert fresh(anomaly.run).wish == ""

    def test_is_asked_no_more_when_somebody_saw_to_it(self) -> None:
        anomaly, _approval = self.question()

        commands.complete_playbook(person(), anomaly_id=anomaly.pk, expected_version=1, answers=("NOTHING_WRONG",))

        approval = Approval.objects.get()
        assert (approval.state, approval.revoked_by) == ("revoked", PERSON.who)
        assert approval.revoke_reason == "What looked wrong was seen to."
        assert event_types().count("ApprovalRevoked") == 1

    def test_is_asked_on_while_something_else_looks_wrong(self) -> None:
        anomaly, _approval = self.question()
        commands.raise_anomaly(machine(), run_id=anomaly.run_id, kind=AnomalyKind.LAYER_SHIFT_SUSPECTED)

        commands.complete_playbook(person(), anomaly_id=anomaly.pk, expected_version=1, answers=("NOTHING_WRONG",))

        assert Approval.objects.get(state="pending").subject_id == anomaly.run_id

    def test_is_asked_no_more_of_a_print_that_is_over(self) -> None:
        anomaly, _approval = self.question()

        assert ruled(anomaly.run, Ruling.COMPLETE)

        approval = Approval.objects.get()
        assert (approval.state, approval.revoke_reason) == ("revoked", "The print is over.")

    def test_is_none_when_it_does_not_print_any_more(self) -> None:
        anomaly, approval = self.question()
        assert ruled(anomaly.run, Ruling.PAUSE)

        pause_by_policy(self.granted(approval))

        assert fresh(anomaly.run).wish == ""

    def test_is_no_answer_to_another_question(self) -> None:
        anomaly = found(policy())
        about: dict[str, Any] = {"transition": "run.resume", "subject_kind": "run", "subject_id": anomaly.run_id}

        pause_by_policy(happened(ApprovalGranted(approval_id=anomaly.pk, **about)))

        assert fresh(anomaly.run).wish == ""

    def test_is_asked_about_anew_for_what_else_looks_wrong(self) -> None:
        anomaly, _approval = self.question()
        other = commands.raise_anomaly(machine(), run_id=anomaly.run_id, kind=AnomalyKind.LAYER_SHIFT_SUSPECTED)
        assert other is not None

        pause_by_policy(detected(Anomaly.objects.get(pk=other)))

        assert sorted(Approval.objects.values_list("state", flat=True)) == ["pending", "revoked"]

    def test_is_for_the_most_urgent_of_what_looks_wrong(self) -> None:
        anomaly = found(policy(rules=(ASKS,)), AnomalyKind.LAYER_SHIFT_SUSPECTED)
        other = commands.raise_anomaly(machine(), run_id=anomaly.run_id, kind=AnomalyKind.SPAGHETTI_SUSPECTED)
        assert other is not None
        pause_by_policy(detected(Anomaly.objects.get(pk=other)))

        pause_by_policy(self.granted(Approval.objects.get()))

        assert fresh(anomaly.run).wish_reason == "SPAGHETTI"


class TestTheHoldTime:
    @staticmethod
    def paused(anomaly: Anomaly) -> Run:
        """Let automation pause it, and the machine be seen to."""
        commands.pause_run(
            make_context(actor=PAUSER, is_automatic=True),
            run_id=anomaly.run_id,
            expected_version=fresh(anomaly.run).version,
            reason=Reason.SPAGHETTI,
        )
        assert ruled(anomaly.run, Ruling.PAUSE)
        return fresh(anomaly.run)

    def test_ends_with_a_stop_that_leaves_the_bed_not_clear(self, monkeypatch: pytest.MonkeyPatch) -> None:
        anomaly = found(policy(pause_hold_minutes=60))
        run = self.paused(anomaly)
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=30))
        with pytest.raises(Later):
            stop_after_the_hold(detected(anomaly))

        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=61))
        stop_after_the_hold(detected(anomaly))
        assert (fresh(run).wish, fresh(run).wish_reason) == (Wish.ABORT, "SPAGHETTI")

        assert ruled(run, Ruling.ABORT)
        assert fresh(run).state == RunState.ABORTED
        assert Printer.objects.get().bed == Bed.NOT_CLEAR

    def test_ends_nothing_that_somebody_sees_to(self, monkeypatch: pytest.MonkeyPatch) -> None:
        anomaly = found(policy(pause_hold_minutes=60))
        run = self.paused(anomaly)
        commands.acknowledge_anomaly(person(), anomaly_id=anomaly.pk, expected_version=1)
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=90))

        stop_after_the_hold(detected(anomaly))

        assert fresh(run).wish == ""

    def test_begins_anew_with_each_pause(self, monkeypatch: pytest.MonkeyPatch) -> None:
        anomaly = found(policy(pause_hold_minutes=60))
        run = self.paused(anomaly)
        assert ruled(run, Ruling.RESUME)
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=90))
        pauser = make_context(actor=PAUSER, is_automatic=True, now=clock.now())
        commands.pause_run(pauser, run_id=run.pk, expected_version=fresh(run).version, reason=Reason.SPAGHETTI)
        assert ruled(run, Ruling.PAUSE, ctx=machine(now=clock.now()))

        with pytest.raises(Later):
            stop_after_the_hold(detected(anomaly))

        assert fresh(run).wish == ""
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=151))
        stop_after_the_hold(detected(anomaly))
        assert fresh(run).wish == Wish.ABORT

    def test_stops_nothing_that_somebody_just_let_go_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        anomaly = found(policy(pause_hold_minutes=60))
        run = self.paused(anomaly)
        commands.resume_run(person(), run_id=run.pk, expected_version=run.version)
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=61))

        with pytest.raises(Later):
            stop_after_the_hold(detected(anomaly))

        assert fresh(run).wish == Wish.RESUME

    def test_is_endless_where_the_policy_names_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        anomaly = found(policy())
        run = self.paused(anomaly)
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=2))

        stop_after_the_hold(detected(anomaly))

        assert fresh(run).wish == ""
