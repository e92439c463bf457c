"""In what order cards are read, whatever is on the board: safety first, then the earliest promise lost, then age; nothing is lost in a group."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from apps.board.domain.cards import Card, Cause, Section
from apps.board.domain.known import Attempt, Known, Machine, Part
from apps.board.domain.ordering import GROUPED, grouped, in_order
from apps.board.domain.promises import Promise, done_about, is_tight, promise_of
from apps.board.domain.today import today

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no finding."""

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MOMENTS = some.integers(-10_000, 10_000).map(lambda minutes: NOW + timedelta(minutes=minutes))
PROMISES = some.none() | some.builds(Promise, order=some.sampled_from(["1", "2"]), due_at=MOMENTS, act_by=some.none() | MOMENTS)


@some.composite
def cards(draw: some.DrawFn) -> list[Card]:
    """Return cards of attention, all of different records."""
    count = draw(some.integers(0, 12))
    return [
        Card(
            Section.ATTENTION,
            draw(some.sampled_from(list(Cause))),
            "thing",
            str(number),
            1,
            draw(some.none() | MOMENTS),
            is_safety=draw(some.booleans()),
            promise=draw(PROMISES),
        )
        for number in range(count)
    ]


@some.composite
def farms(draw: some.DrawFn) -> Known:
    """Return a floor in any state, also in ones that should not be."""
    states = ["queued", "pending_approval", "uploading", "printing", "paused", "completed", "failed", "aborted"]
    machines = tuple(
        Machine(
            f"m{number}",
            1,
            f"M{number}",
            "class",
            draw(some.sampled_from(["OK", "DEGRADED", "MAINTENANCE"])),
            NOW,
            draw(some.sampled_from(["ONLINE", "OFFLINE", "MISCONFIGURED", "UNKNOWN"])),
            NOW,
            draw(some.sampled_from(["CLEAR", "NOT_CLEAR", "UNKNOWN"])),
            draw(MOMENTS),
            draw(some.sampled_from(["FREE", "OURS", "FOREIGN"])),
            NOW,
            health_reason=draw(some.sampled_from(["", "THERMAL", "CLOG"])),
            service_due_at=draw(some.none() | MOMENTS),
        )
        for number in range(draw(some.integers(0, 4)))
    )
    places = ["", *(machine.id for machine in machines)]
    attempts = tuple(
        Attempt(
            f"r{number}",
            1,
            draw(some.sampled_from(states)),
            1,
            f"P-{number}",
            f"p{number}",
            NOW,
            parts=(Part("Bracket", 2, "1042", draw(some.none() | MOMENTS)),),
            printer_id=draw(some.sampled_from(places)),
            class_id="class",
            minutes=draw(some.none() | some.integers(0, 2000)),
            progress=draw(some.floats(0, 100)),
            judged_at=draw(some.none() | some.just(NOW)),
            desynced_since=draw(some.none() | some.just(NOW)),
            risk_level=draw(some.sampled_from(["", "LOW", "MEDIUM", "HIGH"])),
        )
        for number in range(draw(some.integers(0, 6)))
    )
    return Known(attempts, machines)


class TestTheOrder:
    @unhurried
    @given(cards())
    def test_is_safety_then_the_promise_lost_first_then_age(self, found: list[Card]) -> None:
        ordered = in_order(found)

        for one, next_one in itertools.pairwise(ordered):
            assert one.is_safety >= next_one.is_safety
            if one.is_safety == next_one.is_safety and next_one.promise is not None:
                assert one.promise is not None
                assert one.promise.lost_at <= next_one.promise.lost_at

    @unhurried
    @given(cards())
    def test_does_not_depend_on_how_they_came(self, found: list[Card]) -> None:
        assert in_order(found) == in_order(reversed(found))


class TestGroups:
    @unhurried
    @given(cards())
    def test_lose_and_double_nothing(self, found: list[Card]) -> None:
        told = Counter(one.key for card in grouped(found) for one in (card.members or (card,)))

        assert told == Counter(card.key for card in found)

    @unhurried
    @given(cards())
    def test_hold_one_cause_and_never_what_is_a_matter_of_safety(self, found: list[Card]) -> None:
        for card in grouped(found):
            assert len({one.cause for one in card.members}) <= 1
            assert not any(one.is_safety for one in card.members)
            assert not card.members or card.cause in GROUPED

    @unhurried
    @given(cards())
    def test_stand_where_their_first_stood(self, found: list[Card]) -> None:
        told = grouped(found)

        assert list(told) == list(in_order(told))


class TestABoard:
    @unhurried
    @given(farms())
    def test_tells_each_attempt_once_and_counts_what_it_shows(self, farm: Known) -> None:
        board = today(farm, NOW)

        shown = Counter(one.key for card in board.cards for one in (card.members or (card,)))
        assert not [key for key, count in shown.items() if count > 1]
        settled = {one.id for one in farm.attempts if one.state in ("completed", "failed", "aborted") and one.judged_at}
        doubtful = {one.id for one in farm.attempts if one.desynced_since}
        for attempt in farm.attempts:
            assert (f"run:{attempt.id}" in shown) == (attempt.id not in settled - doubtful)
        assert board.counts.attention == len(board.attention)

    @unhurried
    @given(farms())
    def test_gives_every_card_that_needs_somebody_something_to_press(self, farm: Known) -> None:
        assert all(card.primary is not None for card in today(farm, NOW).attention)


class TestAPromise:
    def test_is_kept_while_there_is_time_for_what_is_left(self) -> None:
        half = Attempt("r", 1, "printing", 1, "P", "p", NOW, (Part("A", 1, "7", NOW + timedelta(hours=3)),), minutes=120, progress=50)

        promise = promise_of(half, NOW)

        assert promise is not None
        assert promise.act_by == NOW + timedelta(hours=2)
        assert promise.slack_min == 120
        assert done_about(half, NOW) == NOW + timedelta(hours=1)
        assert not is_tight(promise, half)

    def test_of_what_must_be_printed_again_is_lost_earlier(self) -> None:
        half = Attempt("r", 1, "printing", 1, "P", "p", NOW, (Part("A", 1, "7", NOW + timedelta(hours=3)),), minutes=120, progress=50)

        again = promise_of(half, NOW, from_start=True)

        assert again is not None
        assert again.act_by == NOW + timedelta(hours=1)

    def test_is_not_guessed_where_nobody_knows_how_long_it_takes(self) -> None:
        unknown = Attempt("r", 1, "queued", 1, "P", "p", NOW, (Part("A", 1, "7", NOW),))

        promise = promise_of(unknown, NOW)

        assert promise is not None
        assert (promise.act_by, promise.slack_min) == (None, None)
