"""``runs.adopt_machine_state``: a person takes the machine's word for a doubtful attempt."""

from __future__ import annotations

import pytest

from apps.catalog.states import Reason
from apps.fleet.states import Bed, Occupancy
from apps.journal.models import Event
from apps.journal.refusals import Refusal, StaleVersion
from apps.orders.models import Piece
from apps.runs import commands
from apps.runs.models import Run
from apps.runs.states import Ruling, RunState
from tests.factories.floor import make_floor
from tests.runs.driving import completed, fresh, person, printing, ruled

pytestmark = pytest.mark.django_db


def doubtful() -> Run:
    floor = make_floor()
    run = printing(floor.plate(), floor.printer())
    ruled(run, Ruling.DESYNC, code="idle_without_proof")
    return fresh(run)


class TestAdopting:
    def test_ends_the_attempt_as_not_known_with_a_bed_that_is_not_clear(self) -> None:
        run = doubtful()

        commands.adopt_machine_state(person(), run_id=run.pk, expected_version=run.version)

        run = fresh(run)
        assert run.printer is not None
        assert (run.state, run.reason, run.desynced) == (RunState.FAILED, "DESYNC", False)
        assert run.evidence["code"] == "idle_without_proof"
        assert (run.printer.bed, run.printer.occupancy) == (Bed.NOT_CLEAR, Occupancy.FREE)
        assert Piece.objects.get().state == "printing"
        assert Event.objects.filter(type="RunSettled").count() == 1

    def test_names_the_cause_where_the_evidence_does(self) -> None:
        run = doubtful()

        commands.adopt_machine_state(person(), run_id=run.pk, expected_version=run.version, reason=Reason.POWER_LOSS)

        assert fresh(run).reason == "POWER_LOSS"

    def test_of_an_attempt_that_was_over_only_ends_the_doubt(self) -> None:
        floor = make_floor()
        run = completed(floor.plate(), floor.printer())
        ruled(run, Ruling.DESYNC, code="late_start")
        run = fresh(run)

        commands.adopt_machine_state(person(), run_id=run.pk, expected_version=run.version)

        run = fresh(run)
        assert (run.state, run.desynced) == (RunState.COMPLETED, False)


class TestBadInput:
    def test_is_refused(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        with pytest.raises(Refusal) as refused:
            commands.adopt_machine_state(person(), run_id=run.pk, expected_version=run.version)
        assert refused.value.code == "run-not-doubtful"
        with pytest.raises(StaleVersion):
            commands.adopt_machine_state(person(), run_id=run.pk, expected_version=1)
