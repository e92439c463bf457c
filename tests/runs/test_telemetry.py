"""What printers measured while they printed: kept by one statement for all, read back as it was, and pruned."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from apps.accounts.states import Role
from apps.fleet.domain.telemetry import HOUR_S, Sample, read_stored, stored
from apps.journal import clock
from apps.runs import queries
from apps.runs.connector import keeping
from apps.runs.models import Telemetry
from tests.factories.accounts import make_user
from tests.factories.runs import make_printing_run

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]

HOUR = 500_000


def at(second: float, **more: Any) -> Sample:
    usual = {"nozzle_c": 214.9, "nozzle_target_c": 215.0, "bed_c": 59.8, "bed_target_c": 60.0, "progress": 0.4321, "layer": 17}
    return Sample(HOUR * HOUR_S + second, **{**usual, **more})


class TestASampleThatIsStored:
    def test_is_read_back_as_it_was(self) -> None:
        assert read_stored(stored(at(7)) + stored(at(37, layer=18)), HOUR) == [at(7), at(37, layer=18)]

    def test_keeps_what_was_not_said(self) -> None:
        nothing = Sample(HOUR * HOUR_S + 5.0)

        assert read_stored(stored(nothing), HOUR) == [nothing]

    @pytest.mark.parametrize("number", [-1e9, 1e9])
    def test_holds_numbers_no_printer_has(self, number: float) -> None:
        (read,) = read_stored(stored(at(0, nozzle_c=number, progress=number, layer=int(number))), HOUR)

        assert read.nozzle_c is not None
        assert abs(read.nozzle_c) < 3300

    def test_takes_twenty_characters(self) -> None:
        assert len(stored(at(3599.9))) == 20

    def test_told_twice_by_two_connectors_is_one(self) -> None:
        assert read_stored(stored(at(31)) + stored(at(1)) + stored(at(31)), HOUR) == [at(1), at(31)]


class TestKeeping:
    def test_appends_for_all_printers_with_one_statement(self, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        runs = [make_printing_run().pk for _ in range(3)]
        keeping.keep((run_id, at(5)) for run_id in runs)

        with django_assert_num_queries(1):
            keeping.keep([(runs[0], at(35)), (runs[1], at(36)), (runs[2], at(HOUR_S + 2))])

        assert queries.telemetry(runs[0]) == [at(5), at(35)]
        assert queries.telemetry(runs[2]) == [at(5), at(HOUR_S + 2)]
        assert Telemetry.objects.count() == 4

    def test_of_nothing_asks_nothing(self, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        with django_assert_num_queries(0):
            keeping.keep([])

    def test_forgets_after_the_days_that_are_set(self, settings: Any) -> None:
        settings.FARMOS_TELEMETRY_DAYS = 30
        run_id = make_printing_run().pk
        old, young = (Sample((clock.now() - timedelta(days=days)).timestamp() // 1) for days in (31, 29))
        keeping.keep([(run_id, old), (run_id, young)])

        assert keeping.forget() == 1
        assert queries.telemetry(run_id) == [young]


def asked(client: Client, run_id: UUID) -> Any:
    return client.get(f"/api/v1/runs/{run_id}/telemetry")


class TestTheApi:
    def test_tells_what_was_measured_to_who_may_see_the_attempt(self, client: Client) -> None:
        run = make_printing_run()
        keeping.keep([(run.pk, at(5))])
        assert asked(client, run.pk).status_code in (401, 403)
        client.force_login(make_user(Role.LEAD))

        answer = asked(client, run.pk)

        assert answer.status_code == 200, answer.content
        (sample,) = answer.json()["samples"]
        assert (sample["nozzle_c"], sample["bed_target_c"], sample["progress"], sample["layer"]) == (214.9, 60.0, 0.4321, 17)
