"""``active_holds``: what keeps something from starting right now."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.policy.queries import HoldTarget, active_holds
from apps.policy.states import HoldScope
from tests.factories.accounts import shop
from tests.factories.context import NOW
from tests.factories.policy import make_hold, make_released_hold

pytestmark = pytest.mark.django_db

PRINTER = HoldTarget(HoldScope.PRINTER, uuid4())


class TestActiveHolds:
    def test_are_those_on_the_named_things_oldest_first(self) -> None:
        order = HoldTarget(HoldScope.ORDER, uuid4())
        first = make_hold(scope_id=PRINTER.id)
        make_hold()
        second = make_hold(scope=HoldScope.ORDER, scope_id=order.id)

        assert active_holds(on=[order, PRINTER], now=NOW) == [first, second]

    def test_of_one_kind_of_thing_are_not_taken_for_another(self) -> None:
        make_hold(scope=HoldScope.PLATE, scope_id=PRINTER.id)

        assert active_holds(on=[PRINTER], now=NOW) == []

    def test_of_a_group_are_found_by_its_name_and_site(self) -> None:
        site_id = shop().id
        held = make_hold(scope=HoldScope.GROUP, scope_id=site_id, group="Rack B")

        assert active_holds(on=[HoldTarget(HoldScope.GROUP, site_id, "Rack B")], now=NOW) == [held]
        assert active_holds(on=[HoldTarget(HoldScope.GROUP, site_id, "Rack C")], now=NOW) == []
        assert active_holds(on=[HoldTarget(HoldScope.GROUP, uuid4(), "Rack B")], now=NOW) == []

    def test_leave_out_what_was_released(self) -> None:
        make_released_hold(scope_id=PRINTER.id)

        assert active_holds(on=[PRINTER], now=NOW) == []

    def test_end_by_themselves_at_their_time(self) -> None:
        end = NOW + timedelta(hours=1)
        hold = make_hold(scope_id=PRINTER.id, until=end)

        assert active_holds(on=[PRINTER], now=end - timedelta(microseconds=1)) == [hold]
        assert active_holds(on=[PRINTER], now=end) == []

    def test_count_even_when_another_machines_clock_is_behind(self) -> None:
        hold = make_hold(scope_id=PRINTER.id)

        assert active_holds(on=[PRINTER], now=NOW - timedelta(seconds=2)) == [hold]

    def test_are_found_in_one_query_however_many_things_are_named(self) -> None:
        targets = [HoldTarget(scope, uuid4(), "Rack B" if scope == HoldScope.GROUP else "") for scope in HoldScope for _ in range(3)]

        with CaptureQueriesContext(
            connection,
        ) as queries:
            active_holds(on=targets, now=NOW)

        assert len(queries) == 1

    def test_on_nothing_are_none_and_cost_nothing(self) -> None:
        with CaptureQueriesContext(connection) as queries:
            assert active_holds(on=[], now=NOW) == []

        assert len(queries) == 0
