"""``fleet.note_unseen_print``: a machine printed while nobody watched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.fleet import commands
from apps.fleet.models import MachineSession, Printer
from apps.fleet.states import Bed, SessionOutcome
from apps.journal.context import Context
from tests.factories.context import NOW
from tests.factories.fleet import make_printer
from tests.recorded import event_types

pytestmark = pytest.mark.django_db(transaction=True)

CUBE = "cube.gcode|900.0|880.0|1200.0"


def note(ctx: Context, printer: Printer, ended_print: str = CUBE, **more: Any) -> bool:
    return commands.note_unseen_print(
        ctx,
        printer_id=printer.pk,
        ended_print=ended_print,
        file_name="cube.gcode",
        outcome=SessionOutcome.COMPLETED,
        **{"print_s": 880, "duration_s": 900, "filament_mm": 1_200, **more},
    )


class TestAPrintThatNobodyWatched:
    def test_is_on_record_and_its_bed_is_not_clear(self, ctx_factory: Callable[..., Context]) -> None:
        printer = make_printer(bed=Bed.CLEAR, last_print="nothing yet")

        assert note(ctx_factory(), printer)

        now, session = Printer.objects.get(pk=printer.pk), MachineSession.objects.get(printer=printer)
        assert (now.bed, now.bed_evidence["file"], now.last_print) == (Bed.NOT_CLEAR, "cube.gcode", CUBE)
        assert (session.is_foreign, session.outcome, session.print_s, session.ended_at) == (True, SessionOutcome.COMPLETED, 880, NOW)
        assert (now.printed_s, now.filament_mm) == (880, 1_200)
        assert event_types() == ["ForeignPrintSeen", "SessionEnded", "PrinterStateChanged"]

    def test_is_noted_once(self, ctx_factory: Callable[..., Context]) -> None:
        printer = make_printer(bed=Bed.CLEAR, last_print="nothing yet")
        note(ctx_factory(), printer)

        assert not note(ctx_factory(), printer)

        assert MachineSession.objects.filter(printer=printer).count() == 1


class TestWhatAMachineSaysAtTheFirstLook:
    def test_is_only_remembered(self, ctx_factory: Callable[..., Context]) -> None:
        printer = make_printer(bed=Bed.CLEAR)

        assert not note(ctx_factory(), printer)

        now = Printer.objects.get(pk=printer.pk)
        assert (now.bed, now.last_print) == (Bed.CLEAR, CUBE)
        assert not MachineSession.objects.exists()


class TestAMachineThatCannotTell:
    def test_changes_nothing(self, ctx_factory: Callable[..., Context]) -> None:
        printer = make_printer(bed=Bed.CLEAR, last_print=CUBE)

        assert not note(ctx_factory(), printer, ended_print="")

        assert Printer.objects.get(pk=printer.pk).version == printer.version
