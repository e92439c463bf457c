"""``runs.pause_run``: telling the machine is owed; it is paused when it was seen to stand still."""

from __future__ import annotations

import pytest

from apps.catalog.states import Reason
from apps.journal.models import Delivery, Event
from apps.journal.refusals import IllegalTransition, Invalid
from apps.journal.results import Parked
from apps.policy.models import Decision
from apps.runs import commands
from apps.runs.states import RunState
from tests.factories.floor import make_floor
from tests.runs.driving import fresh, machine, person, printing, sent

pytestmark = pytest.mark.django_db


class TestAskingForAPause:
    def test_is_kept_and_owed(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        commands.pause_run(person(), run_id=run.pk, expected_version=run.version, reason=Reason.ADHESION, note="corner up")

        after = fresh(run)
        assert (after.state, after.wish, after.wish_reason, after.wish_note) == (RunState.PRINTING, "pause", "ADHESION", "corner up")
        assert Delivery.objects.filter(event=Event.objects.get(type="RunPauseRequested"), lane="dispatch").exists()

    def test_is_no_question_to_the_policy_when_a_person_asks(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        commands.pause_run(person(), run_id=run.pk, expected_version=run.version)

        assert not Decision.objects.filter(transition="run.pause").exists()

    def test_by_automation_is_asked_first_where_the_policy_says_so(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        answer = commands.pause_run(machine(), run_id=run.pk, expected_version=run.version, reason=Reason.SPAGHETTI)

        assert isinstance(answer, Parked)
        assert fresh(run).wish == ""

    def test_is_refused_for_what_does_not_print(self) -> None:
        floor = make_floor()
        run = sent(floor.plate(), floor.printer())

        with pytest.raises(IllegalTransition):
            commands.pause_run(person(), run_id=run.pk, expected_version=run.version)

    def test_for_a_reason_nobody_knows_needs_a_note(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        with pytest.raises(Invalid):
            commands.pause_run(person(), run_id=run.pk, expected_version=run.version, reason=Reason.UNKNOWN, note="  ")
