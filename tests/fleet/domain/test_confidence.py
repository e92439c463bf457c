"""Confidence comes from how the last prints went."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from apps.fleet.domain.confidence import FEWEST, WINDOW, Receipt, confidence, counted

outcomes = st.lists(st.booleans(), max_size=40)


def receipts(went: list[bool]) -> list[Receipt]:
    return [Receipt(str(number), good) for number, good in enumerate(went)]


class TestConfidence:
    def test_is_not_known_before_three_prints(self) -> None:
        assert confidence(receipts([True] * (FEWEST - 1))) is None
        assert confidence(receipts([True] * FEWEST)) is not None

    def test_is_high_where_all_went_well_and_low_where_none_did(self) -> None:
        assert (confidence(receipts([True] * 20)) or 0) >= 0.9
        assert (confidence(receipts([False] * 20)) or 1) < 0.5

    def test_hardly_moves_for_one_failure_and_falls_for_three_in_a_row(self) -> None:
        one = confidence(receipts([True] * 19 + [False])) or 0
        three = confidence(receipts([True] * 17 + [False] * 3)) or 0

        assert one >= 0.8 > three

    @given(outcomes)
    def test_is_between_0_and_1_and_looks_no_further_back_than_the_window(self, went: list[bool]) -> None:
        found = confidence(receipts(went))

        assert (found is None) == (len(went) < FEWEST)
        assert found is None or 0 < found < 1
        assert len(counted(receipts(went))) <= WINDOW
        assert len(went) <= WINDOW or found == confidence(receipts(went)[-WINDOW:])

    @given(st.lists(st.booleans(), min_size=FEWEST, max_size=WINDOW), st.data())
    def test_never_falls_for_a_print_that_went_better(self, went: list[bool], data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(went) - 1))
        better = [*went[:at], True, *went[at + 1 :]]

        assert (confidence(receipts(better)) or 0) >= (confidence(receipts(went)) or 0)
