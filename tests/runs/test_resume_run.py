"""``runs.resume_run``: a paused print is asked to go on."""

from __future__ import annotations

import pytest

from apps.journal.models import Delivery, Event
from apps.journal.refusals import IllegalTransition, Refusal
from apps.policy.states import HoldScope
from apps.runs import commands
from apps.runs.models import Run
from apps.runs.states import Ruling, RunState
from tests.factories.floor import Floor, make_floor
from tests.factories.policy import make_hold
from tests.runs.driving import fresh, person, printing, ruled

pytestmark = pytest.mark.django_db


def paused(floor: Floor) -> Run:
    run = printing(floor.plate(), floor.printer())
    ruled(run, Ruling.PAUSE, reason="FILAMENT_RUNOUT")
    return fresh(run)


class TestAskingToGoOn:
    def test_is_kept_and_owed(self) -> None:
        run = paused(make_floor())

        commands.resume_run(person(), run_id=run.pk, expected_version=run.version)

        after = fresh(run)
        assert (after.state, after.wish) == (RunState.PAUSED, "resume")
        assert Delivery.objects.filter(event=Event.objects.get(type="RunResumeRequested"), lane="dispatch").exists()

    def test_is_kept_from_happening_by_a_hold(self) -> None:
        run = paused(make_floor())
        make_hold(scope=HoldScope.PRINTER, scope_id=run.printer_id)

        answer = commands.resume_run(person(), run_id=run.pk, expected_version=run.version)

        assert isinstance(answer, Refusal)
        assert fresh(run).wish == ""

    def test_is_refused_for_what_is_not_paused(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        with pytest.raises(IllegalTransition):
            commands.resume_run(person(), run_id=run.pk, expected_version=run.version)
