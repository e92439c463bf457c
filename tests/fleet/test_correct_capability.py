"""``fleet.correct_capability``: what one machine can otherwise than its class, and why."""

from __future__ import annotations

from typing import Any

import pytest

from apps.catalog.states import Enclosure, MaterialFlag
from apps.fleet import commands, queries
from apps.fleet.commands import Differences
from apps.fleet.models import Capability, Printer
from apps.journal.refusals import Invalid, StaleVersion
from tests.factories.catalog import make_printer_class
from tests.factories.context import NOW, make_context
from tests.factories.fleet import make_capability, make_occupied_printer, make_printer
from tests.recorded import event_types, refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


def now(printer: Printer) -> Printer:
    return Printer.objects.get(pk=printer.pk)


def correct(printer: Printer, reason: str = "", **differs: Any) -> None:
    given = Differences(**differs)
    commands.correct_capability(
        make_context(), printer_id=printer.pk, expected_version=now(printer).version, differences=given, reason=reason
    )


class TestWhatDiffers:
    def test_is_what_plates_are_matched_to_from_then_on(self) -> None:
        printer = make_printer()
        make_capability(printer=printer)
        of_class = queries.machine(printer).volume_um or (0, 0, 0)

        correct(printer, "an edge of the bed is worn", volume_x_um=180_000, material_flags=(MaterialFlag.ABRASIVE,), tags=(" loud ", ""))

        found = queries.machine(now(printer))
        assert found.volume_um == (180_000, *of_class[1:])
        assert (found.flags, found.tags) == (frozenset({"abrasive"}), frozenset({"loud"}))
        known = Capability.objects.get(printer=printer)
        assert known.overrides == dict.fromkeys(("material_flags", "tags", "volume_x_um"), "an edge of the bed is worn")
        assert (known.source, known.confirmed_at) == ("manual", NOW)
        assert the_event("CapabilityCorrected")[0]["differs"] == ["material_flags", "tags", "volume_x_um"]

    def test_is_only_what_is_not_as_in_the_class(self) -> None:
        printer = make_printer(printer_class=make_printer_class(max_bed_c=110, max_nozzle_c=300))
        make_capability(printer=printer)

        correct(printer, "an older hot end", max_bed_c=110, max_nozzle_c=260)

        assert Capability.objects.get(printer=printer).overrides == {"max_nozzle_c": "an older hot end"}

    def test_in_the_same_way_as_before_keeps_its_reason(self) -> None:
        printer = make_printer()
        make_capability(printer=printer)
        correct(printer, "an older hot end", max_nozzle_c=240)

        correct(printer, "a box around it", max_nozzle_c=240, enclosure=Enclosure.CLOSED)

        assert Capability.objects.get(printer=printer).overrides == {"enclosure": "a box around it", "max_nozzle_c": "an older hot end"}

    def test_that_is_not_said_again_is_as_in_the_class(self) -> None:
        printer = make_printer(printer_class=make_printer_class(max_nozzle_c=300))
        make_capability(printer=printer, max_nozzle_c=300)
        correct(printer, "an older hot end", max_nozzle_c=240)

        correct(printer)

        known = Capability.objects.get(printer=printer)
        assert (known.max_nozzle_c, known.overrides, known.source, known.confirmed_at) == (300, {}, "printer_class", None)

    def test_stays_when_it_moves_to_another_class(self) -> None:
        printer = make_printer()
        make_capability(printer=printer)
        correct(printer, "an older hot end", max_nozzle_c=240)

        commands.move_to_class(
            make_context(),
            printer_id=printer.pk,
            expected_version=now(printer).version,
            printer_class_id=make_printer_class(max_nozzle_c=320, max_bed_c=90).pk,
        )

        found = queries.machine(now(printer))
        assert (found.max_nozzle_c, found.max_bed_c) == (240, 90)

    def test_said_once_more_changes_nothing(self) -> None:
        printer = make_printer(printer_class=make_printer_class(max_nozzle_c=300))
        make_capability(printer=printer, max_nozzle_c=300)
        correct(printer, "an older hot end", max_nozzle_c=240)
        version = now(printer).version

        correct(printer, "in other words", max_nozzle_c=240)

        assert now(printer).version == version
        assert event_types() == ["CapabilityCorrected"]

    def test_may_be_said_while_it_prints_and_of_one_of_which_nothing_was_recorded(self) -> None:
        printer = make_occupied_printer()

        correct(printer, "a box around it", enclosure=Enclosure.CLOSED)

        assert queries.machine(now(printer)).enclosure == "closed"


class TestWrongInput:
    def test_without_a_reason_is_refused_and_nothing_changes(self) -> None:
        printer = make_printer()
        make_capability(printer=printer)
        before = Capability.objects.get(printer=printer).max_nozzle_c

        for reason in ("", "  ", "x" * 301):
            with pytest.raises(Invalid):
                correct(printer, reason, max_nozzle_c=before - 1)

        assert Capability.objects.get(printer=printer).max_nozzle_c == before
        assert event_types() == []

    def test_that_contradicts_itself_is_refused_in_words(self) -> None:
        printer = make_printer()
        make_capability(printer=printer)

        assert refusal_of(lambda: correct(printer, "why", enclosure=Enclosure.HEATED)).code == "printer-chamber-contradiction"
        assert refusal_of(lambda: correct(printer, "why", volume_x_um=0)).code == "printer-volume-invalid"
        assert Capability.objects.get(printer=printer).overrides == {}

    def test_of_what_was_seen_before_somebody_else_said_something_is_refused(self) -> None:
        printer = make_printer()
        make_capability(printer=printer)
        correct(printer, "an older hot end", max_nozzle_c=240)

        with pytest.raises(StaleVersion):
            commands.correct_capability(make_context(), printer_id=printer.pk, expected_version=1, differences=Differences())

        assert refusal_of(lambda: correct(make_printer(retired_at=NOW))).code == "printer-retired"
