"""``fleet.describe_printer``: name, group and notes."""

from __future__ import annotations

import pytest

from apps.fleet import commands
from apps.fleet.models import Printer
from apps.journal.context import Context
from tests.factories.context import NOW, make_context
from tests.factories.fleet import make_printer
from tests.recorded import event_types, refusal_of

pytestmark = pytest.mark.django_db(transaction=True)


class TestDescribing:
    def test_corrects_what_people_read_and_leaves_the_code(self, ctx: Context) -> None:
        printer = make_printer(code="V7", group="Rack A")

        commands.describe_printer(ctx, printer_id=printer.pk, expected_version=1, name=" Left one ", group="Rack B", notes="Fan is loud")

        now = Printer.objects.get(pk=printer.pk)
        assert (now.code, now.name, now.group, now.notes) == ("V7", "Left one", "Rack B", "Fan is loud")
        assert event_types() == ["PrinterDescribed"]

    def test_as_it_is_already_is_no_news(self, ctx: Context) -> None:
        printer = make_printer(name="Left one")

        commands.describe_printer(ctx, printer_id=printer.pk, expected_version=1, name="Left one")

        assert event_types() == []

    def test_with_more_than_a_page_can_show_is_refused(self) -> None:
        printer = make_printer()

        refused = refusal_of(
            lambda: commands.describe_printer(make_context(), printer_id=printer.pk, expected_version=1, name="X", notes="x" * 2001)
        )

        assert "notes" in refused.params["fields"]

    def test_without_a_name_or_of_one_that_left_is_refused(self) -> None:
        printer, gone = make_printer(), make_printer(retired_at=NOW)

        nameless = refusal_of(lambda: commands.describe_printer(make_context(), printer_id=printer.pk, expected_version=1, name="  "))
        left = refusal_of(lambda: commands.describe_printer(make_context(), printer_id=gone.pk, expected_version=1, name="X"))

        assert "name" in nameless.params["fields"]
        assert left.code == "printer-retired"
