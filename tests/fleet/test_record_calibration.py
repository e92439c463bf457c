"""``fleet.record_calibration``: measured, dated, by whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.fleet import commands, queries
from apps.fleet.models import Calibration
from apps.fleet.states import CalibrationKind
from apps.journal.context import Context
from apps.journal.refusals import NotFound
from tests.factories.context import NOW
from tests.factories.fleet import make_printer
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)

FLOW: dict[str, Any] = {"kind": CalibrationKind.FLOW_FACTOR, "measured_at": NOW, "value": 0.98}


class TestRecordingACalibration:
    def test_makes_it_the_one_that_counts(self, ctx_factory: Callable[..., Context]) -> None:
        printer = make_printer()
        commands.record_calibration(ctx_factory(), printer_id=printer.pk, **FLOW)

        newest = commands.record_calibration(
            ctx_factory(), printer_id=printer.pk, **{**FLOW, "value": 0.95, "measured_at": NOW + timedelta(minutes=1)}
        )

        assert [one.pk for one in queries.latest_calibrations(printer)] == [newest]
        assert queries.snapshot(printer)["calibration"]["flow_factor"]["value"] == 0.95

    def test_says_who_and_whether_it_passed(self, ctx: Context) -> None:
        printer = make_printer()

        kept = commands.record_calibration(ctx, printer_id=printer.pk, kind=CalibrationKind.PROBE, measured_at=NOW, passed=False)

        assert Calibration.objects.get(pk=kept).by == "service:tests"
        data, subjects = the_event("CalibrationRecorded")
        assert (data["kind"], data["passed"], subjects) == ("probe", False, {("printer", printer.pk)})

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"value": None}, "calibration-without-value"),
            ({"value": -1.0}, "calibration-value-negative"),
            ({"nozzle_diameter_um": 0}, "calibration-nozzle-invalid"),
            ({"kind": "mood"}, "unknown-code"),
            ({"measured_at": NOW + timedelta(hours=1)}, "invalid"),
            ({"note": "x" * 301}, "invalid"),
        ],
    )
    def test_refuses_what_cannot_be(self, ctx: Context, values: dict[str, Any], code: str) -> None:
        printer = make_printer()

        assert refusal_of(lambda: commands.record_calibration(ctx, printer_id=printer.pk, **{**FLOW, **values})).code == code
        assert not Calibration.objects.exists()

    def test_with_an_unknown_material_is_not_found(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.record_calibration(ctx, printer_id=make_printer().pk, material_id=uuid4(), **FLOW)
