"""``runs.record_upload``: the printer holds exactly our file."""

from __future__ import annotations

import pytest

from apps.journal.models import Event
from apps.journal.refusals import Refusal
from apps.runs import commands
from apps.runs.models import Run
from tests.factories.floor import make_floor
from tests.runs.driving import dispatched, fresh, machine, sent

pytestmark = pytest.mark.django_db


def record(run: Run, sha256: str) -> bool:
    assert run.printer_id is not None
    return commands.record_upload(machine(), run_id=run.pk, printer_id=run.printer_id, sha256=sha256, evidence={"uuid": "f1"})


class TestAnUpload:
    def test_that_was_read_back_the_same_is_kept(self) -> None:
        floor = make_floor()
        run = dispatched(floor.plate(), floor.printer())
        assert run.output is not None

        assert record(run, run.output.artifact.sha256)

        run = fresh(run)
        assert (run.dispatch_step, run.machine_evidence) == ("uploaded", {"uuid": "f1"})
        assert Event.objects.filter(type="RunUploaded").count() == 1

    def test_that_differs_in_one_byte_is_refused_whoever_says_so(self) -> None:
        floor = make_floor()
        run = dispatched(floor.plate(), floor.printer())

        with pytest.raises(Refusal) as refused:
            record(run, "0" * 64)

        assert refused.value.code == "file-differs"
        run = fresh(run)
        assert run.dispatch_step == "requested"

    def test_told_again_after_the_start_takes_nothing_back(self) -> None:
        floor = make_floor()
        run = sent(floor.plate(), floor.printer())
        assert run.output is not None

        assert record(run, run.output.artifact.sha256)

        run = fresh(run)
        assert run.dispatch_step == "start_sent"
