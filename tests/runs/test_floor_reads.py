"""What scheduling reads of the whole floor: as many statements for a hundred printers as for one, and holds still count for each alone."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.policy.states import HoldScope
from apps.runs import queries
from tests.factories.accounts import shop
from tests.factories.context import NOW
from tests.factories.floor import make_floor
from tests.factories.policy import make_hold
from tests.runs.driving import queued

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]


def statements(about: str = "") -> int:
    """Return how many statements it takes to read printers and work; of those that read one table, if named."""
    with CaptureQueriesContext(connection) as captured:
        queries.candidates(shop().pk, now=NOW)
        queries.waiting_runs(shop().pk, now=NOW)
    return sum(about in one["sql"] for one in captured.captured_queries)


class TestReadingTheFloor:
    def test_takes_as_many_statements_for_many_printers_as_for_one(self) -> None:
        floor = make_floor()
        floor.printer()
        before = statements()

        for _ in range(6):
            floor.printer(group="north")

        assert statements() == before

    def test_asks_for_holds_once_for_all_work(self) -> None:
        floor = make_floor()
        floor.printer()
        for _ in range(4):
            queued(floor.plate())

        assert statements("policy_hold") == 2, "one for the printers, one for the work"

    def test_a_hold_keeps_back_what_it_is_on_and_nothing_else(self) -> None:
        floor = make_floor()
        alone, north, free = floor.printer(), floor.printer(group="north"), floor.printer(group="south")
        held, other = queued(floor.plate()), queued(floor.plate())
        make_hold(scope=HoldScope.PRINTER, scope_id=alone.pk)
        make_hold(scope=HoldScope.GROUP, scope_id=shop().pk, group="north")
        make_hold(scope=HoldScope.PLATE, scope_id=held.plate_id)

        waits = {one.printer_id: one.waits for one in queries.candidates(shop().pk, now=NOW)}
        blocked = {one.run_id: one.blocked for one in queries.waiting_runs(shop().pk, now=NOW)}

        assert {pk: "hold" in found for pk, found in waits.items()} == {alone.pk: True, north.pk: True, free.pk: False}
        assert blocked == {held.pk: "hold", other.pk: ""}
