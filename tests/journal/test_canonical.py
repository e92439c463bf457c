"""Equal values are spelled equally."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.journal import canonical


@dataclass(frozen=True)
class Held:
    """A value with an instant in it."""

    until: datetime


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


class TestCanonicalJson:
    @given(VALUES)
    def test_is_json_and_keeps_the_value(self, value: Any) -> None:
        assert json.loads(canonical.encode(value)) == value

    @given(st.dictionaries(st.text(max_size=5), VALUES, min_size=2, max_size=6))
    def test_does_not_depend_on_the_order_of_keys(self, value: dict[str, Any]) -> None:
        turned = dict(reversed(list(value.items())))

        assert canonical.encode(turned) == canonical.encode(value)

    def test_spells_instants_in_utc_and_always_alike(self) -> None:
        here = datetime(2026, 3, 2, 10, 0, tzinfo=timezone(timedelta(hours=1)))
        there = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

        assert canonical.encode(here) == canonical.encode(there) == b'"2026-03-02T09:00:00.000000Z"'

    def test_spells_instants_alike_inside_values_too(self) -> None:
        here = Held(until=datetime(2026, 3, 2, 10, 0, tzinfo=timezone(timedelta(hours=1))))

        assert canonical.text(here) == '{"until":"2026-03-02T09:00:00.000000Z"}'

    def test_knows_ids_decimals_and_sets(self) -> None:
        value = {"id": UUID(int=1), "mm": Decimal("0.40"), "kinds": {"b", "a"}}

        assert canonical.text(value) == '{"id":"00000000-0000-0000-0000-000000000001","kinds":["a","b"],"mm":"0.40"}'

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
    def test_refuses_numbers_that_are_none(self, value: float) -> None:
        with pytest.raises(ValueError, match="no canonical JSON form"):
            canonical.encode({"mm": [value]})

    def test_refuses_what_has_no_json_form(self) -> None:
        with pytest.raises(TypeError, match="object has no canonical JSON form"):
            canonical.encode({"x": object()})
