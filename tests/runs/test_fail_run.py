"""``runs.fail_run``: an attempt that cannot go on ends, and counts once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from apps.catalog.states import Reason
from apps.fleet.states import Bed, Health
from apps.journal.models import Event
from apps.policy.models import Breaker, BreakerCount
from apps.policy.states import BreakerKind
from apps.runs import commands
from apps.runs.models import Run
from apps.runs.states import RunState
from tests.factories.floor import make_floor
from tests.runs.driving import dispatched, fresh, machine, printing, sent

pytestmark = pytest.mark.django_db


def fail(run: Run, **values: Any) -> bool:
    given = {"printer_id": run.printer_id, "reason": Reason.MACHINE_FAULT, "evidence": {}, **values}
    return commands.fail_run(machine(), run_id=run.pk, **given)


class TestFailing:
    def test_says_why_and_what_caused_it(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        assert fail(run, reason=Reason.UNKNOWN, note="smoke", evidence={"message": "?"})

        run = fresh(run)
        assert (run.state, run.reason, run.reason_note, run.evidence) == (RunState.FAILED, "UNKNOWN", "smoke", {"message": "?"})
        assert run.caused_by == f"device:{run.printer_id}"

    def test_again_changes_nothing(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())
        fail(run)

        assert fail(run)

        assert Event.objects.filter(type="RunFailed").count() == 1
        assert BreakerCount.objects.filter(breaker=BreakerKind.PRINTER).count() == 1

    def test_on_another_printer_is_none_of_its_business(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        assert not fail(run, printer_id=uuid4())

        assert fresh(run).state == RunState.PRINTING

    def test_after_the_start_was_sent_leaves_the_bed_in_doubt_of_nobody(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = sent(floor.plate(), printer)

        fail(run)

        assert fresh(printer).bed == Bed.NOT_CLEAR
        assert fresh(run).judged_at is None

    def test_before_it_skips_its_parts(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = dispatched(floor.plate(pieces=2), printer)

        fail(run)

        assert fresh(printer).bed == Bed.CLEAR
        assert set(run.outcomes.values_list("outcome", flat=True)) == {"SKIPPED"}

    def test_three_times_on_one_printer_degrades_it(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        for _ in range(3):
            run = printing(floor.plate(), fresh(printer))
            fail(run)
            commands.clear_bed(machine(), printer_id=printer.pk)

        assert fresh(printer).health == Health.DEGRADED
        assert Breaker.objects.get().kind == BreakerKind.PRINTER
