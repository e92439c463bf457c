"""An attempt takes what it used off the spool it was printed from: measured where the machine says, else reckoned; unknown stays unknown."""

from __future__ import annotations

import pytest

from apps.fleet.models import Feed, Printer
from apps.inventory.models import Spool
from apps.journal import frame
from apps.journal.models import Event
from apps.runs.models import Run
from apps.runs.states import Ruling
from tests.factories.floor import make_floor
from tests.runs.driving import fresh, printing, ruled

pytestmark = pytest.mark.django_db


def spool_of(printer: Printer) -> Spool:
    spool = Feed.objects.get(printer=printer, position=0).spool
    assert spool is not None
    return Spool.objects.get(pk=spool.pk)


def used(run: Run, before: Spool) -> int:
    """Return the milligrams that are gone from the spool since."""
    after = Spool.objects.get(pk=before.pk)
    assert before.remaining_mg is not None
    assert after.remaining_mg is not None
    return before.remaining_mg - after.remaining_mg


class TestAnEndedAttempt:
    def test_uses_what_the_machine_says_it_pushed(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run, before = printing(floor.plate(), printer), spool_of(printer)
        output = fresh(run).output
        assert output is not None

        ruled(run, Ruling.COMPLETE, evidence={"filament_mm": output.filament_mm // 2})

        assert used(run, before) == pytest.approx(output.filament_mg / 2, rel=0.01)
        assert spool_of(printer).remaining_basis == "estimated"
        assert Event.objects.filter(type="FilamentUsed").count() == 1

    def test_uses_what_the_slicer_reckoned_where_nobody_measured(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run, before = printing(floor.plate(), printer), spool_of(printer)
        output = fresh(run).output
        assert output is not None

        ruled(run, Ruling.COMPLETE)

        assert used(run, before) == output.filament_mg

    def test_that_failed_at_once_uses_nothing_that_nobody_measured(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run, before = printing(floor.plate(), printer), spool_of(printer)

        ruled(run, Ruling.FAIL, reason="MCU_LOST")

        assert used(run, before) == 0

    def test_is_counted_once_however_often_its_end_is_told(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = printing(floor.plate(), printer)
        ruled(run, Ruling.COMPLETE)
        before = spool_of(printer)

        ruled(run, Ruling.COMPLETE)

        assert used(run, before) == 0

    def test_leaves_a_spool_alone_that_nobody_has_weighed(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        run = printing(floor.plate(), printer)

        with frame.seeding("a spool of unknown weight"):
            Spool.objects.update(remaining_mg=None, remaining_basis="unknown", remaining_at=None)

        ruled(run, Ruling.COMPLETE)

        assert spool_of(printer).remaining_mg is None
