"""What is owed is done: once when all goes well, again when it fails, and by a person when it fails for good."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from apps.journal import clock, lanes, leases, queries, subscriptions, sweeping
from apps.journal import commands as journal_commands
from apps.journal.context import Context
from apps.journal.models import Delivery, Event, Receipt
from apps.journal.states import DeliveryState
from tests.factories.toy import make_jar
from tests.processes.running import until
from tests.toy import commands, subscribers
from tests.writers import Writers

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The outside world of this test."""
    path = tmp_path / "notebook"
    monkeypatch.setenv("FARMOS_TOY_NOTEBOOK", str(path))
    return path


@pytest.fixture
def owed(ctx_factory: Callable[..., Context]) -> Callable[[], Delivery]:
    """Return a maker of one owed note."""

    def owe() -> Delivery:
        jar = make_jar()
        commands.add_bolts(ctx_factory(), jar_id=jar.id, bolts=1, expected_version=1)
        return Delivery.objects.latest("id")

    return owe


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Make the outside world fail; the list counts how often it was tried."""
    tried: list[int] = []

    def fail() -> None:
        tried.append(1)
        raise ConnectionError("nobody answers")

    monkeypatch.setattr(subscribers, "notebook", fail)
    return tried


def _due_now(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(available_at=LONG_AGO)


@pytest.mark.django_db(transaction=True)
class TestAnOwedEffect:
    def test_is_done_once_and_its_outcome_names_its_cause(self, owed: Callable[[], Delivery], notebook: Path) -> None:
        delivery = owed()

        assert lanes.hand_out_next("default") is True
        assert lanes.hand_out_next("default") is False

        delivery.refresh_from_db()
        outcome = Event.objects.get(type="NoteWritten")
        assert (delivery.state, delivery.attempts) == (DeliveryState.DONE, 1)
        assert outcome.causation_id == delivery.event.event_id
        assert outcome.actor == "service:tests.toy.tell_the_world"
        assert Receipt.objects.filter(key=f"{delivery.pk}:1").count() == 1
        assert len(notebook.read_text().splitlines()) == 1

    def test_waits_in_its_own_lane(self, owed: Callable[[], Delivery], notebook: Path) -> None:
        owed()

        assert lanes.lanes_with_due_work() == ["default"]
        assert lanes.hand_out_next("dispatch") is False

    def test_is_not_handed_out_before_it_is_due(self, owed: Callable[[], Delivery]) -> None:
        delivery = owed()
        Delivery.objects.filter(pk=delivery.pk).update(available_at=datetime.now(tz=UTC) + timedelta(hours=1))

        assert lanes.hand_out_next("default") is False
        assert lanes.lanes_with_due_work() == []


@pytest.mark.django_db(transaction=True)
class TestAFailedAttempt:
    def test_is_tried_again_later_and_keeps_the_error(
        self, owed: Callable[[], Delivery], unreachable: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        delivery = owed()
        now = datetime.now(tz=UTC)
        monkeypatch.setattr(clock, "database_now", lambda: now)

        lanes.hand_out_next("default")

        delivery.refresh_from_db()
        assert delivery.state == DeliveryState.PENDING
        assert delivery.available_at >= now + timedelta(seconds=0.8 * lanes.FIRST_WAIT_S)
        assert "ConnectionError: nobody answers" in delivery.last_error
        assert lanes.hand_out_next("default") is False, "not due yet"

    def test_too_many_make_a_dead_letter_that_says_so_on_the_timeline(self, owed: Callable[[], Delivery], unreachable: list[int]) -> None:
        delivery = owed()

        for _attempt in range(3):
            _due_now(delivery)
            lanes.hand_out_next("default")
        _due_now(delivery)
        lanes.hand_out_next("default")

        gave_up = Event.objects.get(type="EffectGaveUp")
        assert len(unreachable) == 3
        assert list(queries.dead_letters()) == [delivery]
        assert {row.kind for row in gave_up.subject_rows.all()} == {"jar", "event"}

    def test_waits_longer_each_time_but_never_more_than_ten_minutes(self) -> None:
        waits = [lanes.backoff_s(attempt) for attempt in range(1, 9)]

        assert 0.8 <= waits[0] <= 1.2
        assert all(low * 4 * 0.8 / 1.2 <= high for low, high in itertools.pairwise(waits[:5]))
        assert max(waits) <= 720


@pytest.mark.django_db(transaction=True)
class TestAnEffectThatEndsItsWorker:
    def test_is_given_up_after_as_many_claims_as_attempts(self, owed: Callable[[], Delivery], unreachable: list[int]) -> None:
        delivery = owed()
        for attempt in range(1, 4):
            assert leases.claim("default", owner="died", lease_s=-1) == (delivery.pk, attempt, attempt)

        lanes.hand_out_next("default")

        delivery.refresh_from_db()
        assert unreachable == [], "it was not tried a fourth time"
        assert delivery.state == DeliveryState.DEAD
        assert "seems to end the worker" in delivery.last_error


@pytest.mark.django_db(transaction=True)
class TestAnEffectThatFailsForGoodTwice:
    def test_comes_back_as_a_dead_letter_each_time(
        self, owed: Callable[[], Delivery], unreachable: list[int], ctx_factory: Callable[..., Context]
    ) -> None:
        delivery = owed()

        for _life in range(2):
            for _attempt in range(3):
                _due_now(delivery)
                lanes.hand_out_next("default")
            delivery.refresh_from_db()
            assert delivery.state == DeliveryState.DEAD
            journal_commands.retry_delivery(ctx_factory(), delivery_id=delivery.pk, expected_version=delivery.version)

        assert len(unreachable) == 6
        assert Event.objects.filter(type="EffectGaveUp").count() == 2


@pytest.mark.django_db(transaction=True)
class TestAnEffectNobodyKnows:
    def test_is_given_up_at_once_with_words(self, owed: Callable[[], Delivery], monkeypatch: pytest.MonkeyPatch) -> None:
        delivery = owed()
        monkeypatch.setattr("apps.journal.subscriptions._by_name", {})

        lanes.hand_out_next("default")

        delivery.refresh_from_db()
        assert delivery.state == DeliveryState.DEAD
        assert "no longer has a reaction named tests.toy.tell_the_world" in delivery.last_error


@pytest.mark.django_db(transaction=True)
class TestALease:
    def test_that_ran_out_goes_to_the_next_worker_and_fences_off_the_first(self, owed: Callable[[], Delivery]) -> None:
        delivery = owed()
        first = leases.claim("default", owner="a", lease_s=-1)

        second = leases.claim("default", owner="b", lease_s=30)

        assert first == (delivery.pk, 1, 1)
        assert second == (delivery.pk, 2, 2)
        assert leases.finish(delivery.pk, fence=1) is False
        assert leases.renew(delivery.pk, fence=1, lease_s=30) is False
        assert leases.put_back(delivery.pk, fence=1, error="late", wait_s=0) is False
        assert leases.finish(delivery.pk, fence=2) is True

    def test_is_kept_while_a_long_effect_runs(self, owed: Callable[[], Delivery], monkeypatch: pytest.MonkeyPatch) -> None:
        delivery = owed()
        others: list[object] = []

        def ends() -> datetime:
            until_then = Delivery.objects.get(pk=delivery.pk).lease_until
            assert until_then is not None
            return until_then

        def be_slow() -> None:
            first = ends()
            until(lambda: ends() > first, "the lease to be renewed")
            with monkeypatch.context() as after_the_first:
                after_the_first.setattr(clock, "database_now", lambda: first + timedelta(milliseconds=1))
                others.append(leases.claim("default", owner="impatient", lease_s=30))

        monkeypatch.setattr(subscribers, "notebook", be_slow)

        lanes.hand_out_next("default")

        delivery.refresh_from_db()
        assert others == [None]
        assert (delivery.state, delivery.attempts) == (DeliveryState.DONE, 1)


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
class TestManyWorkersOnOneLane:
    def test_hand_out_each_effect_once(
        self, writers: Writers, ctx_factory: Callable[..., Context], notebook: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hurried = subscriptions.named("tests.toy.tell_the_world")
        assert hurried is not None
        monkeypatch.setitem(subscriptions._by_name, hurried.name, replace(hurried, lease_s=600))  # no lease is lost to a busy machine
        jar = make_jar()
        for version in range(1, 41):
            commands.add_bolts(ctx_factory(), jar_id=jar.id, bolts=1, expected_version=version)

        outcomes = writers.in_threads(lambda _i: _work(), 6)

        assert [outcome.error for outcome in outcomes] == [None] * 6
        assert sum(outcome.value for outcome in outcomes) == 40
        assert set(Delivery.objects.values_list("state", "attempts")) == {(DeliveryState.DONE, 1)}
        assert len(notebook.read_text().splitlines()) == 40


def _work() -> int:
    done = 0
    while lanes.hand_out_next("default"):
        done += 1
    return done


@pytest.mark.django_db
class TestReceipts:
    def test_are_forgotten_after_seven_days_and_not_before(self, ctx_factory: Callable[..., Context]) -> None:
        now = datetime.now(tz=UTC)
        commands.open_jar(ctx_factory(now=now - timedelta(days=7, minutes=1)), label="old")
        commands.open_jar(ctx_factory(now=now - timedelta(days=6, hours=23)), label="young")

        assert sweeping.forget_old_receipts() == 1
        assert Receipt.objects.count() == 1
