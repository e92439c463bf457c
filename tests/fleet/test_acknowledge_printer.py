"""``fleet.acknowledge_printer``: fit again, after somebody looked."""

from __future__ import annotations

from typing import Any

import pytest

from apps.catalog.states import Reason
from apps.fleet import commands
from apps.fleet.models import Printer
from apps.fleet.states import Health, SafetyCheck, checks_for
from apps.journal.context import Context
from apps.journal.refusals import Refusal
from tests.factories.fleet import make_printer
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


def refused(ctx: Context, printer: Printer, **values: Any) -> Refusal:
    given: dict[str, Any] = {"checklist": checks_for(printer.health_reason), "note": "New fan", "expected_version": 1, **values}
    return refusal_of(lambda: commands.acknowledge_printer(ctx, printer_id=printer.pk, **given))


class TestAcknowledging:
    def test_makes_it_fit_again_and_keeps_what_was_wrong(self, ctx: Context) -> None:
        printer = make_printer(health=Health.DEGRADED, health_reason=Reason.THERMAL, health_evidence={"message": "heater"})
        checked = checks_for(Reason.THERMAL)

        commands.acknowledge_printer(ctx, printer_id=printer.pk, expected_version=1, checklist=checked, note="Lead was pinched")

        fit = Printer.objects.get(pk=printer.pk)
        assert (fit.health, fit.health_reason) == (Health.OK, "")
        assert fit.health_evidence["checked"] == list(checked)
        assert fit.health_evidence["was"]["reason"] == "THERMAL"
        assert fit.health_evidence["was"]["evidence"] == {"message": "heater"}
        assert the_event("PrinterStateChanged")[0]["reason"] == "THERMAL"

    @pytest.mark.parametrize("health", [Health.DEGRADED, Health.MAINTENANCE])
    @pytest.mark.parametrize("reason", [Reason.THERMAL, Reason.POWER_LOSS, Reason.CLOG])
    def test_is_refused_while_one_check_of_its_reason_is_missing(self, ctx: Context, health: Health, reason: Reason) -> None:
        printer = make_printer(health=health, health_reason=reason)
        last = checks_for(reason)[-1]
        others = tuple(check for check in SafetyCheck if check != last)

        refusal = refused(ctx, printer, checklist=others)

        assert (refusal.code, refusal.params["missing"]) == ("checklist-incomplete", [last.value])
        assert Printer.objects.get(pk=printer.pk).health == health

    @pytest.mark.parametrize("note", ["", "  "])
    def test_is_refused_without_saying_what_was_found(self, ctx: Context, note: str) -> None:
        printer = make_printer(health=Health.DEGRADED, health_reason=Reason.CLOG)

        assert "note" in refused(ctx, printer, note=note).params["fields"]

    @pytest.mark.parametrize("invented", ["", "looked", "HEATER_WIRES"])
    def test_takes_no_checks_nobody_knows(self, ctx: Context, invented: str) -> None:
        printer = make_printer(health=Health.DEGRADED, health_reason=Reason.CLOG)

        assert refused(ctx, printer, checklist=(*checks_for(Reason.CLOG), invented)).code == "unknown-code"

    def test_after_maintenance_without_a_reason_needs_one_check_and_no_note(self, ctx: Context) -> None:
        printer = make_printer(health=Health.MAINTENANCE)

        assert refused(ctx, printer, checklist=(), note="").code == "checklist-incomplete"
        commands.acknowledge_printer(ctx, printer_id=printer.pk, expected_version=1, checklist=(SafetyCheck.LOOKED_AT,))

        assert Printer.objects.get(pk=printer.pk).health == Health.OK

    def test_is_refused_when_it_got_worse_since_they_looked(self, ctx: Context) -> None:
        printer = make_printer(health=Health.DEGRADED, health_reason=Reason.CLOG, version=4)

        assert refused(ctx, printer, expected_version=3).code == "stale-version"

    def test_of_a_fit_printer_is_refused(self, ctx: Context) -> None:
        assert refused(ctx, make_printer()).code == "illegal-transition"
