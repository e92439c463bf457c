"""``fleet.degrade_printer``: out of automatic work until somebody looked."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast
from uuid import uuid4

import pytest

from apps.catalog.states import Reason
from apps.fleet import commands
from apps.fleet.models import Printer
from apps.fleet.states import Connection, Health, PrinterState
from apps.journal.context import Context
from apps.journal.refusals import NotFound
from tests.factories.context import NOW
from tests.factories.fleet import make_printer
from tests.recorded import event_types, refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)


class TestDegradingAPrinter:
    def test_says_why_and_since_when(self, ctx: Context) -> None:
        printer = make_printer()

        commands.degrade_printer(ctx, printer_id=printer.pk, reason=Reason.THERMAL, note="Smoke", evidence={"message": "heater"})

        degraded = Printer.objects.get(pk=printer.pk)
        assert (degraded.health, degraded.health_reason, degraded.health_since) == (Health.DEGRADED, Reason.THERMAL, NOW)
        assert degraded.health_evidence == {"message": "heater", "by": "service:tests", "note": "Smoke"}
        data, subjects = the_event("PrinterStateChanged")
        assert (data["fact"], data["from_state"], data["to_state"], data["reason"]) == ("health", "OK", "DEGRADED", "THERMAL")
        assert subjects == {("printer", printer.pk)}
        assert "Smoke" not in str(data)

    def test_again_keeps_the_first_reason(self, ctx_factory: Callable[..., Context]) -> None:
        printer = make_printer()
        commands.degrade_printer(ctx_factory(), printer_id=printer.pk, reason=Reason.THERMAL)

        commands.degrade_printer(ctx_factory(), printer_id=printer.pk, reason=Reason.CLOG)

        assert Printer.objects.get(pk=printer.pk).health_reason == Reason.THERMAL
        assert event_types() == ["PrinterStateChanged"]

    def test_is_not_undone_by_reconnecting(self, ctx_factory: Callable[..., Context]) -> None:
        printer = make_printer()
        commands.degrade_printer(ctx_factory(), printer_id=printer.pk, reason=Reason.CLOG)

        commands.observe_connection(ctx_factory(), printer_id=printer.pk, reachable=False)
        commands.observe_connection(ctx_factory(), printer_id=printer.pk, reachable=True, klippy_state="ready")

        again = Printer.objects.get(pk=printer.pk)
        assert (again.connection, again.health, again.state) == (Connection.ONLINE, Health.DEGRADED, PrinterState.DEGRADED)

    @pytest.mark.parametrize(
        ("reason", "code"), [(Reason.UNKNOWN, "degraded-without-note"), ("TIRED", "unknown-code"), ("", "degraded-without-reason")]
    )
    def test_refuses_what_says_nothing(self, ctx: Context, reason: str, code: str) -> None:
        printer = make_printer()

        refused = refusal_of(lambda: commands.degrade_printer(ctx, printer_id=printer.pk, reason=cast("Reason", reason), note=" "))

        assert refused.code == code

    def test_of_no_printer_is_not_found(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.degrade_printer(ctx, printer_id=uuid4(), reason=Reason.CLOG)
