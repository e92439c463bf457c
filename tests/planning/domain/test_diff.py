"""What changed between two revisions, and what that affects."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from apps.planning.domain.diff import MISSING, changes_between, impact_of

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, max_size=3),
    max_leaves=8,
)
records = st.dictionaries(st.text("abc", min_size=1, max_size=2), values, max_size=4)


class TestADiff:
    @given(records)
    def test_of_the_same_is_empty(self, record: dict[str, Any]) -> None:
        assert changes_between(record, record) == []

    @given(records, records)
    def test_the_other_way_round_swaps_before_and_after(self, one: dict[str, Any], other: dict[str, Any]) -> None:
        there, back = changes_between(one, other), changes_between(other, one)

        assert [(c["path"], c["before"], c["after"]) for c in there] == [(c["path"], c["after"], c["before"]) for c in back]

    @given(records, records)
    def test_is_empty_only_for_the_same(self, one: dict[str, Any], other: dict[str, Any]) -> None:
        if not changes_between(one, other):
            assert one == other

    def test_names_what_differs_by_its_path(self) -> None:
        before = {"slicing": {"infill": "15%", "overrides": {}}, "source": "geometry"}
        after = {"slicing": {"infill": "40%", "overrides": {"fill_density": "40%"}}, "source": "geometry"}

        assert changes_between(before, after) == [
            {"path": "slicing.infill", "before": "15%", "after": "40%"},
            {"path": "slicing.overrides.fill_density", "before": MISSING, "after": "40%"},
        ]


class TestAnImpact:
    def test_counts_per_piece_and_in_total(self) -> None:
        found = impact_of({"estimated_minutes": 60}, {"estimated_minutes": 75}, pieces=4)

        assert found["estimated_minutes"] == {"before": 60, "after": 75, "per_piece": 15, "in_total": 60}

    def test_of_something_unknown_is_unknown(self) -> None:
        found = impact_of({"filament_mg": None}, {"filament_mg": 500}, pieces=4)

        assert found["filament_mg"]["per_piece"] is None
        assert found["filament_mg"]["in_total"] is None
