"""``runs.begin_upload``: the file is about to be sent."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.journal.models import Event
from apps.runs import commands
from apps.runs.models import Run
from tests.factories.floor import make_floor
from tests.runs.driving import dispatched, machine, printing

pytestmark = pytest.mark.django_db


class TestBeginningToUpload:
    def test_is_written_before_it_is_done(self) -> None:
        floor = make_floor()
        run = dispatched(floor.plate(), floor.printer())

        assert run.printer_id is not None
        assert commands.begin_upload(machine(), run_id=run.pk, printer_id=run.printer_id)

        assert Run.objects.get().dispatch_step == "uploading"
        assert Event.objects.filter(type="RunUploading").count() == 1

    def test_again_changes_nothing_and_goes_on(self) -> None:
        floor = make_floor()
        run = dispatched(floor.plate(), floor.printer())
        assert run.printer_id is not None
        commands.begin_upload(machine(), run_id=run.pk, printer_id=run.printer_id)

        assert commands.begin_upload(machine(), run_id=run.pk, printer_id=run.printer_id)

        assert Event.objects.filter(type="RunUploading").count() == 1

    def test_stops_whoever_speaks_for_another_printer_or_too_late(self) -> None:
        floor = make_floor()
        run = dispatched(floor.plate(), floor.printer())
        late = printing(floor.plate(), floor.printer())

        assert not commands.begin_upload(machine(), run_id=run.pk, printer_id=uuid4())
        assert late.printer_id is not None
        assert not commands.begin_upload(machine(), run_id=late.pk, printer_id=late.printer_id)
