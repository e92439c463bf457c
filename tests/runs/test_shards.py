"""Connectors divide the printers among themselves: nobody's printers are followed by nobody for long, and everybody has a share."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection

from apps.journal import clock, owners
from apps.runs.connector import shards
from apps.runs.connector.shards import LONG_AGO, SHARDS, shard_of
from apps.runs.models import Listener, Shard

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_engines]

ELSEWHERE = "another-machine/0123456789ab/4711/99/1"
"""A holder of which nobody here can tell whether it lives."""


class Shards(shards.Shards):
    """The shards of one connector, whose leases run out when a test says so, and not because the computer is busy."""

    def __init__(self, holder: str = "", *, lease_s: float = 3600.0) -> None:
        super().__init__(holder, lease_s=lease_s)


def held(one: Shards) -> set[int]:
    """Return what a connector believes to hold."""
    return {number for number in range(SHARDS) if one.is_ours(_printer_in(number))}


def _printer_in(number: int) -> UUID:
    made = uuid4().int
    return UUID(int=made - made % SHARDS + number)


def holders() -> dict[str, int]:
    """Return how many shards each holder has by the record."""
    found: dict[str, int] = {}
    for one in Shard.objects.filter(until__gt=clock.database_now()):
        found[one.holder] = found.get(one.holder, 0) + 1
    return found


def settle(*connectors: Shards) -> None:
    """Let each look a few times, as it does every second."""
    for _ in range(4):
        for one in connectors:
            one.keep()
            one.give_back()


def run_out() -> None:
    """Let the time pass after which leases have run out."""
    Shard.objects.update(until=LONG_AGO)
    Listener.objects.update(until=LONG_AGO)


class TestOneConnector:
    def test_follows_everything_at_its_first_look(self) -> None:
        one = Shards()

        one.keep()

        assert held(one) == set(range(SHARDS))
        assert one.holds(uuid4())

    def test_that_stopped_cleanly_leaves_everything_at_once(self) -> None:
        one, two = Shards("one"), Shards("two")
        settle(one)

        one.leave()
        two.keep()

        assert held(one) == set()
        assert held(two) == set(range(SHARDS))


class TestSeveral:
    @pytest.mark.parametrize("count", [2, 3, 5])
    def test_have_fair_shares_and_together_everything(self, count: int) -> None:
        some = [Shards(f"connector-{number}") for number in range(count)]
        settle(*some)

        shares = [held(one) for one in some]
        assert set.union(*shares) == set(range(SHARDS))
        assert sum(len(share) for share in shares) == SHARDS
        assert max(len(share) for share in shares) <= -(-SHARDS // count)

    def test_give_nothing_away_before_its_printers_are_followed_no_longer(self) -> None:
        one, two = Shards("one"), Shards("two")
        settle(one)
        two.keep()

        one.keep()
        two.keep()
        assert (len(held(one)), len(held(two))) == (SHARDS // 2, 0)
        one.give_back()
        two.keep()

        assert len(held(two)) == SHARDS // 2

    def test_take_over_when_a_lease_has_run_out(self) -> None:
        gone, other = Shards(ELSEWHERE), Shards("other")
        settle(gone)
        other.keep()
        assert held(other) == set(), "a lease that holds is not broken"

        run_out()
        other.keep()

        assert held(other) == set(range(SHARDS))

    def test_take_over_at_once_from_a_process_of_this_machine_that_ended(self) -> None:
        host, machine, *_rest = owners.name().split("/")
        settle(Shards(f"{host}/{machine}/{os.getpid()}/12345/1"))  # this process number, but another process: it began at another moment
        other = Shards("other")

        other.keep()

        assert held(other) == set(range(SHARDS))


class TestALostLease:
    def test_is_not_ours_by_the_database_even_while_we_believe_it_is(self) -> None:
        late, other = Shards("late"), Shards("other")
        settle(late)
        run_out()
        other.keep()
        printer_id = uuid4()

        assert late.is_ours(printer_id)
        assert not late.holds(printer_id)
        assert other.holds(printer_id)

    def test_is_known_without_the_database_when_its_time_is_over(self, monkeypatch: pytest.MonkeyPatch) -> None:
        began = shards._now()
        monkeypatch.setattr(shards, "_now", lambda: began)
        one = Shards(lease_s=12.0)
        settle(one)

        monkeypatch.setattr(shards, "_now", lambda: began + 11.9)
        assert one.is_ours(uuid4())
        monkeypatch.setattr(shards, "_now", lambda: began + 12.0)
        assert not one.is_ours(uuid4())

    def test_is_not_taken_back_from_who_has_it_now(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shards, "RENEW_S", 0.0)
        late, other = Shards("late"), Shards("other")
        settle(late)
        run_out()
        other.keep()

        late.keep()

        assert held(late) == set()
        assert holders() == {"other": SHARDS}

    def test_is_judged_by_the_clock_of_the_database(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A machine whose own clock is an hour ahead takes nothing early."""
        ahead = clock.now() + timedelta(hours=1)
        one, other = Shards("one"), Shards("other")
        settle(one)
        if connection.vendor == "postgresql":  # on SQLite all processes are on one machine, and its clock is the database's
            monkeypatch.setattr(clock, "now", lambda: ahead)

        other.keep()

        assert held(other) == set()

    def test_changes_its_fence_with_every_holder(self) -> None:
        settle(Shards("one"))
        before = Shard.objects.get(number=7).fence
        run_out()
        settle(Shards("two"))

        assert Shard.objects.get(number=7).fence == before + 1


class TestManyAtTheSameMoment:
    def test_never_hold_the_same_shard(self) -> None:
        some = [Shards(f"connector-{number}") for number in range(6)]

        def look(one: Shards) -> None:
            try:
                for _ in range(6):
                    one.keep()
                    one.give_back()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(some)) as threads:
            list(threads.map(look, some))
        settle(*some)

        shares = [held(one) for one in some]
        assert sum(len(share) for share in shares) == len(set.union(*shares)) == SHARDS
        assert sum(holders().values()) == SHARDS


def test_a_printer_is_always_in_the_same_shard() -> None:
    printer_id = uuid4()

    assert shard_of(printer_id) == shard_of(printer_id)
    assert {shard_of(uuid4()) for _ in range(3000)} == set(range(SHARDS))
