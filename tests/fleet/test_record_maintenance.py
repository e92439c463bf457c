"""``fleet.record_maintenance``: what was done is kept, with who did it, and hours count anew."""

from __future__ import annotations

import pytest

from apps.fleet import commands
from apps.fleet.models import Printer
from apps.journal.refusals import Invalid, StaleVersion
from tests.factories.context import NOW, make_context
from tests.factories.fleet import make_printer
from tests.fleet.test_set_maintenance_interval import every, now, printed, told
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


def serviced(printer: Printer, note: str = "belts") -> None:
    commands.record_maintenance(make_context(), printer_id=printer.pk, expected_version=now(printer).version, note=note)


class TestAService:
    def test_lets_hours_begin_anew(self) -> None:
        printer = make_printer()
        every(printer, 10)
        printed(printer, 12)

        serviced(printer)

        after = now(printer)
        assert (after.service_due_at, after.since_service_s, after.serviced_note) == (None, 0, "belts")
        assert the_event("MaintenanceRecorded")[0]["hours"] == 12
        printed(printer, 10)
        assert told() == 2

    @pytest.mark.parametrize("note", ["", "  ", "x" * 301])
    def test_of_which_nothing_is_said_is_refused(self, note: str) -> None:
        with pytest.raises(Invalid):
            serviced(make_printer(), note)

    def test_of_a_stale_version_or_a_retired_printer_is_refused(self) -> None:
        assert refusal_of(lambda: serviced(make_printer(retired_at=NOW))).code == "printer-retired"
        with pytest.raises(StaleVersion):
            commands.record_maintenance(make_context(), printer_id=make_printer().pk, expected_version=7, note="belts")
