"""``fleet.report_bed_not_clear``: a wrong tap is taken back, and the gate is closed again."""

from __future__ import annotations

import pytest

from apps.fleet import commands
from apps.fleet.models import Printer
from apps.fleet.states import Bed, Connection
from apps.journal.context import Context
from tests.factories.context import NOW
from tests.factories.fleet import make_occupied_printer, make_printer
from tests.recorded import event_types, refusal_of

pytestmark = pytest.mark.django_db(transaction=True)


class TestSayingThatTheBedIsNotClear:
    @pytest.mark.parametrize("bed", [Bed.CLEAR, Bed.UNKNOWN])
    def test_closes_the_gate(self, ctx: Context, bed: Bed) -> None:
        printer = make_printer(bed=bed)

        assert commands.report_bed_not_clear(ctx, printer_id=printer.pk, expected_version=1) is True

        closed = Printer.objects.get(pk=printer.pk)
        assert (closed.bed, closed.bed_since, closed.bed_evidence) == (Bed.NOT_CLEAR, NOW, {"said_by": "service:tests"})
        assert event_types() == ["PrinterStateChanged"]

    def test_takes_back_a_word_that_was_kept_for_later(self, ctx: Context) -> None:
        printer = make_occupied_printer(connection=Connection.OFFLINE, bed_note_at=NOW, bed_note_by="person:1")

        assert commands.report_bed_not_clear(ctx, printer_id=printer.pk, expected_version=1) is True

        assert Printer.objects.get(pk=printer.pk).bed_note_at is None

    def test_of_a_bed_that_is_not_clear_is_no_news(self, ctx: Context) -> None:
        assert commands.report_bed_not_clear(ctx, printer_id=make_printer(bed=Bed.NOT_CLEAR).pk, expected_version=1) is False
        assert event_types() == []

    def test_is_refused_when_something_happened_since_they_looked(self, ctx: Context) -> None:
        printer = make_printer(version=3)

        assert refusal_of(lambda: commands.report_bed_not_clear(ctx, printer_id=printer.pk, expected_version=2)).code == "stale-version"

    def test_is_refused_for_a_printer_that_left(self, ctx: Context) -> None:
        printer = make_printer(retired_at=NOW)

        assert refusal_of(lambda: commands.report_bed_not_clear(ctx, printer_id=printer.pk, expected_version=1)).code == "printer-retired"
