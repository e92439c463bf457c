"""``runs.emergency_stop``: never refused for what farmos believes; telling the machine is owed at once, and not any more after a minute."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from apps.fleet.states import Connection, Health
from apps.journal import clock
from apps.journal.models import Delivery, Event, EventSubject
from apps.journal.refusals import NotFound, Refusal
from apps.runs import commands
from apps.runs.connector import acting
from tests.factories.fleet import make_printer
from tests.factories.floor import make_floor
from tests.runs.driving import person, printing

pytestmark = pytest.mark.django_db

HERE = "http://127.0.0.1:7125"


class TestAnEmergencyStop:
    def test_is_owed_to_the_machine_and_told_of_its_attempt(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer(address=HERE))
        assert run.printer_id is not None

        commands.emergency_stop(person(), printer_id=run.printer_id)

        event = Event.objects.get(type="EmergencyStopRequested")
        assert Delivery.objects.get(event=event).lane == "reconcile"
        subjects = EventSubject.objects.filter(event=event).values_list("kind", "subject_id")
        assert {("printer", run.printer_id), ("run", run.pk)} <= set(subjects)

    @pytest.mark.parametrize(
        "state",
        [{"connection": Connection.OFFLINE}, {"health": Health.DEGRADED, "health_reason": "THERMAL"}, {"connection": Connection.UNKNOWN}],
    )
    def test_is_taken_whatever_farmos_believes(self, state: dict[str, str]) -> None:
        printer = make_printer(address=HERE, **state)

        commands.emergency_stop(person(), printer_id=printer.pk)

        assert Event.objects.filter(type="EmergencyStopRequested").count() == 1

    def test_changes_nothing_that_is_known(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer(address=HERE))
        assert run.printer_id is not None

        commands.emergency_stop(person(), printer_id=run.printer_id)

        again = type(run).objects.get(pk=run.pk)
        assert (again.state, again.version) == (run.state, run.version), "what became of it is judged by what the machine says then"

    @pytest.mark.parametrize("gone", [{"address": ""}, {"retired_at": clock.now()}])
    def test_of_a_machine_nobody_can_reach_says_so(self, gone: dict[str, object]) -> None:
        printer = make_printer(**{"address": HERE, **gone})

        with pytest.raises(Refusal) as refused:
            commands.emergency_stop(person(), printer_id=printer.pk)

        assert refused.value.code == "printer-has-no-address"
        assert not Event.objects.filter(type="EmergencyStopRequested").exists()

    def test_of_no_printer(self) -> None:
        with pytest.raises(NotFound):
            commands.emergency_stop(person(), printer_id=uuid4())


class TestTellingTheMachine:
    def test_is_not_done_any_more_when_nobody_got_around_to_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        printer = make_printer(address=HERE)
        commands.emergency_stop(person(), printer_id=printer.pk)

        class Late:
            event = type("Asked", (), {"printer_id": printer.pk, "asked_at": clock.now() - timedelta(seconds=61)})

        monkeypatch.setattr(acting, "Hand", None)  # it would be a mistake to reach for the machine
        with pytest.raises(acting.TooLate):
            acting.emergency_stop(Late())  # type: ignore[arg-type]
