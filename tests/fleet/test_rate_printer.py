"""``fleet.rate_printer``: how much a person trusts it, with the reason, until its prints are asked again."""

from __future__ import annotations

import pytest

from apps.fleet import changes, commands
from apps.fleet.domain.confidence import Receipt
from apps.fleet.models import Printer
from apps.journal import frame
from apps.journal.context import Context
from tests.factories.context import make_context
from tests.factories.fleet import make_printer
from tests.recorded import event_types, refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)

GOOD = [{"run": f"00000000-0000-7000-8000-00000000000{number}", "succeeded": True} for number in range(4)]


def now(printer: Printer) -> Printer:
    return Printer.objects.get(pk=printer.pk)


class TestAWordOfAPerson:
    def test_counts_with_its_reason_whatever_the_prints_say(self, ctx: Context) -> None:
        printer = make_printer()

        commands.rate_printer(ctx, printer_id=printer.pk, expected_version=1, percent=30, reason=" bed warps when warm ")
        with frame.seeding("tests"):
            changes.rate(make_context(), now(printer), receipts=[Receipt(str(one["run"]), True) for one in GOOD])

        rated = now(printer)
        assert (rated.confidence, rated.confidence_source, rated.confidence_reason) == (0.3, "manual", "bed warps when warm")
        assert the_event("PrinterRated")[0]["percent"] == 30

    @pytest.mark.parametrize(("percent", "reason", "field"), [(101, "x", "percent"), (-1, "x", "percent"), (50, "  ", "reason")])
    def test_needs_a_number_and_a_reason(self, percent: int, reason: str, field: str) -> None:
        printer = make_printer()

        refused = refusal_of(
            lambda: commands.rate_printer(make_context(), printer_id=printer.pk, expected_version=1, percent=percent, reason=reason)
        )

        assert field in refused.params["fields"]

    def test_can_be_taken_back_then_its_last_prints_say_it(self, ctx: Context) -> None:
        printer = make_printer(confidence=0.2, confidence_source="manual", confidence_reason="new belt", confidence_receipts=GOOD)

        commands.rate_printer(ctx, printer_id=printer.pk, expected_version=1, percent=None)

        rated = now(printer)
        assert (rated.confidence_source, rated.confidence_reason) == ("outcomes", "")
        assert rated.confidence is not None
        assert rated.confidence > 0.8
        assert event_types() == ["RatingWithdrawn", "PrinterRated"]

    def test_that_was_never_said_is_not_taken_back(self, ctx: Context) -> None:
        printer = make_printer()

        commands.rate_printer(ctx, printer_id=printer.pk, expected_version=1, percent=None)

        assert event_types() == []
