"""No false alarm: whatever a normal print looks like, its watchers are silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.fleet.domain.observation import Observation
from apps.runs.domain.anomaly import Known
from tests.runs.anomaly.stream import NOZZLE_C, Print, after, watched

PRINTS = st.builds(
    Print,
    seconds=st.floats(60, 20_000),
    layers=st.sampled_from([0, 2, 3, 40, 2_000]),
    bend=st.floats(0.5, 2.0),
    every_s=st.sampled_from([0.25, 1.0, 2.0, 5.0, 12.0, 30.0]),
    heat_s=st.floats(1, 1_500),
    filament_mm=st.floats(200, 200_000),
).map(lambda one: replace(one, every_s=max(one.every_s, (one.seconds + one.heat_s) / 600)))


@given(PRINTS, st.floats(0.5, 1.9))
@settings(max_examples=30, deadline=None)
def test_a_normal_print_of_any_speed_raises_nothing(one: Print, slower: float) -> None:
    estimated = one.seconds / slower

    assert watched(one.seen(), Known(estimated_s=estimated)) == []


@given(PRINTS, st.floats(0.05, 0.9), st.floats(10, 3_000))
@settings(max_examples=30, deadline=None)
def test_a_pause_that_was_asked_for_and_its_end_raise_nothing(one: Print, share: float, pause_s: float) -> None:
    """It stands still, its nozzle cools down and is heated again, then it goes on."""
    begins = one.heat_s + share * one.seconds
    stream = list(one.seen())
    cut = next((n for n, seen in enumerate(stream) if (seen.observed_at - stream[0].observed_at).total_seconds() >= begins), len(stream))
    before, rest = stream[:cut], stream[cut:]
    held = before[-1] if before else one.at(0)
    still = [
        replace(
            held,
            observed_at=held.observed_at + timedelta(seconds=s),
            print_state="paused",
            is_active=False,
            is_paused=True,
            nozzle_c=150.0,
            nozzle_target_c=0.0,
        )
        for s in range(1, int(pause_s), 12)
    ]
    warming = [
        replace(held, observed_at=held.observed_at + timedelta(seconds=pause_s + s), nozzle_c=150.0 + s, nozzle_target_c=NOZZLE_C)
        for s in range(1, int(NOZZLE_C) - 150, 5)
    ]
    later = [replace(seen, observed_at=seen.observed_at + timedelta(seconds=pause_s + 70)) for seen in rest]

    def known(seen: Observation) -> Known:
        is_paused = seen.print_state == "paused"
        return Known(state="paused" if is_paused else "printing", reason="OPERATOR_PAUSE" if is_paused else "", estimated_s=one.seconds)

    assert watched([*before, *still, *warming, *later], known) == []


@given(PRINTS, st.floats(0.0, 1.0), st.floats(60, 7_200))
@settings(max_examples=25, deadline=None)
def test_hours_in_which_nothing_was_heard_raise_nothing(one: Print, share: float, gap_s: float) -> None:
    """Whatever the machine did meanwhile: what was not seen is not known. It may also be that only the clock jumped."""
    lost = after(
        one.heat_s + share * one.seconds, lambda seen: replace(seen, observed_at=seen.observed_at + timedelta(seconds=gap_s)), one.seen()
    )

    assert watched(lost, Known(estimated_s=one.seconds)) == []


@given(PRINTS, st.sampled_from(["nozzle_c", "bed_c", "nozzle_target_c", "bed_target_c", "layer", "layers"]))
@settings(max_examples=25, deadline=None)
def test_what_a_machine_does_not_say_is_no_sign(one: Print, unsaid: str) -> None:
    nothing: dict[str, Any] = {unsaid: None}
    silent = (replace(seen, **nothing) for seen in one.seen())

    assert watched(silent, Known(estimated_s=one.seconds)) == []


@given(PRINTS)
@settings(max_examples=30, deadline=None)
def test_a_machine_that_does_not_count_filament_is_not_blamed(one: Print) -> None:
    assert watched(replace(one, filament_mm=0.0).seen(), Known(estimated_s=one.seconds)) == []


@given(PRINTS, st.floats(-3.5, 3.5), st.integers(1, 9))
@settings(max_examples=30, deadline=None)
def test_a_temperature_that_swings_about_its_target_raises_nothing(one: Print, swing: float, period: int) -> None:
    swinging = (
        replace(seen, nozzle_c=(seen.nozzle_c or 0) + (swing if number % (2 * period) < period else -swing))
        for number, seen in enumerate(one.seen())
    )

    assert watched(swinging, Known(estimated_s=one.seconds)) == []
