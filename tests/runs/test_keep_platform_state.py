"""``runs.keep_platform_state``: a person keeps what we thought; the next look may raise the doubt again."""

from __future__ import annotations

import pytest

from apps.journal.refusals import Refusal
from apps.runs import commands
from apps.runs.states import Ruling, RunState
from tests.factories.floor import make_floor
from tests.runs.driving import fresh, person, printing, ruled

pytestmark = pytest.mark.django_db


class TestKeeping:
    def test_ends_the_doubt_and_nothing_else(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())
        ruled(run, Ruling.DESYNC)
        run = fresh(run)

        commands.keep_platform_state(person(), run_id=run.pk, expected_version=run.version)

        run = fresh(run)
        assert (run.state, run.desynced, run.needs_attention) == (RunState.PRINTING, False, False)
        assert ruled(run, Ruling.DESYNC)

    def test_without_a_doubt_is_refused(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        with pytest.raises(Refusal) as refused:
            commands.keep_platform_state(person(), run_id=run.pk, expected_version=run.version)

        assert refused.value.code == "run-not-doubtful"
