"""How often one may ask: so many at once, so many a minute, each sender for themselves."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.states import Role
from apps.journal.http import limits
from tests import services
from tests.asking import problem_of, signed_in
from tests.factories.accounts import make_user
from tests.processes.running import PATIENCE_S, until


class Clock:
    """Seconds that go when they are told to."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def buckets(clock: Clock) -> limits.Buckets:
    return limits.Buckets(clock)


class TestABucket:
    def test_gives_a_minute_s_worth_at_once_and_then_makes_wait(self, buckets: limits.Buckets) -> None:
        taken = [buckets.take("me", 60) for _ in range(61)]

        assert [one.wait_s for one in taken[:60]] == [0] * 60
        assert (taken[0].left, taken[59].left) == (59, 0)
        assert taken[60].wait_s == pytest.approx(1)

    def test_fills_up_again_by_the_second(self, buckets: limits.Buckets, clock: Clock) -> None:
        for _ in range(60):
            buckets.take("me", 60)
        clock.now += 2

        assert [buckets.take("me", 60).wait_s == 0 for _ in range(3)] == [True, True, False]

    def test_is_never_fuller_than_full(self, buckets: limits.Buckets, clock: Clock) -> None:
        buckets.take("me", 60)
        clock.now += 10_000

        assert buckets.take("me", 60).left == 59

    def test_is_each_sender_s_own(self, buckets: limits.Buckets) -> None:
        for _ in range(60):
            buckets.take("me", 60)

        assert buckets.take("you", 60).left == 59

    def test_is_forgotten_when_there_are_too_many(self, buckets: limits.Buckets, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "MOST_SENDERS", 3)
        for sender in "abcd":
            buckets.take(sender, 60)

        assert len(buckets._kept) == 3

    @given(st.lists(st.floats(0, 30), max_size=60))
    def test_never_gives_more_than_the_rate_and_one_full_bucket(self, pauses: list[float]) -> None:
        clock = Clock()
        buckets, given_out = limits.Buckets(clock), 0
        for pause in pauses:
            clock.now += pause
            given_out += sum(buckets.take("me", 30).wait_s == 0 for _ in range(20))

        assert given_out <= 30 + sum(pauses) * 0.5 + 1


class TestBucketsOfAllProcesses:
    """Each ``SharedBuckets`` stands for one web process."""

    @pytest.fixture
    def patient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Wait for a Redis that is there: on a busy machine it may take longer than the second people would wait."""
        monkeypatch.setattr(limits, "CONNECT_TIMEOUT_S", PATIENCE_S)
        monkeypatch.setattr(limits, "ANSWER_TIMEOUT_S", PATIENCE_S)

    @pytest.fixture
    def time_stands_still(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stop Redis's clock: nothing is refilled between two questions."""
        stopped = limits.SharedBuckets._TAKE.replace("redis.call('TIME')", "{1000, 0}")
        assert stopped != limits.SharedBuckets._TAKE
        monkeypatch.setattr(limits.SharedBuckets, "_TAKE", stopped)

    @pytest.mark.usefixtures("patient", "time_stands_still")
    def test_give_together_what_one_would(self) -> None:
        with services.redis() as server:
            processes = [limits.SharedBuckets(server.url, limits.Buckets()) for _ in range(3)]

            taken = [process.take("me", 30) for _ in range(15) for process in processes]
            other = processes[0].take("you", 30)
            with redis.Redis.from_url(server.url) as client:
                lasts = client.ttl("farmos:asked:me")

        assert [one.wait_s == 0 for one in taken] == [True] * 30 + [False] * 15
        assert (taken[0].left, taken[29].left, other.left) == (29, 0, 29)
        assert 0 < taken[30].wait_s <= 2
        assert 0 < lasts <= 61

    @pytest.mark.usefixtures("patient")
    def test_fill_up_again_by_the_second(self) -> None:
        with services.redis() as server:
            process = limits.SharedBuckets(server.url, limits.Buckets())
            wait = until(lambda: process.take("me", 60).wait_s, "the bucket to be empty")
            time.sleep(wait + 0.01)

            assert process.take("me", 60).wait_s == 0

    def test_are_each_process_s_own_while_redis_is_away(self, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[Any] = []
        with services.redis() as server:
            process = limits.SharedBuckets(server.url, limits.Buckets(clock), clock)
            question = process._take

            def noted(**of: Any) -> Any:
                asked.append(of)
                return question(**of)

            monkeypatch.setattr(process, "_take", noted)
            os.kill(server.process.pid, signal.SIGSTOP)

            alone = [process.take("me", 2).wait_s == 0 for _ in range(3)]

            assert alone == [True, True, False]
            assert len(asked) == 1, "one wait, then it is left alone"
            os.kill(server.process.pid, signal.SIGCONT)
            with redis.Redis.from_url(server.url) as client:

                def counted_there() -> bool:
                    clock.now += limits.REST_S
                    process.take("me", 2)
                    return bool(client.exists("farmos:asked:me"))

                until(counted_there, "Redis to be asked again")

    @pytest.mark.usefixtures("patient")
    def test_are_asked_where_redis_is_configured(self, settings: Any) -> None:
        with services.redis() as server:
            settings.REDIS_URL = server.url
            limits.take("me", 5)
            with redis.Redis.from_url(server.url) as client:
                assert client.keys("*") == [b"farmos:asked:me"]
        limits.take("you", 5)
        assert "me" not in limits.buckets._kept


class TestWhoASenderIs:
    @pytest.mark.parametrize(
        ("one", "other", "is_one"),
        [
            ("192.0.2.1", "192.0.2.2", False),
            ("192.0.2.1", "::ffff:192.0.2.1", True),
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
            ("fe80::1%eth0", "fe80::2%eth1", True),
            ("", "not an address", False),
        ],
    )
    def test_is_an_address_and_with_ipv6_its_network(self, one: str, other: str, is_one: bool) -> None:
        asked = [RequestFactory().get("/", REMOTE_ADDR=address) for address in (one, other)]

        assert (limits.sender_of(asked[0]) == limits.sender_of(asked[1])) == is_one


@pytest.mark.django_db
class TestOverHttp:
    @pytest.fixture(autouse=True)
    def few(self, settings: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        settings.FARMOS_REQUESTS_PER_MINUTE, settings.FARMOS_STRANGERS_REQUESTS_PER_MINUTE = 3, 2
        monkeypatch.setattr(limits.buckets, "_clock", clock)
        limits.buckets.forget()
        yield
        limits.buckets.forget()

    def test_too_many_requests_are_429_and_say_when_to_come_back(self) -> None:
        client = signed_in(make_user(Role.ADMIN))

        answers = [client.get("/api/v1/sites") for _ in range(4)]

        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
        assert problem_of(answers[3])["code"] == "too-many-requests"
        assert int(answers[3].headers["Retry-After"]) >= 1
        assert answers[0].headers["RateLimit-Limit"] == "3"

    def test_another_person_is_not_held_up(self) -> None:
        tired = signed_in(make_user(Role.ADMIN))
        for _ in range(4):
            tired.get("/api/v1/sites")

        assert signed_in(make_user(Role.ADMIN)).get("/api/v1/sites").status_code == 200

    def test_strangers_are_counted_by_address_also_when_they_are_refused(self, client: Client) -> None:
        answers = [client.get("/api/v1/sites").status_code for _ in range(3)]

        assert answers == [401, 401, 429]
        assert client.get("/api/v1/sites", REMOTE_ADDR="10.0.0.9").status_code == 401

    def test_a_forwarded_address_that_anybody_can_claim_does_not_help(self, client: Client) -> None:
        answers = [client.get("/api/v1/sites", headers={"X-Forwarded-For": f"10.0.0.{i}"}).status_code for i in range(3)]

        assert answers[-1] == 429
