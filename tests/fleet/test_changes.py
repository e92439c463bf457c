"""What commands of higher apps change about printers: each looks first, moves the row, and records what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.catalog.states import Reason
from apps.fleet import changes
from apps.fleet.domain.confidence import Receipt
from apps.fleet.models import MachineSession, Printer
from apps.fleet.states import Bed, ConfidenceSource, Health, Occupancy, SessionOutcome
from apps.journal import frame, locks
from apps.journal.context import Context
from apps.journal.refusals import Refusal
from tests.factories.context import NOW
from tests.factories.fleet import make_occupied_printer, make_printer

pytestmark = pytest.mark.django_db

RUN = UUID("01890000-0000-7000-8000-000000000001")
SEEN: dict[str, Any] = {"seen": "by a test"}

MOVES: dict[str, tuple[dict[str, Any], Callable[[Context, Printer], object], str, str, list[str]]] = {
    "occupy": (
        {},
        lambda ctx, printer: changes.occupy(ctx, printer, run_id=RUN, evidence=SEEN),
        "occupancy",
        Occupancy.OURS,
        ["PrinterStateChanged"],
    ),
    "release": (
        {"occupancy": Occupancy.OURS, "current_run_id": RUN},
        lambda ctx, printer: changes.release(ctx, printer, evidence=SEEN),
        "occupancy",
        Occupancy.FREE,
        ["PrinterStateChanged"],
    ),
    "see_foreign": (
        {},
        lambda ctx, printer: changes.see_foreign(ctx, printer, evidence=SEEN),
        "occupancy",
        Occupancy.FOREIGN,
        ["PrinterStateChanged"],
    ),
    "dirty_bed": ({}, lambda ctx, printer: changes.dirty_bed(ctx, printer, evidence=SEEN), "bed", Bed.NOT_CLEAR, ["PrinterStateChanged"]),
    "doubt_bed": ({}, lambda ctx, printer: changes.doubt_bed(ctx, printer, evidence=SEEN), "bed", Bed.UNKNOWN, ["PrinterStateChanged"]),
    "clear_bed": (
        {"bed": Bed.NOT_CLEAR},
        lambda ctx, printer: changes.clear_bed(ctx, printer, run_id=RUN, evidence=SEEN),
        "bed",
        Bed.CLEAR,
        ["PrinterStateChanged", "BedCleared"],
    ),
    "degrade": (
        {},
        lambda ctx, printer: changes.degrade(ctx, printer, reason=Reason.CLOG, evidence=SEEN),
        "health",
        Health.DEGRADED,
        ["PrinterStateChanged"],
    ),
}


@pytest.fixture
def running(ctx: Context) -> Iterator[frame.Frame]:
    """As if inside somebody's command."""
    with frame.entered(frame.Frame(command="tests.inside", ctx=ctx)) as entered:
        yield entered


def recorded(running: frame.Frame) -> list[str]:
    return [one.kind.name for one in running.recorded]


@pytest.mark.parametrize("name", MOVES)
class TestEveryMove:
    def test_saves_the_fact_with_since_and_evidence_and_records_it(self, ctx: Context, running: frame.Frame, name: str) -> None:
        given, act, fact, target, events = MOVES[name]
        printer = locks.printer(make_printer(**{f"{fact}_since": NOW - timedelta(hours=1), **given}).pk)

        act(ctx, printer)

        kept = Printer.objects.get(pk=printer.pk)
        assert (getattr(kept, fact), getattr(kept, f"{fact}_since"), getattr(kept, f"{fact}_evidence")) == (target, NOW, SEEN)
        assert recorded(running) == events
        assert running.recorded[0].subjects[0].id == printer.pk
        assert running.recorded[0].ctx.site_id == printer.site_id

    def test_done_again_writes_nothing(self, ctx: Context, running: frame.Frame, name: str) -> None:
        given, act, _fact, _target, events = MOVES[name]
        printer = locks.printer(make_printer(**given).pk)
        act(ctx, printer)
        version = printer.version

        act(ctx, printer)

        assert printer.version == version
        assert recorded(running) == events


class TestOccupying:
    def test_for_another_attempt_is_refused(self, ctx: Context, running: frame.Frame) -> None:
        printer = locks.printer(make_occupied_printer().pk)

        with pytest.raises(Refusal) as refused:
            changes.occupy(ctx, printer, run_id=uuid4(), evidence=SEEN)

        assert refused.value.code == "printer-busy"

    def test_a_printer_that_left_is_refused(self, ctx: Context, running: frame.Frame) -> None:
        printer = locks.printer(make_printer(retired_at=NOW).pk)

        with pytest.raises(Refusal) as refused:
            changes.occupy(ctx, printer, run_id=RUN, evidence=SEEN)

        assert refused.value.code == "printer-retired"


class TestAKeptWordAboutTheBed:
    def noted(self, ctx: Context) -> Printer:
        printer: Printer = locks.printer(make_occupied_printer().pk)
        changes.note_bed_clear(ctx, printer)
        return printer

    def test_counts_when_the_attempt_has_ended(self, ctx: Context, running: frame.Frame) -> None:
        printer = self.noted(ctx)

        assert changes.settle_bed(ctx, printer, run_id=RUN, evidence=SEEN) is True

        settled = Printer.objects.get(pk=printer.pk)
        assert (settled.bed, settled.bed_note_at, settled.bed_evidence["noted_by"]) == (Bed.CLEAR, None, "service:tests")
        assert recorded(running) == ["BedClearNoted", "PrinterStateChanged", "BedCleared"]

    def test_is_void_when_something_is_printed_after_it(self, ctx: Context, running: frame.Frame) -> None:
        printer = self.noted(ctx)

        changes.dirty_bed(ctx, printer, evidence=SEEN)

        assert changes.settle_bed(ctx, printer, run_id=RUN, evidence=SEEN) is False
        assert Printer.objects.get(pk=printer.pk).bed == Bed.NOT_CLEAR

    def test_is_kept_once(self, ctx: Context, running: frame.Frame) -> None:
        printer = self.noted(ctx)

        changes.note_bed_clear(ctx, printer)

        assert recorded(running) == ["BedClearNoted"]

    def test_nobody_gave_leaves_the_bed_to_a_person(self, ctx: Context, running: frame.Frame) -> None:
        printer = locks.printer(make_occupied_printer(bed=Bed.CLEAR).pk)

        assert changes.settle_bed(ctx, printer, run_id=RUN, evidence=SEEN) is False
        assert Printer.objects.get(pk=printer.pk).bed == Bed.NOT_CLEAR


class TestASession:
    def test_of_ours_is_opened_once_and_its_hours_count_once(self, ctx: Context, running: frame.Frame) -> None:
        printer = locks.printer(make_printer().pk)
        first = changes.open_session(ctx, printer, started_at=NOW, run_id=RUN, file_name="farmos/x.gcode")

        again = changes.open_session(ctx, printer, started_at=NOW + timedelta(seconds=9), run_id=RUN)
        for _ in range(2):
            changes.end_session(ctx, printer, outcome=SessionOutcome.COMPLETED, ended_at=NOW + timedelta(hours=1), print_s=3_600)

        assert (again.pk, MachineSession.objects.count()) == (first.pk, 1)
        assert Printer.objects.get(pk=printer.pk).printed_s == 3_600
        assert recorded(running) == ["SessionEnded"]

    def test_that_begins_proves_that_the_one_before_has_ended(self, ctx: Context, running: frame.Frame) -> None:
        printer = locks.printer(make_printer().pk)
        before = changes.open_session(ctx, printer, started_at=NOW, external_job_id="00001A")

        changes.open_session(ctx, printer, started_at=NOW + timedelta(hours=1), run_id=RUN)

        ended = MachineSession.objects.get(pk=before.pk)
        assert (ended.outcome, ended.ended_at) == (SessionOutcome.UNKNOWN, NOW + timedelta(hours=1))
        assert recorded(running) == ["ForeignPrintSeen", "SessionEnded"]

    def test_that_was_never_opened_has_no_end(self, ctx: Context, running: frame.Frame) -> None:
        printer = locks.printer(make_printer().pk)

        assert changes.end_session(ctx, printer, outcome=SessionOutcome.COMPLETED, ended_at=NOW) is None
        assert recorded(running) == []


class TestRating:
    def test_names_the_outcomes_it_comes_from(self, ctx: Context, running: frame.Frame) -> None:
        printer = locks.printer(make_printer().pk)

        changes.rate(ctx, printer, receipts=[Receipt("a", True), Receipt("b", False), Receipt("c", True)])

        rated = Printer.objects.get(pk=printer.pk)
        assert (rated.confidence, rated.confidence_source) == (0.75, ConfidenceSource.OUTCOMES)
        assert [one["run"] for one in rated.confidence_receipts] == ["a", "b", "c"]
        assert recorded(running) == ["PrinterRated"]

    def test_leaves_what_a_person_set(self, ctx: Context, running: frame.Frame) -> None:
        printer = locks.printer(make_printer(confidence=0.2, confidence_source=ConfidenceSource.MANUAL, confidence_reason="Loose belt").pk)

        changes.rate(ctx, printer, receipts=[Receipt(str(n), True) for n in range(9)])

        assert Printer.objects.get(pk=printer.pk).confidence == 0.2
        assert recorded(running) == []
