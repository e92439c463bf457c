"""``runs.raise_anomaly``: told once, with its evidence, while the attempt goes on."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from apps.journal.models import Event, EventSubject
from apps.journal.refusals import IllegalTransition, Invalid, NotFound
from apps.runs import commands
from apps.runs.models import Anomaly, Run
from apps.runs.states import AnomalyKind, AnomalyResolution, AnomalySeverity, AnomalyState, Ruling
from tests.factories.context import NOW, make_context
from tests.factories.floor import make_floor
from tests.factories.runs import make_printing_run
from tests.runs.driving import completed, fresh, machine, person, printing, ruled
from tests.writers import Writers

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> Run:
    floor = make_floor()
    return printing(floor.plate(), floor.printer())


class TestRaising:
    def test_keeps_what_was_seen_and_says_so(self, run: Run) -> None:
        seen = {"heater": "nozzle", "measured": 180.0, "target": 215.0}
        commands.raise_anomaly(machine(), run_id=run.pk, kind=AnomalyKind.TEMP_DRIFT, evidence=seen, since=NOW - timedelta(seconds=60))

        anomaly = Anomaly.objects.get(run=run)
        assert (anomaly.run_id, anomaly.printer_id, anomaly.state) == (run.pk, run.printer_id, AnomalyState.OPEN)
        assert (anomaly.severity, anomaly.reason, anomaly.evidence) == (AnomalySeverity.URGENT, "THERMAL", seen)
        assert (anomaly.since, anomaly.raised_by) == (NOW - timedelta(seconds=60), "service:runs.machines")
        event = Event.objects.get(type="AnomalyDetected")
        assert {"anomaly", "run", "plate", "printer", "intent"} <= set(
            EventSubject.objects.filter(event=event).values_list("kind", flat=True)
        )

    def test_the_same_again_returns_the_open_one(self, run: Run) -> None:
        first = commands.raise_anomaly(machine(), run_id=run.pk, kind=AnomalyKind.NO_EXTRUSION)

        assert commands.raise_anomaly(machine(), run_id=run.pk, kind=AnomalyKind.NO_EXTRUSION) == first
        assert Event.objects.filter(type="AnomalyDetected").count() == 1

    def test_another_kind_is_another(self, run: Run) -> None:
        for kind in (AnomalyKind.NO_EXTRUSION, AnomalyKind.TEMP_DRIFT):
            commands.raise_anomaly(machine(), run_id=run.pk, kind=kind)

        assert Anomaly.objects.filter(run=run).count() == 2

    def test_by_a_detector_right_after_somebody_saw_to_it_is_not_heard(self, run: Run) -> None:
        first = commands.raise_anomaly(machine(), run_id=run.pk, kind=AnomalyKind.NO_EXTRUSION)
        assert isinstance(first, UUID)
        commands.complete_playbook(person(), anomaly_id=first, expected_version=1, answers=("CLEARED_CLOG",))

        assert commands.raise_anomaly(machine(now=NOW + timedelta(minutes=5)), run_id=run.pk, kind=AnomalyKind.NO_EXTRUSION) is None
        assert commands.raise_anomaly(machine(now=NOW + timedelta(minutes=20)), run_id=run.pk, kind=AnomalyKind.NO_EXTRUSION) is not None

    def test_a_moment_in_the_future_is_now(self, run: Run) -> None:
        """Clocks of machines and servers differ."""
        commands.raise_anomaly(machine(), run_id=run.pk, kind=AnomalyKind.NO_EXTRUSION, since=NOW + timedelta(hours=1))

        assert Anomaly.objects.get(run=run).since == NOW


class TestTheEndOfTheAttempt:
    @pytest.mark.parametrize("ruling", [Ruling.COMPLETE, Ruling.FAIL, Ruling.ABORT])
    def test_closes_what_is_open_and_keeps_it(self, run: Run, ruling: Ruling) -> None:
        commands.raise_anomaly(machine(), run_id=run.pk, kind=AnomalyKind.NO_EXTRUSION, evidence={"for_s": 200})

        assert ruled(run, ruling)

        anomaly = Anomaly.objects.get(run=run)
        assert (anomaly.state, anomaly.resolution, anomaly.evidence) == (AnomalyState.RESOLVED, AnomalyResolution.RUN_ENDED, {"for_s": 200})
        assert Event.objects.filter(type="AnomalyClosed").count() == 1

    def test_is_the_end_of_raising(self) -> None:
        floor = make_floor()
        run = completed(floor.plate(), floor.printer())

        assert commands.raise_anomaly(machine(), run_id=run.pk, kind=AnomalyKind.NO_EXTRUSION) is None
        with pytest.raises(IllegalTransition):
            commands.raise_anomaly(person(), run_id=run.pk, kind=AnomalyKind.NO_EXTRUSION)
        assert fresh(run).anomalies.count() == 0


class TestARefusal:
    def test_of_an_attempt_nobody_knows(self) -> None:
        with pytest.raises(NotFound):
            commands.raise_anomaly(machine(), run_id=uuid4(), kind=AnomalyKind.NO_EXTRUSION)

    def test_of_evidence_without_end(self, run: Run) -> None:
        with pytest.raises(Invalid):
            commands.raise_anomaly(machine(), run_id=run.pk, kind=AnomalyKind.NO_EXTRUSION, evidence={"frame": "x" * 5_000})


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_ten_that_see_the_same_at_once_tell_it_once(writers: Writers) -> None:
    run = make_printing_run()

    def tell(number: int) -> UUID | None:
        return commands.raise_anomaly(make_context(key=f"tell-{number}", is_automatic=True), run_id=run.pk, kind=AnomalyKind.NO_EXTRUSION)

    answers = [outcome.value for outcome in writers.in_threads(tell, 10)]

    assert len(set(answers)) == 1
    assert Anomaly.objects.count() == 1
    assert Event.objects.filter(type="AnomalyDetected").count() == 1
