"""``runs.confirm_start``: the machine prints our file, so the bed is taken and the pieces are being made."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.fleet.models import MachineSession
from apps.fleet.states import Bed, Occupancy
from apps.journal.models import Event
from apps.orders.models import Piece, PieceFact
from apps.runs import commands
from apps.runs.states import RunState
from tests.factories.floor import make_floor
from tests.runs.driving import fresh, machine, printing, sent

pytestmark = pytest.mark.django_db


class TestAConfirmedStart:
    def test_moves_attempt_printer_bed_and_pieces_together(self) -> None:
        floor = make_floor()
        printer = floor.printer()

        run = printing(floor.plate(pieces=3), printer)

        printer = fresh(printer)
        assert (run.state, run.job_ref[:4], run.dispatch_step) == (RunState.PRINTING, "job-", "")
        assert (printer.bed, printer.occupancy, printer.current_run_id) == (Bed.NOT_CLEAR, Occupancy.OURS, run.pk)
        assert set(Piece.objects.values_list("state", flat=True)) == {"printing"}
        assert set(PieceFact.objects.values_list("kind", "run_id")) == {("started", run.pk)}
        assert MachineSession.objects.get().run_id == run.pk

    def test_told_again_changes_nothing(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())
        assert run.printer_id is not None

        assert commands.confirm_start(machine(), run_id=run.pk, printer_id=run.printer_id, job_ref="0001", evidence={})

        assert Event.objects.filter(type="RunStarted").count() == 1
        assert PieceFact.objects.count() == 1

    def test_on_another_printer_is_not_ours(self) -> None:
        floor = make_floor()
        run = sent(floor.plate(), floor.printer())

        assert not commands.confirm_start(machine(), run_id=run.pk, printer_id=uuid4(), job_ref="", evidence={})

        run = fresh(run)
        assert run.state == RunState.UPLOADING
