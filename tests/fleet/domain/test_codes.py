"""Codes in the order in which people look for them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from apps.fleet.domain.codes import in_order


def test_numbers_count_by_their_value() -> None:
    given_out = ["V10", "v3", "V2", "A-12", "A-9", "V", "7", "12", "V2b", "V02"]

    assert sorted(given_out, key=in_order) == ["7", "12", "A-9", "A-12", "V", "V02", "V2", "V2b", "v3", "V10"]


@given(st.text(), st.text())
def test_any_two_codes_have_one_order(one: str, other: str) -> None:
    assert (in_order(one) == in_order(other)) == (one == other)
    assert (in_order(one) < in_order(other)) != (in_order(other) <= in_order(one))
