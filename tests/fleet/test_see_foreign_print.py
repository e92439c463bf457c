"""``fleet.see_foreign_print``: the machine is at something that is not ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from apps.fleet import commands
from apps.fleet.models import MachineSession, Printer
from apps.fleet.states import Bed, Occupancy, SessionOutcome
from apps.journal.context import Context
from tests.factories.context import NOW
from tests.factories.fleet import make_occupied_printer, make_printer, make_session
from tests.recorded import event_types, the_event

pytestmark = pytest.mark.django_db(transaction=True)


class TestSeeingAForeignPrint:
    def test_keeps_the_printer_from_our_work(self, ctx: Context) -> None:
        printer = make_printer()

        session_id = commands.see_foreign_print(ctx, printer_id=printer.pk, started_at=NOW, file_name="benchy.gcode")

        seen = Printer.objects.get(pk=printer.pk)
        assert (seen.occupancy, seen.bed, seen.current_run_id) == (Occupancy.FOREIGN, Bed.NOT_CLEAR, None)
        session = MachineSession.objects.get(pk=session_id or uuid4())
        assert (session.is_foreign, session.file_name, session.ended_at) == (True, "benchy.gcode", None)
        assert the_event("ForeignPrintSeen")[1] == {("printer", printer.pk), ("session", session_id)}
        assert "benchy" not in str(the_event("ForeignPrintSeen")[0])

    def test_again_is_the_same_print_whatever_the_machines_clock_says(self, ctx_factory: Callable[..., Context]) -> None:
        printer = make_printer()
        first = commands.see_foreign_print(ctx_factory(), printer_id=printer.pk, started_at=NOW, file_name="a.gcode")

        again = commands.see_foreign_print(ctx_factory(), printer_id=printer.pk, started_at=NOW + timedelta(seconds=3), file_name="a.gcode")

        assert again == first
        assert event_types().count("ForeignPrintSeen") == 1

    def test_in_place_of_ours_leaves_our_attempt_named(self, ctx: Context) -> None:
        printer = make_occupied_printer()
        ours = make_session(printer=printer, started_at=NOW - timedelta(hours=1), run_id=printer.current_run_id)

        commands.see_foreign_print(ctx, printer_id=printer.pk, started_at=NOW, file_name="a.gcode")

        seen = Printer.objects.get(pk=printer.pk)
        assert (seen.occupancy, seen.current_run_id) == (Occupancy.FOREIGN, printer.current_run_id)
        assert MachineSession.objects.get(pk=ours.pk).outcome == SessionOutcome.UNKNOWN

    def test_with_a_name_of_a_thousand_letters_is_kept_as_far_as_it_goes(self, ctx: Context) -> None:
        printer = make_printer()

        session_id = commands.see_foreign_print(ctx, printer_id=printer.pk, started_at=NOW, file_name="x" * 1_000)

        assert len(MachineSession.objects.get(pk=session_id or uuid4()).file_name) == 400

    def test_on_a_printer_that_left_is_nothing(self, ctx: Context) -> None:
        assert commands.see_foreign_print(ctx, printer_id=make_printer(retired_at=NOW).pk, started_at=NOW) is None
