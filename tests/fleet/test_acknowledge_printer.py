"""``fleet.acknowledge_printer``: fit again, after somebody looked."""

from __future__ import annotations

import pytest

from apps.catalog.states import Reason
from apps.fleet import commands
from apps.fleet.models import Printer
from apps.fleet.states import Health
from apps.journal.context import Context
from tests.factories.fleet import make_printer
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


class TestAcknowledging:
    def test_makes_it_fit_again_and_keeps_what_was_wrong(self, ctx: Context) -> None:
        printer = make_printer(health=Health.DEGRADED, health_reason=Reason.THERMAL, health_evidence={"message": "heater"})

        commands.acknowledge_printer(ctx, printer_id=printer.pk, expected_version=1, checklist=("Heater cartridge", " ", "Wiring"))

        fit = Printer.objects.get(pk=printer.pk)
        assert (fit.health, fit.health_reason) == (Health.OK, "")
        assert fit.health_evidence["checked"] == ["Heater cartridge", "Wiring"]
        assert fit.health_evidence["was"]["reason"] == "THERMAL"
        assert fit.health_evidence["was"]["evidence"] == {"message": "heater"}
        assert the_event("PrinterStateChanged")[0]["reason"] == "THERMAL"

    @pytest.mark.parametrize("checklist", [(), ("", "  ")])
    def test_without_having_checked_anything_is_refused(self, ctx: Context, checklist: tuple[str, ...]) -> None:
        printer = make_printer(health=Health.DEGRADED, health_reason=Reason.CLOG)

        refused = refusal_of(lambda: commands.acknowledge_printer(ctx, printer_id=printer.pk, expected_version=1, checklist=checklist))

        assert refused.code == "checklist-empty"

    def test_is_refused_when_it_got_worse_since_they_looked(self, ctx: Context) -> None:
        printer = make_printer(health=Health.DEGRADED, health_reason=Reason.CLOG, version=4)

        refused = refusal_of(lambda: commands.acknowledge_printer(ctx, printer_id=printer.pk, expected_version=3, checklist=("Nozzle",)))

        assert refused.code == "stale-version"

    def test_of_a_fit_printer_is_refused(self, ctx: Context) -> None:
        printer = make_printer()

        refused = refusal_of(lambda: commands.acknowledge_printer(ctx, printer_id=printer.pk, expected_version=1, checklist=("Nozzle",)))

        assert refused.code == "illegal-transition"
