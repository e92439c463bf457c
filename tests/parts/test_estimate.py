"""Estimates without slicing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.parts.domain.estimate import GENERIC, estimate
from tests.factories.parts import METRICS

PLA = 1240

AMOUNTS = st.integers(0, 10**7)


class TestAnEstimate:
    def test_of_a_cube_is_what_the_measured_formula_says(self) -> None:
        """20 mm: shell min(8000, .855·1600 + .9·800) = 2088; filament .844·2088 + .267·5912 + .195·1600 = 3652.8 mm³."""
        found = estimate(METRICS, density_mg_cm3=PLA)

        assert (found.filament_mm3, found.filament_mg, found.layers) == (3653, 4530, 100)
        assert found.seconds == round(0.407 * 2088 + 0.059 * 5912 + 0.028 * 1600 + 0.047 * 800 + 2.78 * 100)
        assert found.support_mm3 == 0

    def test_of_something_thin_is_all_shell(self) -> None:
        thin = {**METRICS, "volume_mm3": 500, "size_z_um": 1_000}

        assert estimate(thin, density_mg_cm3=PLA).filament_mm3 == round(0.844 * 500 + 0.195 * 1600)

    def test_counts_supports_only_where_they_are_printed(self) -> None:
        hanging = {**METRICS, "support_mm3": 10_000}
        without, with_them = (estimate(hanging, density_mg_cm3=PLA, with_supports=wanted) for wanted in (False, True))

        assert (without.support_mm3, with_them.support_mm3) == (0, 1_500)
        assert with_them.filament_mm3 == without.filament_mm3 + 1_500
        assert with_them.seconds > without.seconds

    def test_follows_the_profiles_own_coefficients(self) -> None:
        thick = replace(GENERIC, layer_um=300)

        assert estimate(METRICS, density_mg_cm3=PLA, coefficients=thick).layers == 67

    def test_is_never_nothing(self) -> None:
        nothing = {**METRICS, "volume_mm3": 0, "side_area_mm2": 0, "horiz_area_mm2": 0, "size_z_um": 0}
        found = estimate(nothing, density_mg_cm3=PLA)

        assert (found.seconds, found.filament_mm3, found.filament_mg) == (1, 1, 1)

    @given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, st.sampled_from(["volume_mm3", "size_z_um", "support_mm3"]))
    def test_never_shrinks_when_the_part_grows(self, volume: int, side: int, level: int, more: int, grows: str) -> None:
        small = {"volume_mm3": volume, "side_area_mm2": side, "horiz_area_mm2": level, "size_z_um": 10_000, "support_mm3": 0}
        large = {**small, grows: small[grows] + more}

        first, second = (estimate(one, density_mg_cm3=PLA, with_supports=True) for one in (small, large))

        assert second.seconds >= first.seconds
        assert second.filament_mm3 >= first.filament_mm3

    @pytest.mark.parametrize("number", [2**53, 10**15])
    def test_of_something_enormous_is_a_whole_number(self, number: int) -> None:
        found = estimate({**METRICS, "volume_mm3": number}, density_mg_cm3=PLA)

        assert isinstance(found.seconds, int)
        assert found.filament_mm3 > number // 10
