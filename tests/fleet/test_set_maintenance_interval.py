"""``fleet.set_maintenance_interval``: hours of printing are counted, and that they are over is told once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.fleet import commands
from apps.fleet.models import Printer
from apps.fleet.states import Occupancy, SessionOutcome
from apps.journal.models import Event
from apps.journal.refusals import Invalid, StaleVersion
from tests.factories.context import NOW, make_context
from tests.factories.fleet import make_printer
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


def now(printer: Printer) -> Printer:
    return Printer.objects.get(pk=printer.pk)


def every(printer: Printer, hours: int | None) -> None:
    commands.set_maintenance_interval(make_context(), printer_id=printer.pk, expected_version=now(printer).version, hours=hours)


def printed(printer: Printer, hours: int) -> None:
    """Let it print something for so long that was not ours."""
    began = NOW + timedelta(seconds=now(printer).printed_s)
    commands.see_foreign_print(make_context(), printer_id=printer.pk, started_at=began, file_name=f"{began}")
    ended = began + timedelta(hours=hours)
    given: dict[str, Any] = {"outcome": SessionOutcome.COMPLETED, "ended_at": ended, "print_s": hours * 3600}
    commands.end_foreign_print(make_context(), printer_id=printer.pk, **given)


def told() -> int:
    return Event.objects.filter(type="MaintenanceDue").count()


class TestHours:
    def test_are_counted_until_it_is_due_which_is_told_once(self) -> None:
        printer = make_printer()
        every(printer, 10)

        printed(printer, 9)
        assert (told(), now(printer).service_due_at) == (0, None)
        printed(printer, 1)
        printed(printer, 5)

        assert told() == 1
        assert the_event("MaintenanceDue")[0]["hours"] == 10
        assert now(printer).service_due_at is not None
        assert now(printer).occupancy == Occupancy.FREE

    def test_that_are_over_already_are_told_when_somebody_wants_to_know(self) -> None:
        printer = make_printer(printed_s=50 * 3600)

        every(printer, 10)

        assert told() == 1

    def test_are_not_counted_where_nobody_wants_to_know(self) -> None:
        printer = make_printer()
        every(printer, 1)
        printed(printer, 2)

        every(printer, None)

        printed(printer, 50)
        assert told() == 1
        assert now(printer).service_due_at is None


class TestWrongInput:
    @pytest.mark.parametrize("hours", [0, -1, 20_001])
    def test_is_refused(self, hours: int) -> None:
        with pytest.raises(Invalid):
            every(make_printer(), hours)

    def test_of_a_stale_version_or_a_retired_printer_is_refused(self) -> None:
        gone = make_printer(retired_at=NOW)

        assert refusal_of(lambda: every(gone, 5)).code == "printer-retired"
        with pytest.raises(StaleVersion):
            commands.set_maintenance_interval(make_context(), printer_id=make_printer().pk, expected_version=7, hours=5)
