"""``fleet.begin_maintenance``: a person with tools has it."""

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


class TestMaintenance:
    def test_keeps_why_the_printer_was_degraded(self, ctx: Context) -> None:
        printer = make_printer(health=Health.DEGRADED, health_reason=Reason.CLOG, health_evidence={"run": "7"})

        commands.begin_maintenance(ctx, printer_id=printer.pk, expected_version=1, note="New nozzle")

        kept = Printer.objects.get(pk=printer.pk)
        assert (kept.health, kept.health_reason) == (Health.MAINTENANCE, Reason.CLOG)
        assert kept.health_evidence == {"by": "service:tests", "note": "New nozzle", "before": {"run": "7"}}
        assert the_event("PrinterStateChanged")[0]["to_state"] == "MAINTENANCE"

    def test_cannot_begin_twice(self, ctx: Context) -> None:
        printer = make_printer(health=Health.MAINTENANCE)

        refused = refusal_of(lambda: commands.begin_maintenance(ctx, printer_id=printer.pk, expected_version=1))

        assert refused.code == "illegal-transition"
