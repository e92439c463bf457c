"""``runs.clear_bed``: nobody guesses that a bed is clear; somebody says so, and it counts when the attempt is over."""

from __future__ import annotations

import pytest

from apps.fleet.models import Printer
from apps.fleet.states import Bed, Connection
from apps.journal import frame
from apps.journal.models import Event
from apps.journal.refusals import Refusal, StaleVersion
from apps.runs import commands
from apps.runs.states import Ruling
from tests.factories.floor import make_floor
from tests.runs.driving import completed, dispatched, fresh, person, printing, ruled

pytestmark = pytest.mark.django_db


class TestClearing:
    def test_opens_the_gate_and_names_who_took_off_whose_print(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = completed(floor.plate(), printer)

        assert commands.clear_bed(person(), printer_id=printer.pk, expected_version=fresh(printer).version)

        assert fresh(printer).bed == Bed.CLEAR
        assert fresh(run).bed_cleared_by.startswith("person:")
        cleared = Event.objects.get(type="BedCleared")
        assert cleared.subject_rows.filter(kind="run", subject_id=run.pk).exists()

    def test_again_is_nothing_new(self) -> None:
        printer = make_floor().printer()

        assert commands.clear_bed(person(), printer_id=printer.pk)

        assert not Event.objects.exists()

    def test_an_old_look_is_refused(self) -> None:
        printer = make_floor().printer(bed=Bed.UNKNOWN)

        with pytest.raises(StaleVersion):
            commands.clear_bed(person(), printer_id=printer.pk, expected_version=99)


class TestWhileSomethingIsOpen:
    @pytest.mark.parametrize("until", [dispatched, printing])
    def test_it_is_refused(self, until: object) -> None:
        floor = make_floor()
        printer = floor.printer()
        until(floor.plate(), printer)  # type: ignore[operator]

        with pytest.raises(Refusal) as refused:
            commands.clear_bed(person(), printer_id=printer.pk)

        assert refused.value.code == "bed-in-use"

    def test_in_doubt_the_word_is_kept_and_counts_at_the_end(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = printing(floor.plate(), printer)
        ruled(run, Ruling.DESYNC)

        assert not commands.clear_bed(person(), printer_id=printer.pk)
        assert fresh(printer).bed == Bed.NOT_CLEAR
        ruled(run, Ruling.FAIL, reason="POWER_LOSS")

        assert fresh(printer).bed == Bed.CLEAR
        assert fresh(run).bed_cleared_by.startswith("person:")

    def test_on_a_silent_printer_the_word_is_kept(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        printing(floor.plate(), printer)
        with frame.seeding("silence"):
            Printer.objects.filter(pk=printer.pk).update(connection=Connection.OFFLINE)

        assert not commands.clear_bed(person(), printer_id=printer.pk)

        assert fresh(printer).bed_note_by.startswith("person:")
