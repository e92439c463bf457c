"""``fleet.fit_nozzle``: which nozzle is in it."""

from __future__ import annotations

import pytest

from apps.fleet import commands
from apps.fleet.models import Printer
from apps.fleet.states import NozzleMaterial
from apps.journal.context import Context
from tests.factories.context import NOW
from tests.factories.fleet import make_occupied_printer, make_printer
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


def fit(ctx: Context, printer: Printer, *, diameter_um: int = 600, is_new: bool = True) -> None:
    commands.fit_nozzle(
        ctx, printer_id=printer.pk, expected_version=1, diameter_um=diameter_um, material=NozzleMaterial.HARDENED, is_new=is_new
    )


class TestFittingANozzle:
    def test_starts_its_hours_anew(self, ctx: Context) -> None:
        printer = make_printer(nozzle_s=90_000, printed_s=90_000)

        fit(ctx, printer)

        fitted = Printer.objects.get(pk=printer.pk)
        assert (fitted.nozzle_diameter_um, fitted.nozzle_material, fitted.nozzle_fitted_at) == (600, "hardened", NOW)
        assert (fitted.nozzle_s, fitted.printed_s) == (0, 90_000)
        assert the_event("NozzleFitted")[0]["diameter_um"] == 600

    def test_that_was_only_looked_at_keeps_its_hours(self, ctx: Context) -> None:
        printer = make_printer(nozzle_s=90_000)

        fit(ctx, printer, is_new=False)

        assert Printer.objects.get(pk=printer.pk).nozzle_s == 90_000

    @pytest.mark.parametrize("diameter_um", [350, 0, -400, 10**12])
    def test_its_class_does_not_take_is_refused(self, ctx: Context, diameter_um: int) -> None:
        printer = make_printer()

        assert "diameter_um" in refusal_of(lambda: fit(ctx, printer, diameter_um=diameter_um)).params["fields"]

    def test_while_it_prints_is_refused(self, ctx: Context) -> None:
        printer = make_occupied_printer()

        assert refusal_of(lambda: fit(ctx, printer)).code == "printer-busy"
