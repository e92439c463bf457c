"""``fleet.fit_sheet``: which build sheet is on it."""

from __future__ import annotations

import pytest

from apps.fleet import commands, queries
from apps.fleet.models import Printer
from apps.journal.context import Context
from tests.factories.context import make_context
from tests.factories.fleet import make_occupied_printer, make_printer
from tests.recorded import event_types, refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


class TestASheet:
    def test_is_what_plates_are_matched_to(self, ctx: Context) -> None:
        printer = make_printer()

        commands.fit_sheet(ctx, printer_id=printer.pk, expected_version=1, sheet=" smooth PEI ")

        now = Printer.objects.get(pk=printer.pk)
        assert queries.machine(now).sheet == "smooth PEI"
        assert the_event("SheetFitted")[0] == {"printer_id": str(printer.pk), "is_known": True}
        assert queries.sheets_at(printer.site_id) == ["smooth PEI"]

    def test_can_be_one_that_nobody_knows(self, ctx: Context) -> None:
        printer = make_printer(build_sheet="textured")

        commands.fit_sheet(ctx, printer_id=printer.pk, expected_version=1, sheet="")

        assert Printer.objects.get(pk=printer.pk).build_sheet == ""
        assert the_event("SheetFitted")[0]["is_known"] is False

    def test_that_is_on_it_already_is_no_news(self, ctx: Context) -> None:
        printer = make_printer(build_sheet="textured")

        commands.fit_sheet(ctx, printer_id=printer.pk, expected_version=1, sheet="textured")

        assert event_types() == []

    def test_is_not_changed_under_a_print(self) -> None:
        printer = make_occupied_printer()

        refused = refusal_of(lambda: commands.fit_sheet(make_context(), printer_id=printer.pk, expected_version=1, sheet="PEI"))

        assert refused.code == "printer-busy"
