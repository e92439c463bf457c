"""``fleet.move_to_class``: another class, or the next version of its own."""

from __future__ import annotations

import pytest

from apps.fleet import commands, queries
from apps.fleet.models import Capability, Feed, Printer
from apps.fleet.states import FeedContent
from apps.journal.context import Context
from apps.journal.refusals import NotFound
from tests.factories.catalog import make_draft_class, make_printer_class
from tests.factories.context import make_context
from tests.factories.fleet import make_capability, make_feed, make_occupied_printer, make_printer
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


def move(ctx: Context, printer: Printer, printer_class_id: object) -> None:
    commands.move_to_class(ctx, printer_id=printer.pk, expected_version=1, printer_class_id=printer_class_id)  # type: ignore[arg-type]


class TestTheNextVersion:
    def test_is_what_it_prints_for_from_then_on(self, ctx: Context) -> None:
        first = make_printer_class(key="Voron", class_version=1)
        second = make_printer_class(key="Voron", class_version=2, max_bed_c=120, feeds=2)
        printer = make_printer(printer_class=first)
        make_capability(printer=printer)
        spool = make_feed(printer=printer).spool

        move(ctx, printer, second.pk)

        now = Printer.objects.get(pk=printer.pk)
        assert queries.machine(now).printer_class == "Voron@2"
        assert queries.machine(now).max_bed_c == 120
        assert [(one.position, one.content, one.spool) for one in queries.feeds(now)] == [(0, "loaded", spool), (1, "unknown", None)]
        assert the_event("PrinterMovedToClass")[0]["printer_class_id"] == str(second.pk)

    def test_keeps_what_is_known_to_differ_on_this_machine(self, ctx: Context) -> None:
        printer = make_printer()
        make_capability(printer=printer, max_nozzle_c=260, overrides={"max_nozzle_c": "an older hot end"}, source="manual")

        move(ctx, printer, make_printer_class(max_nozzle_c=320, max_bed_c=90).pk)

        known = Capability.objects.get(printer=printer)
        assert (known.max_nozzle_c, known.max_bed_c, known.source) == (260, 90, "manual")

    def test_that_can_the_same_leaves_nothing_that_differs(self, ctx: Context) -> None:
        printer = make_printer()
        make_capability(printer=printer, max_nozzle_c=260, overrides={"max_nozzle_c": "an older hot end"}, source="manual")

        move(ctx, printer, make_printer_class(max_nozzle_c=260).pk)

        known = Capability.objects.get(printer=printer)
        assert (known.overrides, known.source) == ({}, "printer_class")

    def test_it_belongs_to_already_changes_nothing(self, ctx: Context) -> None:
        printer = make_printer()

        move(ctx, printer, printer.printer_class_id)

        assert Printer.objects.get(pk=printer.pk).version == 1


class TestFewerFeeds:
    def test_go_when_nothing_is_in_them(self, ctx: Context) -> None:
        printer = make_printer()
        make_feed(printer=printer, position=0)
        make_feed(printer=printer, position=1, content=FeedContent.EMPTY, spool=None)

        move(ctx, printer, make_printer_class(feeds=1).pk)

        assert list(Feed.objects.filter(printer=printer).values_list("position", flat=True)) == [0]

    def test_are_refused_while_a_spool_is_in_one(self) -> None:
        printer = make_printer()
        make_feed(printer=printer, position=1)

        refused = refusal_of(lambda: move(make_context(), printer, make_printer_class(feeds=1).pk))

        assert "feed 2" in refused.params["fields"]["printer_class_id"]


class TestMoving:
    def test_is_refused_while_it_prints_and_to_a_class_that_is_none_yet(self) -> None:
        busy, printer = make_occupied_printer(), make_printer()

        assert refusal_of(lambda: move(make_context(), busy, make_printer_class().pk)).code == "printer-busy"
        assert refusal_of(lambda: move(make_context(), printer, make_draft_class().pk)).code == "printer-class-not-released"
        with pytest.raises(NotFound):
            move(make_context(), printer, printer.pk)
