"""``runs.unpark_run``: the question was answered, so it waits for a printer again and is gated again."""

from __future__ import annotations

from uuid import UUID

import pytest

from apps.journal.models import Delivery, Event
from apps.journal.results import Parked
from apps.policy import commands as policy
from apps.policy.models import Approval
from apps.runs import commands
from apps.runs.models import Run
from apps.runs.states import RunState
from tests.factories.floor import make_floor
from tests.runs.driving import fresh, machine, person, queued

pytestmark = pytest.mark.django_db

ASK = {"id": "ask", "transitions": ["run.dispatch"], "predicate": "never", "otherwise": "REQUIRE_APPROVAL", "only_automatic": True}


class TestAnAnsweredQuestion:
    def test_lets_the_attempt_go_on_and_the_gate_finds_the_answer(self) -> None:
        floor = make_floor(policy={"auto": {}, "rules": [ASK]})
        run, printer = queued(floor.plate()), floor.printer()
        parked = commands.dispatch_run(machine(), run_id=run.pk, printer_id=printer.pk, expected_version=run.version)
        assert isinstance(parked, Parked)
        policy.grant_approval(person(), approval_id=parked.approval_id, expected_version=1, reason="looks fine")

        assert commands.unpark_run(machine(), run_id=run.pk)
        run = fresh(run)
        started = commands.dispatch_run(machine(), run_id=run.pk, printer_id=printer.pk, expected_version=run.version)

        assert started == run.pk
        assert Approval.objects.count() == 1

    def test_owes_a_search_for_a_printer(self) -> None:
        floor = make_floor(policy={"auto": {}, "rules": [{**ASK, "transitions": ["run.queue"]}]})
        parked = commands.queue_run(machine(), plate_id=floor.plate().pk)
        assert isinstance(parked, Parked)
        run = Run.objects.get()
        before = Delivery.objects.filter(subscriber__endswith="assign").count()

        commands.unpark_run(machine(), run_id=run.pk)

        assert fresh(run).state == RunState.QUEUED
        assert Delivery.objects.filter(subscriber__endswith="assign").count() == before + 1


class TestAnAttemptThatDoesNotWaitForAnybody:
    def test_is_left_alone(self) -> None:
        run = queued(make_floor().plate())
        events = Event.objects.count()

        assert not commands.unpark_run(machine(), run_id=run.pk)

        assert isinstance(run.pk, UUID)
        assert Event.objects.count() == events
