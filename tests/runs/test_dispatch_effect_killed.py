"""The worker that dispatches is killed at every step: whoever takes over starts it exactly once, judged by what physically happened."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from apps.runs.states import DispatchStep, RunState
from tests.runs.floor import Floor, forget_leases, fresh, gcode, give, hand_out_all, make_work, simulated, worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

STEPS = {
    "dispatch.before_upload": DispatchStep.UPLOADING,
    "dispatch.after_upload": DispatchStep.UPLOADING,
    "dispatch.after_record_upload": DispatchStep.UPLOADED,
    "dispatch.after_start_sent": DispatchStep.START_SENT,
    "dispatch.after_start": DispatchStep.START_SENT,
    "dispatch.before_confirm": DispatchStep.START_SENT,
}
"""Where the power fails → what is on record then."""


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with simulated(tmp_path_factory.mktemp("floor"), len(STEPS), speed=60.0) as running:
        yield running


class TestAKilledWorker:
    @pytest.mark.parametrize(("number", "place"), list(enumerate(STEPS)), ids=list(STEPS))
    def test_is_replaced_and_the_print_starts_once(
        self, floor: Floor, number: int, place: str, tmp_path: Path, test_database: dict[str, str]
    ) -> None:
        content = gcode(1200, mark=place)
        printer = floor.printer(number)
        run = make_work(printer, content, seconds=1200)
        give(run, printer)

        assert worker("dispatch", kill_at=place, marks=tmp_path, database=test_database) == -9
        assert (tmp_path / place).exists()
        assert fresh(run).dispatch_step == STEPS[place]
        forget_leases()
        assert worker("dispatch", kill_at=place, marks=tmp_path, database=test_database) == 0
        hand_out_all()

        now = fresh(run)
        assert [one.sha256 for one in floor.prints(number)] == [hashlib.sha256(content).hexdigest()]
        assert now.state == RunState.PRINTING
        assert now.dispatch_step == ""
        assert not now.desynced
