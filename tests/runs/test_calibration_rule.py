"""A policy may ask for a fresh calibration: what it sees, what it says, and what it leaves alone."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from apps.fleet.models import Printer
from apps.fleet.states import CalibrationKind
from apps.journal.refusals import Refusal
from apps.policy.domain.default import default_body
from apps.policy.models import Decision
from apps.runs import commands
from apps.runs.models import Run
from tests.factories.context import NOW
from tests.factories.fleet import make_calibration
from tests.factories.floor import Floor, make_floor
from tests.runs.driving import dispatched, fresh, machine, queued

pytestmark = pytest.mark.django_db

FRESH = {"id": "fresh", "transitions": ["run.dispatch"], "predicate": "calibrated_within", "params": {"days": 30}, "otherwise": "BLOCK"}


def strict() -> Floor:
    """A floor whose policy asks for calibrations of the last thirty days."""
    return make_floor(policy={**default_body(), "rules": [FRESH]})


def calibrated(printer: Printer, kind: CalibrationKind, days: float, **values: Any) -> None:
    make_calibration(printer=printer, kind=kind, measured_at=NOW - timedelta(days=days), **values)


def dispatch(run: Run, printer: Printer) -> Any:
    return commands.dispatch_run(machine(), run_id=run.pk, printer_id=printer.pk, expected_version=run.version)


def seen() -> dict[str, Any]:
    """Return what the newest decision about a dispatch saw."""
    kept = json.loads(Decision.objects.filter(transition="run.dispatch").latest("id").inputs)["facts"]
    return {name.removeprefix("printer."): kept[name] for name in ("printer.oldest_calibration", "printer.calibration_age_days")}


class TestTheFact:
    def test_is_the_oldest_of_the_newest_of_each_kind(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        calibrated(printer, CalibrationKind.BED_MESH, 400)
        calibrated(printer, CalibrationKind.BED_MESH, 2)
        calibrated(printer, CalibrationKind.E_STEPS, 100, value=409.0)

        dispatched(floor.plate(), printer)

        assert seen() == {"oldest_calibration": "e_steps", "calibration_age_days": 100}

    def test_is_not_known_of_a_printer_nobody_calibrated_and_the_default_policy_does_not_mind(self) -> None:
        floor = make_floor()

        dispatched(floor.plate(), floor.printer())

        assert seen() == {"oldest_calibration": None, "calibration_age_days": None}


class TestTheRule:
    def test_lets_a_freshly_calibrated_printer_start(self) -> None:
        floor = strict()
        printer = floor.printer()
        calibrated(printer, CalibrationKind.BED_MESH, 30)

        assert isinstance(dispatch(queued(floor.plate()), printer), UUID)

    @pytest.mark.parametrize(("days", "passed", "age"), [(31, True, 31), (1, False, None)])
    def test_stops_one_whose_calibration_is_old_or_was_not_good(self, days: int, passed: bool, age: int | None) -> None:
        floor = strict()
        printer = floor.printer()
        calibrated(printer, CalibrationKind.BED_MESH, days, passed=passed)

        answer = dispatch(run := queued(floor.plate()), printer)

        assert isinstance(answer, Refusal)
        assert answer.params["why"] == [{"code": "calibrated_within", "rule": "fresh", "calibration": "bed_mesh", "days": age, "limit": 30}]
        assert fresh(run).state == "queued"

    def test_stops_one_nobody_calibrated(self) -> None:
        floor = strict()

        assert isinstance(dispatch(queued(floor.plate()), floor.printer()), Refusal)
