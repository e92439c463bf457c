"""Risk: every factor carries its receipt, and the level follows from the factors."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apps.policy.domain.risk import PlanRisk, RunRisk, assess_plan, assess_run
from apps.policy.states import RiskFactor, RiskLevel

CALM = PlanRisk(
    size_um=(40_000, 40_000, 30_000),
    volume_um=(250_000, 210_000, 210_000),
    overhang_percent=3.0,
    family="PLA",
    preflight_status="PASS",
    preflight_codes=(),
    is_repaired=False,
    source="geometry",
    estimated_minutes=90,
)
QUIET = RunRisk(
    plan_level="LOW",
    plan_factors=(),
    printer_state="OK",
    confidence=0.9,
    recent_failures=0,
    nozzle_hours=20,
    estimated_minutes=90,
    minutes_to_due=None,
)


class TestAPlan:
    def test_without_factors_is_low(self) -> None:
        assert assess_plan(CALM) == ("LOW", [])

    @pytest.mark.parametrize(
        ("change", "factor", "level"),
        [
            ({"size_um": (10_000, 10_000, 60_000)}, "TALL_NARROW", "MEDIUM"),
            ({"size_um": (10_000, 10_000, 110_000)}, "TALL_NARROW", "HIGH"),
            ({"size_um": (205_000, 100_000, 10_000)}, None, "LOW"),
            ({"size_um": (100_000, 245_000, 10_000)}, "NEAR_BED_LIMIT", "MEDIUM"),
            ({"overhang_percent": 25.0}, "HIGH_OVERHANG", "MEDIUM"),
            ({"family": "TPU"}, "MATERIAL_DIFFICULT", "MEDIUM"),
            ({"preflight_codes": ("NOT_CLOSED",)}, "NOT_WATERTIGHT", "HIGH"),
            ({"source": "gcode"}, "EXTERNAL_GCODE", "MEDIUM"),
            ({"is_new_profile": True}, "NEW_PROFILE", "LOW"),
            ({"failures_before": 2}, "REPEAT_FAILURE", "HIGH"),
            ({"estimated_minutes": 800}, "LONG_RUN", "MEDIUM"),
        ],
    )
    def test_names_what_makes_it_risky(self, change: dict[str, object], factor: str | None, level: str) -> None:
        found, factors = assess_plan(replace(CALM, **change))  # type: ignore[arg-type]

        assert found == level
        assert [one["factor"] for one in factors] == ([factor] if factor else [])
        assert all({"factor", "value", "threshold", "source"} == set(one) for one in factors)

    def test_of_three_middling_factors_is_high(self) -> None:
        level, factors = assess_plan(replace(CALM, family="TPU", source="gcode", estimated_minutes=800))

        assert (level, len(factors)) == ("HIGH", 3)


class TestAnAttempt:
    def test_is_never_calmer_than_its_plan(self) -> None:
        for level in RiskLevel.values:
            assert assess_run(replace(QUIET, plan_level=level))[0] == level

    @pytest.mark.parametrize(
        ("change", "factor", "level"),
        [
            ({"printer_state": "DEGRADED"}, "PRINTER_DEGRADED", "HIGH"),
            ({"confidence": 0.4}, "LOW_PRINTER_CONFIDENCE", "MEDIUM"),
            ({"recent_failures": 2}, "RECENT_FAILURES", "MEDIUM"),
            ({"nozzle_hours": 900.0}, "NOZZLE_WORN", "MEDIUM"),
            ({"minutes_to_due": 149}, "SLA_TIGHT", "MEDIUM"),
            ({"minutes_to_due": 80}, "SLA_TIGHT", "HIGH"),
        ],
    )
    def test_adds_what_the_printer_and_the_promise_say(self, change: dict[str, object], factor: str, level: str) -> None:
        found, factors = assess_run(replace(QUIET, **change))  # type: ignore[arg-type]

        assert (found, factors[0]["factor"]) == (level, factor)

    def test_uses_known_codes_only(self) -> None:
        worst = replace(
            CALM,
            size_um=(248_000, 10_000, 209_000),
            overhang_percent=90.0,
            family="ABS",
            preflight_codes=("NOT_CLOSED",),
            is_repaired=True,
            source="gcode",
            estimated_minutes=9_999,
            is_new_profile=True,
            is_new_slicer=True,
            failures_before=3,
        )

        codes = {one["factor"] for one in assess_plan(worst)[1]}
        assert len(codes) >= 10
        assert codes <= set(RiskFactor.values)
