"""``fleet.retire_printer``: a machine leaves the farm."""

from __future__ import annotations

import pytest

from apps.fleet import commands, queries
from apps.fleet.models import Feed, Printer
from apps.fleet.states import FeedContent
from apps.journal.context import Context
from tests.factories.context import NOW
from tests.factories.fleet import make_feed, make_occupied_printer, make_printer
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


class TestRetiringAPrinter:
    def test_frees_its_spools_and_its_address(self, ctx: Context) -> None:
        printer = make_printer(address="http://192.168.1.20:7125")
        feed = make_feed(printer=printer)

        commands.retire_printer(ctx, printer_id=printer.pk, expected_version=1)

        assert Printer.objects.get(pk=printer.pk).retired_at == NOW
        assert Feed.objects.get(pk=feed.pk).content == FeedContent.UNKNOWN
        assert make_printer(address="http://192.168.1.20:7125").retired_at is None
        assert printer.pk not in {one.pk for one in queries.printers_in_service(printer.site_id)}
        assert the_event("PrinterRetired")[1] == {("printer", printer.pk)}

    def test_is_refused_while_it_prints(self, ctx: Context) -> None:
        printer = make_occupied_printer()

        refused = refusal_of(lambda: commands.retire_printer(ctx, printer_id=printer.pk, expected_version=1))

        assert refused.code == "retired-printer-busy"

    def test_twice_is_refused(self, ctx: Context) -> None:
        printer = make_printer(retired_at=NOW)

        refused = refusal_of(lambda: commands.retire_printer(ctx, printer_id=printer.pk, expected_version=1))

        assert refused.code == "printer-retired"
