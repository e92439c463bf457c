"""What may share a plate, in which order, and how long to wait for more."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.planning.domain.grouping import GroupKey, Waiting, groups_of, ranks_of, reasons_of, wait_for_more

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEY = GroupKey("fff", "Voron@1", "abc", "slicer", "pla", "black", "400", "standard", "")


def piece(name: str, **values: Any) -> Waiting:
    given = {"plan_id": "p", "shape": "s", "key": KEY, "urgency": 1, "due_at": None, "approved_at": NOW, **values}
    return Waiting(piece_id=name, **given)


class TestGroups:
    @pytest.mark.parametrize("differs", ["process", "printer_class", "profile", "slicer", "material", "color", "nozzle", "quality_tier"])
    def test_never_mix_what_must_be_the_same(self, differs: str) -> None:
        other = replace(KEY, **{differs: "other"})

        found = groups_of([piece("a"), piece("b", key=other), piece("c")])

        assert [[one.piece_id for one in group.pieces] for group in found] == [["a", "c"], ["b"]]

    def test_begin_with_the_most_urgent(self) -> None:
        other = replace(KEY, color="red")
        waiting = [
            piece("undated"),
            piece("later", due_at=NOW + timedelta(days=3)),
            piece("rush", urgency=0, key=other),
            piece("sooner", due_at=NOW + timedelta(days=1)),
        ]

        found = groups_of(waiting)

        assert [one.piece_id for one in found[0].pieces] == ["rush"]
        assert [one.piece_id for one in found[1].pieces] == ["sooner", "later", "undated"]

    def test_rank_by_day_and_put_what_is_not_promised_last(self) -> None:
        waiting = [
            piece("undated"),
            piece("noon", due_at=NOW + timedelta(hours=3)),
            piece("morning", due_at=NOW + timedelta(hours=1)),
            piece("next", due_at=NOW + timedelta(days=1)),
            piece("rush", urgency=0),
        ]

        assert ranks_of(waiting) == {"rush": 0, "noon": 1, "morning": 1, "next": 2, "undated": 3}

    def test_say_why_they_are_together(self) -> None:
        (reason,) = reasons_of(KEY, pieces=3, orders=2, plates=1)

        assert reason["reasons"] == ["SAME_SETUP", "SEVERAL_ORDERS"]
        assert reason["same"]["material"] == "pla"


class TestGathering:
    GATHER = timedelta(seconds=5)

    @pytest.mark.parametrize(
        ("ages", "expected"),
        [([], 0), ([0], 5), ([2], 3), ([5], 0), ([60], 0), ([9, 1], 4), ([14, 1], 1), ([20, 0], 0)],
    )
    def test_waits_for_quiet_but_not_for_ever(self, ages: list[int], expected: int) -> None:
        moments = [NOW - timedelta(seconds=age) for age in ages]

        assert wait_for_more(moments, now=NOW, gather=self.GATHER) == timedelta(seconds=expected)

    def test_of_no_time_never_waits(self) -> None:
        assert wait_for_more([NOW], now=NOW, gather=timedelta()) == timedelta()
