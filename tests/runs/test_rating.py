"""Confidence in a printer follows from what became of its last plates."""

from __future__ import annotations

import pytest

from apps.catalog.states import Reason
from apps.fleet import commands as fleet
from apps.fleet.models import Printer
from apps.runs import commands
from apps.runs.models import ItemOutcome
from apps.runs.queries.rated import receipts_of
from apps.runs.states import ItemResult
from tests.factories.context import make_context
from tests.factories.fleet import make_printer
from tests.factories.floor import make_floor
from tests.factories.runs import make_completed_run, make_failed_run, make_incident_run, make_item_outcome
from tests.recorded import event_types
from tests.runs.driving import completed, judged, person

pytestmark = pytest.mark.django_db

GOOD, FAILED = ItemResult.SUCCESS, ItemResult.FAILED
NOW = make_context().now


def three_before(printer: Printer) -> None:
    for _one in range(3):
        make_completed_run(printer=printer, judged_at=NOW, judged_by="user:1")


class TestWhatBecameOfAPlate:
    def test_says_how_far_its_printer_is_trusted(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        three_before(printer)

        judged(completed(floor.plate(), printer), FAILED)

        rated = Printer.objects.get(pk=printer.pk)
        assert (rated.confidence, rated.confidence_source) == (0.77, "outcomes")
        assert [one["succeeded"] for one in rated.confidence_receipts] == [True, True, True, False]
        assert event_types().count("PrinterRated") == 1

    def test_counts_as_it_was_corrected(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        three_before(printer)
        judged(completed(floor.plate(), printer), GOOD)

        said = ItemOutcome.objects.get()
        commands.correct_outcome(person(), outcome_id=said.pk, outcome=FAILED, reason=Reason.WARP)

        assert Printer.objects.get(pk=printer.pk).confidence_receipts[-1]["succeeded"] is False

    def test_is_noted_beside_the_word_of_a_person_until_they_take_it_back(self) -> None:
        floor = make_floor()
        printer = floor.printer(confidence=0.9, confidence_source="manual", confidence_reason="new belt")
        for _one in range(3):
            make_failed_run(printer=printer)
        judged(completed(floor.plate(), printer), GOOD)
        trusted = Printer.objects.get(pk=printer.pk)

        fleet.rate_printer(person(), printer_id=printer.pk, expected_version=trusted.version, percent=None)

        assert (trusted.confidence, trusted.confidence_source) == (0.9, "manual")
        asked_again = Printer.objects.get(pk=printer.pk)
        assert asked_again.confidence is not None
        assert asked_again.confidence < 0.7


class TestWhatSaysNothingOfTheMachine:
    def test_is_left_out(self) -> None:
        printer = make_printer()
        make_completed_run(printer=printer)  # nobody looked yet
        make_failed_run(printer=printer, started_at=None, started_by="")  # never began
        make_incident_run(run=make_failed_run(printer=printer))

        assert receipts_of(printer.pk) == []

    def test_a_part_that_only_quality_checks_refuse_is_good_work_of_the_machine(self) -> None:
        printer = make_printer()
        run = make_completed_run(printer=printer, judged_at=NOW, judged_by="user:1")
        make_item_outcome(run=run, outcome=FAILED, reason=Reason.QA_COSMETIC)

        assert [one.succeeded for one in receipts_of(printer.pk)] == [True]
