"""The board reads what is open, never the archive: every statement is answered from an index made for it, on both engines."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Account
from apps.board import queries
from apps.board.queries import batches, floor, matters
from apps.board.queries.printers import tiles
from apps.fleet.models import Printer
from apps.inventory.models import Spool
from apps.journal.prefixes import beginning
from apps.orders.models import Intent
from apps.orders.queries.pieces import waiting_pieces
from apps.parts.models import Part
from apps.planning.models import BuildPlate, Plan
from apps.planning.queries import DRAFT, OPEN_PLATES
from apps.runs.queries import keeping
from tests.factories.accounts import make_holiday, make_shift, shop
from tests.factories.context import NOW
from tests.factories.floor import make_floor
from tests.query_plans import plan_of
from tests.runs.driving import completed, person, printing, queued

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]

ARCHIVES = ("runs_run", "planning_buildplate", "planning_plateitem", "orders_intent", "orders_piece", "orders_lineitem", "planning_plan")
SOMEWHERE = uuid4()
STATEMENTS: dict[str, QuerySet[Any, Any]] = {
    "run_unsettled": floor.unsettled(),
    "approval_waiting|one_open_question_per_subject": matters._approvals(SOMEWHERE),
    "plan_locked": matters._locked(),
    "plan_review_open_by_age|one_open_review_per_code": matters._reviews(),
    "breaker_open|one_tripped_breaker_per_subject": matters._breakers(SOMEWHERE),
    "delivery_dead": matters._dead(SOMEWHERE),
    "webhook_to_review": matters._payments(SOMEWHERE),
    "shipment_by_state": matters._shipments(SOMEWHERE),
    "a_piece_is_on_one_live_plate|a_piece_is_on_a_plate_once": BuildPlate.objects.filter(OPEN_PLATES, site=SOMEWHERE),
    "plan_draft_by_age": Plan.objects.filter(DRAFT),
    "piece_by_stage": waiting_pieces(SOMEWHERE),
    "intent_by_number": beginning(Intent.objects.all(), "number", "A-10")[:5],
    "plate_by_number": beginning(BuildPlate.objects.all(), "number", "P-3")[:5],
    "part_by_name": beginning(Part.objects.all(), "name", "Wall br")[:5],
    "account_by_name": beginning(Account.objects.all(), "name", "Ines")[:5],
    "account_by_email": beginning(Account.objects.all(), "email", "ines@")[:5],
    "spool_by_code": beginning(Spool.objects.all(), "code", "S-1")[:5],
}


class TestAStatement:
    @pytest.mark.parametrize("index", STATEMENTS)
    def test_is_answered_from_its_index(self, index: str) -> None:
        assert re.search(index, plan_of(STATEMENTS[index]))

    def test_about_pieces_goes_by_their_stage(self) -> None:
        assert "piece_by_stage" in plan_of(batches.pieces_by_stage())

    def test_never_reads_a_table_that_grows_with_the_archive_whole(self) -> None:
        for name, statement in STATEMENTS.items():
            if connection.vendor == "sqlite":
                whole = [line for line in plan_of(statement).splitlines() if re.search(r"SCAN (\w+)$", line)]
                assert not [line for line in whole if line.split()[-1] in ARCHIVES], name


class TestToday:
    def test_takes_six_statements_however_much_there_is(self) -> None:
        site = shop()
        floor_ = make_floor()
        for _ in range(2):
            printing(floor_.plate(pieces=3, orders=2), floor_.printer())
            completed(floor_.plate(), floor_.printer())

        queries.today(site.pk, now=NOW)  # what the engine can do is asked once in a process
        with CaptureQueriesContext(
            connection,
        ) as few:
            queries.today(site.pk, now=NOW + timedelta(minutes=1))
        for _ in range(4):
            printing(floor_.plate(pieces=3, orders=2), floor_.printer())
            completed(floor_.plate(), floor_.printer())
        with CaptureQueriesContext(connection) as many:
            queries.today(site.pk, now=NOW + timedelta(minutes=1))

        assert len(few) == len(many) <= 6

    def test_takes_no_more_where_working_hours_keep_something_back(self) -> None:
        site = shop()
        run = queued(make_floor().plate())
        queries.today(site.pk, now=NOW)
        with CaptureQueriesContext(connection) as always:
            before = queries.known(site.pk)
        day = NOW.astimezone(site.zone)
        make_shift(site=site, weekday=(day.weekday() + 2) % 7, starts_minute=480, minutes=60)
        make_holiday(site=site, day=day.date() + timedelta(days=2))
        with CaptureQueriesContext(connection) as kept:
            after = queries.known(site.pk)

        assert before.hours is None
        assert after.hours == keeping(site.pk)
        assert after.hours is not None
        assert after.hours.start(minutes=30, now=NOW) is not None
        assert [one.id for one in after.attempts] == [str(run.pk)]
        assert len(kept) == len(always) <= 6

    def test_tiles_take_as_many_for_many_printers_as_for_one(self) -> None:
        floor_ = make_floor()
        printing(floor_.plate(), floor_.printer())
        with CaptureQueriesContext(connection) as one:
            tiles(Printer.objects.all(), now=NOW)
        printing(floor_.plate(pieces=3), floor_.printer())
        floor_.printer()

        with CaptureQueriesContext(connection) as many:
            found = tiles(Printer.objects.all(), now=NOW)

        assert len(found) == 3
        assert len(many) == len(one)

    def test_an_order_takes_six(self) -> None:
        floor_ = make_floor()
        run = printing(floor_.plate(pieces=3), floor_.printer())
        intent = Intent.objects.get(lines__requirements__pieces__plate_items__plate=run.plate, lines__requirements__pieces__number=1)

        with CaptureQueriesContext(connection) as asked:
            queries.order_expected_at(intent, now=NOW)

        assert len(asked) <= 6


class TestFindingByPrefix:
    def test_does_not_mind_the_case(self) -> None:
        floor_ = make_floor()
        plate = floor_.plate(number="P-318")

        assert list(beginning(BuildPlate.objects.all(), "number", "p-3")) == [plate]
        assert not beginning(BuildPlate.objects.all(), "number", "318")

    def test_of_nobody_is_nothing(self) -> None:
        make_floor()

        assert queries.find("P-", where=lambda _permission: []) == ()
        assert person()
