"""What goes wrong is told once, with its evidence, and not before it is certain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from apps.fleet.domain.observation import Observation
from apps.runs.domain.anomaly import USUAL, Known, Watch, look
from tests.runs.anomaly.stream import BED_C, NOZZLE_C, Print, after, cooling, kinds, watched

ONE = Print(seconds=7_200, every_s=5.0)
MIDDLE = ONE.heat_s + 3_600
GONE = (("filament_switch_sensor runout", False),)
STANDS: dict[str, Any] = {"print_state": "paused", "is_active": False, "is_paused": True}
PAUSED_UNASKED = Known(state="paused", reason="UNKNOWN")


def frozen(*fields: str, at: float = MIDDLE) -> Iterator[Observation]:
    """Yield a print of which from ``at`` on these fields stay as they are."""
    held = ONE.at(at)
    return after(at, lambda seen: replace(seen, **{name: getattr(held, name) for name in fields}), ONE.seen())


class TestTemperature:
    def test_that_falls_below_its_target_is_told_after_a_minute(self) -> None:
        ((at, found),) = watched(after(MIDDLE, cooling, ONE.seen()))

        assert found.kind == "TEMP_DRIFT"
        assert USUAL.drift_s <= at - MIDDLE <= USUAL.drift_s + ONE.every_s
        assert found.evidence["heater"] == "nozzle"
        assert (found.evidence["measured"], found.evidence["target"], found.evidence["limit_c"]) == (180.0, NOZZLE_C, USUAL.nozzle_c)
        assert (found.since - ONE.at(0).observed_at).total_seconds() == MIDDLE

    def test_that_comes_back_within_the_minute_is_not_told(self) -> None:
        brief = after(MIDDLE, cooling, ONE.seen())
        mended = after(MIDDLE + USUAL.drift_s - 10, lambda seen: replace(seen, nozzle_c=NOZZLE_C), brief)

        assert watched(mended) == []

    def test_of_the_bed_is_told_too(self) -> None:
        ((_at, found),) = watched(after(MIDDLE, lambda seen: replace(seen, bed_c=BED_C - 20), ONE.seen()))

        assert (found.kind, found.evidence["heater"]) == ("TEMP_DRIFT", "bed")

    def test_far_above_its_target_is_a_runaway(self) -> None:
        told = watched(after(MIDDLE, lambda seen: replace(seen, nozzle_c=NOZZLE_C + 45), ONE.seen()))

        assert kinds(told) == ["THERMAL_RUNAWAY"]
        assert told[0][0] - MIDDLE <= USUAL.runaway_s + ONE.every_s

    def test_of_a_new_target_is_waited_for(self) -> None:
        """The file asks for less: it takes its time to cool down, and is judged when it got there."""

        def lower(seen: Observation) -> Observation:
            passed = (seen.observed_at - ONE.at(MIDDLE).observed_at).total_seconds()
            return replace(seen, nozzle_target_c=180.0, nozzle_c=max(180.0, NOZZLE_C - passed / 10))

        assert watched(after(MIDDLE, lower, ONE.seen())) == []

    def test_is_not_judged_where_several_nozzles_print(self) -> None:
        assert watched(after(MIDDLE, cooling, ONE.seen()), Known(has_one_nozzle=False)) == []

    def test_of_a_nozzle_that_is_switched_off_while_it_prints_on(self) -> None:
        off = after(MIDDLE, lambda seen: replace(seen, nozzle_target_c=0.0, nozzle_c=200.0), ONE.seen())
        ((at, found),) = watched(off)

        assert (found.kind, found.evidence["cause"]) == ("TEMP_DRIFT", "off")
        assert at - MIDDLE < 120

    def test_of_a_nozzle_that_is_switched_off_at_the_end_is_normal(self) -> None:
        ending = ONE.heat_s + 0.98 * ONE.seconds
        off = after(ending, lambda seen: replace(seen, nozzle_target_c=0.0, nozzle_c=200.0), ONE.seen())

        assert watched(off) == []


class TestStuckProgress:
    def test_is_told_after_a_quarter_of_an_hour(self) -> None:
        ((at, found),) = watched(frozen("progress", "layer", "filament_mm"))

        assert found.kind == "PROGRESS_STUCK"
        assert abs(at - MIDDLE - USUAL.stuck_s) <= 2 * ONE.every_s
        assert found.evidence["limit_s"] == USUAL.stuck_s

    def test_is_none_while_filament_is_pushed(self) -> None:
        assert watched(frozen("progress", "layer")) == []

    def test_is_told_of_a_heater_that_never_gets_there(self) -> None:
        one = Print(heat_s=100_000, every_s=12)
        told = watched(seen for seen in one.seen(0.0) if (seen.observed_at - one.at(0).observed_at).total_seconds() < 4_000)

        assert kinds(told) == ["PROGRESS_STUCK"]
        assert told[0][1].evidence["cause"] == "heating"

    def test_is_seen_although_this_computers_clock_was_set_back(self) -> None:
        hour = timedelta(hours=1)
        stream = after(MIDDLE, lambda seen: replace(seen, observed_at=seen.observed_at - hour), frozen("progress", "layer", "filament_mm"))

        assert kinds(watched(stream)) == ["PROGRESS_STUCK"]

    def test_starts_anew_after_a_gap(self) -> None:
        stream = list(frozen("progress", "layer", "filament_mm"))
        half = MIDDLE + USUAL.stuck_s / 2
        broken = [
            seen for seen in stream if not half < (seen.observed_at - stream[0].observed_at).total_seconds() < half + USUAL.gap_s + 10
        ]
        ((at, _found),) = watched(broken)

        assert at >= half + USUAL.gap_s + USUAL.stuck_s


class TestExtrusion:
    def test_that_stopped_while_the_file_goes_on(self) -> None:
        ((at, found),) = watched(frozen("filament_mm"))

        assert (found.kind, found.severity) == ("NO_EXTRUSION", "urgent")
        assert at - MIDDLE <= USUAL.starved_s + 2 * ONE.every_s
        assert found.evidence["gone_on"] >= USUAL.starved_share

    def test_that_goes_on_again_is_told_anew_only_after_it_was_fine(self) -> None:
        held, later = ONE.at(MIDDLE).filament_mm, MIDDLE + 1_000

        def halting(seen: Observation) -> Observation:
            at = (seen.observed_at - ONE.at(0).observed_at).total_seconds()
            return replace(seen, filament_mm=held + int(max(at - later, 0) / 400) * 5.0)

        assert kinds(watched(after(MIDDLE, halting, ONE.seen()))).count("NO_EXTRUSION") <= 2


class TestFilament:
    def test_that_ran_out_is_told_at_once_and_once(self) -> None:
        told = watched(after(MIDDLE, lambda seen: replace(seen, filament=GONE), ONE.seen()))

        assert kinds(told) == ["FILAMENT_RUNOUT"]
        assert told[0][0] - MIDDLE <= USUAL.runout_s + ONE.every_s

    def test_is_told_and_not_the_pause_it_caused(self) -> None:
        told = watched(after(MIDDLE, lambda seen: replace(seen, **STANDS, filament=GONE), ONE.seen()), PAUSED_UNASKED)

        assert kinds(told) == ["FILAMENT_RUNOUT"]


class TestFilamentOfSeveralLanes:
    @staticmethod
    def stream(*, gone_at: float | None, paused_at: float | None) -> Iterator[Observation]:
        """Yield a print from the first of two lanes, of which the other is empty."""
        stream = after(0, lambda seen: replace(seen, filament=(("lane 1", True), ("lane 2", False))), ONE.seen())
        if gone_at is not None:
            stream = after(gone_at, lambda seen: replace(seen, filament=(("lane 1", False), ("lane 2", False))), stream)
        return stream if paused_at is None else after(paused_at, lambda seen: replace(seen, **STANDS), stream)

    def test_is_not_missed_in_a_lane_that_was_empty_all_the_time(self) -> None:
        assert watched(self.stream(gone_at=None, paused_at=None)) == []

    def test_explains_no_pause_by_a_lane_that_was_empty_all_the_time(self) -> None:
        assert kinds(watched(self.stream(gone_at=None, paused_at=MIDDLE), PAUSED_UNASKED)) == ["UNEXPECTED_PAUSE"]

    @pytest.mark.parametrize("before_s", [0, 5, 20])
    def test_that_ran_out_just_before_the_machine_paused_is_told_and_not_the_pause(self, before_s: float) -> None:
        ((at, found),) = watched(self.stream(gone_at=MIDDLE - before_s, paused_at=MIDDLE), PAUSED_UNASKED)

        assert found.kind == "FILAMENT_RUNOUT"
        assert 0 <= at - MIDDLE <= USUAL.runout_s + ONE.every_s

    def test_that_ran_out_while_the_print_went_on_from_another_lane_is_not_told(self) -> None:
        assert watched(self.stream(gone_at=MIDDLE, paused_at=None)) == []

    def test_that_ran_out_long_before_a_pause_does_not_explain_it(self) -> None:
        told = watched(self.stream(gone_at=MIDDLE - 600, paused_at=MIDDLE), PAUSED_UNASKED)

        assert kinds(told) == ["UNEXPECTED_PAUSE"]

    def test_that_somebody_takes_out_of_a_print_that_stands_still_is_no_runout(self) -> None:
        told = watched(self.stream(gone_at=MIDDLE + 60, paused_at=MIDDLE), Known(state="paused", reason="OPERATOR_PAUSE"))

        assert told == []

    def test_that_is_loaded_again_is_missed_no_more(self) -> None:
        stream = self.stream(gone_at=MIDDLE, paused_at=MIDDLE)
        loaded = after(MIDDLE + 300, lambda seen: replace(seen, filament=(("lane 1", True), ("lane 2", False))), stream)

        assert kinds(watched(loaded, Known(state="paused", reason="OPERATOR_PAUSE"))) == ["FILAMENT_RUNOUT"]


class TestAPause:
    def stream(self) -> Iterator[Observation]:
        return after(MIDDLE, lambda seen: replace(seen, **STANDS), ONE.seen())

    def test_that_nobody_asked_for(self) -> None:
        assert kinds(watched(self.stream(), Known(state="paused", reason="UNKNOWN"))) == ["UNEXPECTED_PAUSE"]

    @pytest.mark.parametrize(
        "known",
        [
            Known(state="paused", reason="OPERATOR_PAUSE"),
            Known(state="paused", reason="UNKNOWN", wish="resume"),
            Known(state="paused", reason="UNKNOWN", stops_itself=True),
            Known(state="printing"),
        ],
        ids=["a person asked", "it is to go on", "the file stops itself", "not on record yet"],
    )
    def test_that_is_explained(self, known: Known) -> None:
        assert watched(self.stream(), known) == []


class TestTheFirstLayer:
    def test_that_does_not_end(self) -> None:
        told = watched(frozen("layer", at=ONE.heat_s + 10), Known(estimated_s=ONE.seconds))

        assert kinds(told) == ["FIRST_LAYER_RISK"]
        assert told[0][0] - ONE.heat_s >= USUAL.first_share * ONE.seconds

    def test_that_never_begins(self) -> None:
        told = watched(frozen("print_s", "progress", "layer", "filament_mm", at=ONE.heat_s))

        assert kinds(told) == ["FIRST_LAYER_RISK"]
        assert told[0][1].evidence["cause"] == "not_begun"


class TestDuration:
    def test_far_beyond_the_estimate(self) -> None:
        told = watched(Print(seconds=20_000, every_s=12).seen(), Known(estimated_s=3_600))

        assert kinds(told) == ["DURATION_ANOMALY"]
        assert told[0][1].evidence["limit_s"] == 2 * 3_600 + USUAL.duration_least_s

    def test_is_not_judged_without_an_estimate(self) -> None:
        assert watched(Print(seconds=20_000, every_s=12).seen(), Known(estimated_s=0)) == []


class TestALook:
    def test_that_is_not_newer_changes_nothing(self) -> None:
        watch, _found = look(Watch(), ONE.at(500), Known())

        assert look(watch, ONE.at(500), Known()) == (watch, ())
        assert look(watch, replace(ONE.at(499), filament=GONE), Known()) == (watch, ())

    def test_after_a_jump_of_the_clock_begins_anew(self) -> None:
        watch, _found = look(Watch(), ONE.at(500), Known())
        watch, _found = look(watch, replace(ONE.at(505), observed_at=ONE.at(505).observed_at + timedelta(days=1)), Known())

        assert watch.memory is not None
        assert watch.memory.reached == {}
