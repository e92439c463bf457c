"""``runs.record_start_sent``: written before the start is sent; from then on only evidence counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.journal.models import Event
from apps.runs import commands
from tests.factories.context import NOW
from tests.factories.floor import make_floor
from tests.runs.driving import dispatched, fresh, machine, person, printing, sent

pytestmark = pytest.mark.django_db


class TestSendingTheStart:
    def test_is_kept_with_what_the_machine_was_like(self) -> None:
        floor = make_floor()

        run = sent(floor.plate(), floor.printer())

        assert (run.dispatch_step, run.start_sent_at, run.machine_evidence["klippy_pid"]) == ("start_sent", NOW, 17)

    def test_again_after_proof_is_a_further_start(self) -> None:
        floor = make_floor()
        run = sent(floor.plate(), floor.printer())
        assert run.printer_id is not None
        later = machine(now=NOW + timedelta(minutes=1))

        assert commands.record_start_sent(later, run_id=run.pk, printer_id=run.printer_id, evidence={"klippy_pid": 18})

        run = fresh(run)
        assert (run.start_sent_at, run.machine_evidence["klippy_pid"]) == (NOW + timedelta(minutes=1), 18)
        assert Event.objects.filter(type="RunStartSent").count() == 2

    def test_is_not_allowed_before_the_file_was_read_back(self) -> None:
        floor = make_floor()
        run = dispatched(floor.plate(), floor.printer())
        assert run.printer_id is not None

        assert not commands.record_start_sent(machine(), run_id=run.pk, printer_id=run.printer_id, evidence={})

    def test_is_not_allowed_when_somebody_wants_it_stopped(self) -> None:
        floor = make_floor()
        run = sent(floor.plate(), floor.printer())
        assert run.printer_id is not None
        assert not commands.abort_run(person(), run_id=run.pk, expected_version=run.version)

        assert not commands.record_start_sent(machine(), run_id=run.pk, printer_id=run.printer_id, evidence={})

    def test_is_not_allowed_while_it_prints(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())
        assert run.printer_id is not None

        assert not commands.record_start_sent(machine(), run_id=run.pk, printer_id=run.printer_id, evidence={})
