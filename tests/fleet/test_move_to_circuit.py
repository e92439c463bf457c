"""``fleet.move_to_circuit``: on which fuse a printer hangs."""

from __future__ import annotations

import pytest

from apps.fleet import commands as fleet
from apps.fleet.models import Printer
from apps.journal.context import Context
from apps.journal.refusals import NotFound
from tests.factories.accounts import make_circuit, make_site
from tests.factories.context import NOW, make_context
from tests.factories.fleet import make_printer
from tests.recorded import event_types, refusal_of

pytestmark = pytest.mark.django_db(transaction=True)


class TestMovingAPrinter:
    def test_hangs_it_on_another_fuse_and_off_again(self, ctx: Context) -> None:
        printer, circuit = make_printer(), make_circuit()

        fleet.move_to_circuit(ctx, printer_id=printer.pk, expected_version=1, circuit_id=circuit.pk)
        assert Printer.objects.get(pk=printer.pk).circuit_id == circuit.pk
        fleet.move_to_circuit(make_context(), printer_id=printer.pk, expected_version=2)

        assert Printer.objects.get(pk=printer.pk).circuit_id is None
        assert event_types() == ["PrinterCircuitChanged", "PrinterCircuitChanged"]

    def test_not_on_a_fuse_of_another_building_and_not_when_it_left(self, ctx: Context) -> None:
        printer, gone = make_printer(), make_printer(retired_at=NOW)

        with pytest.raises(NotFound):
            fleet.move_to_circuit(ctx, printer_id=printer.pk, expected_version=1, circuit_id=make_circuit(site=make_site()).pk)
        refused = refusal_of(lambda: fleet.move_to_circuit(make_context(), printer_id=gone.pk, expected_version=1))
        assert refused.code == "printer-retired"
