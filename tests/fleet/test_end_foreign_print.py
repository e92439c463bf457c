"""``fleet.end_foreign_print``: what was not ours has ended."""

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
from tests.factories.fleet import make_occupied_printer, make_printer
from tests.recorded import event_types

pytestmark = pytest.mark.django_db(transaction=True)

END = NOW + timedelta(hours=1)


class TestTheEndOfAForeignPrint:
    def test_frees_the_printer_and_leaves_the_bed_to_a_person(self, ctx_factory: Callable[..., Context]) -> None:
        printer = make_printer(printed_s=10, nozzle_s=10)
        session_id = commands.see_foreign_print(ctx_factory(), printer_id=printer.pk, started_at=NOW, file_name="a.gcode")

        commands.end_foreign_print(
            ctx_factory(), printer_id=printer.pk, outcome=SessionOutcome.COMPLETED, ended_at=END, print_s=3_000, filament_mm=1_200
        )

        free, session = Printer.objects.get(pk=printer.pk), MachineSession.objects.get(pk=session_id or uuid4())
        assert (free.occupancy, free.bed) == (Occupancy.FREE, Bed.NOT_CLEAR)
        assert (session.outcome, session.ended_at, session.print_s) == (SessionOutcome.COMPLETED, END, 3_000)
        assert (free.printed_s, free.nozzle_s, free.filament_mm) == (3_010, 3_010, 1_200)

    def test_gives_it_back_to_our_attempt(self, ctx_factory: Callable[..., Context]) -> None:
        printer = make_occupied_printer()
        commands.see_foreign_print(ctx_factory(), printer_id=printer.pk, started_at=NOW)

        commands.end_foreign_print(ctx_factory(), printer_id=printer.pk, outcome=SessionOutcome.CANCELLED, ended_at=END)

        ours = Printer.objects.get(pk=printer.pk)
        assert (ours.occupancy, ours.current_run_id) == (Occupancy.OURS, printer.current_run_id)

    def test_believes_no_machine_that_ends_before_it_starts(self, ctx_factory: Callable[..., Context]) -> None:
        printer = make_printer()
        session_id = commands.see_foreign_print(ctx_factory(), printer_id=printer.pk, started_at=NOW)

        commands.end_foreign_print(
            ctx_factory(),
            printer_id=printer.pk,
            outcome=SessionOutcome.ERROR,
            ended_at=NOW - timedelta(days=1),
            print_s=50,
            duration_s=-7,
            filament_mm=-3,
        )

        session = MachineSession.objects.get(pk=session_id or uuid4())
        assert (session.ended_at, session.print_s, session.duration_s, session.filament_mm) == (NOW, 50, 50, 0)

    def test_that_nobody_saw_changes_nothing(self, ctx: Context) -> None:
        commands.end_foreign_print(ctx, printer_id=make_printer().pk, outcome=SessionOutcome.COMPLETED, ended_at=END)

        assert event_types() == []
