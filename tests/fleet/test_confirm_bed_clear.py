"""``fleet.confirm_bed_clear``: the tap that opens the gate."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.fleet import commands
from apps.fleet.models import Printer
from apps.fleet.states import Bed, Connection, Occupancy
from apps.journal.context import Context
from tests.factories.context import NOW
from tests.factories.fleet import make_occupied_printer, make_printer
from tests.recorded import event_types, refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


class TestSayingThatTheBedIsClear:
    @pytest.mark.parametrize("bed", [Bed.NOT_CLEAR, Bed.UNKNOWN])
    def test_opens_the_gate(self, ctx: Context, bed: Bed) -> None:
        printer = make_printer(bed=bed)

        assert commands.confirm_bed_clear(ctx, printer_id=printer.pk, expected_version=1) is True

        cleared = Printer.objects.get(pk=printer.pk)
        assert (cleared.bed, cleared.bed_since, cleared.bed_evidence) == (Bed.CLEAR, NOW, {"said_by": "service:tests"})
        assert event_types() == ["PrinterStateChanged", "BedCleared"]

    def test_of_a_clear_bed_changes_nothing(self, ctx: Context) -> None:
        assert commands.confirm_bed_clear(ctx, printer_id=make_printer().pk, expected_version=1) is True
        assert event_types() == []

    def test_while_an_attempt_is_open_on_a_silent_printer_is_kept(self, ctx: Context) -> None:
        printer = make_occupied_printer(connection=Connection.OFFLINE)

        assert commands.confirm_bed_clear(ctx, printer_id=printer.pk, expected_version=1) is False

        kept = Printer.objects.get(pk=printer.pk)
        assert (kept.bed, kept.bed_note_at, kept.bed_note_by) == (Bed.NOT_CLEAR, NOW, "service:tests")
        assert the_event("BedClearNoted")[1] == {("printer", printer.pk), ("run", printer.current_run_id)}

    @pytest.mark.parametrize("make", [make_occupied_printer, lambda: make_printer(occupancy=Occupancy.FOREIGN, bed=Bed.NOT_CLEAR)])
    def test_while_something_prints_is_refused(self, ctx: Context, make: Callable[[], Printer]) -> None:
        printer = make()

        refused = refusal_of(lambda: commands.confirm_bed_clear(ctx, printer_id=printer.pk, expected_version=1))

        assert refused.code == "print-on-bed"

    def test_is_refused_when_something_happened_since_they_looked(self, ctx: Context) -> None:
        printer = make_printer(bed=Bed.NOT_CLEAR, version=3)

        refused = refusal_of(lambda: commands.confirm_bed_clear(ctx, printer_id=printer.pk, expected_version=2))

        assert refused.code == "stale-version"
        assert Printer.objects.get(pk=printer.pk).bed == Bed.NOT_CLEAR
