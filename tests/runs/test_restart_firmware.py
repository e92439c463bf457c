"""``runs.restart_firmware``: the way back after a stop, never while something prints."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.journal.models import Delivery, Event
from apps.journal.refusals import NotFound, Refusal
from apps.runs import commands
from tests.factories.fleet import make_occupied_printer, make_printer
from tests.factories.floor import make_floor
from tests.runs.driving import person, printing

pytestmark = pytest.mark.django_db

HERE = "http://127.0.0.1:7125"


class TestRestarting:
    def test_is_owed_to_the_machine(self) -> None:
        commands.restart_firmware(person(), printer_id=make_printer(address=HERE).pk)

        assert Delivery.objects.get(event=Event.objects.get(type="FirmwareRestartRequested")).lane == "reconcile"

    def test_is_refused_while_something_of_ours_prints(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer(address=HERE))
        assert run.printer_id is not None

        with pytest.raises(Refusal) as refused:
            commands.restart_firmware(person(), printer_id=run.printer_id)

        assert refused.value.code == "bed-in-use"
        assert not Event.objects.filter(type="FirmwareRestartRequested").exists()

    def test_is_refused_while_something_foreign_prints(self) -> None:
        with pytest.raises(Refusal) as refused:
            commands.restart_firmware(person(), printer_id=make_occupied_printer(address=HERE).pk)

        assert refused.value.code == "bed-in-use"

    def test_of_a_machine_without_an_address_says_so(self) -> None:
        with pytest.raises(Refusal) as refused:
            commands.restart_firmware(person(), printer_id=make_printer(address="").pk)

        assert refused.value.code == "printer-has-no-address"

    def test_of_no_printer(self) -> None:
        with pytest.raises(NotFound):
            commands.restart_firmware(person(), printer_id=uuid4())
