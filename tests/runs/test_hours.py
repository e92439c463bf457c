"""Working hours: the gate, the planning ahead of it, coming back when somebody is there, and the words for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from apps.accounts import commands as accounts
from apps.accounts.domain.hours import WeeklyShift
from apps.board import queries as board
from apps.board.labels.cards import line, told
from apps.catalog.states import Reason
from apps.fleet.models import Printer
from apps.fleet.states import Bed
from apps.journal import clock, frame, lanes
from apps.journal.models import Delivery
from apps.journal.refusals import Refusal
from apps.planning.models import BuildPlate, Output
from apps.policy import commands as policy
from apps.policy.domain.default import default_body
from apps.policy.models import Decision
from apps.runs import commands, queries
from apps.runs.domain import scheduling
from apps.runs.domain.scheduling import assign
from apps.runs.models import Run
from apps.runs.states import RunState
from tests.factories.accounts import make_holiday, make_shift, shop
from tests.factories.context import make_context
from tests.factories.floor import Floor, make_floor
from tests.factories.planning import make_output
from tests.runs.driving import fresh, machine, person, queued
from tests.runs.test_moving_on import work

pytestmark = pytest.mark.django_db

EVENING = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)
"""A Monday. The shift is from 06:00 to 22:00."""
NIGHT = EVENING + timedelta(hours=2)
MORNING = datetime(2026, 3, 3, 6, 0, tzinfo=UTC)
Clock = Callable[[datetime], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return how to turn the clock; it shows the night at first."""

    def turn(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    turn(NIGHT)
    return turn


def day_shifts() -> None:
    for weekday in range(5):
        make_shift(weekday=weekday, starts_minute=360, minutes=960)


def met(grace: int = 0, **rule: Any) -> dict[str, Any]:
    """Return a policy that wants prints to end while somebody is there, and does not care who watches their start."""
    body = default_body()
    body["rules"] = [one for one in body["rules"] if one["predicate"] != "starts_while_somebody_is_there"]
    asked = {"id": "ends-are-met", "transitions": ["run.dispatch"], "predicate": "ends_while_somebody_is_there"}
    body["rules"].append({**asked, "params": {"grace_minutes": grace}, "otherwise": "BLOCK", "only_automatic": True, **rule})
    return body


def plate_of(floor: Floor, minutes: int, **values: Any) -> BuildPlate:
    output: Output = make_output(printer_class=floor.printer_class, estimated_minutes=minutes)
    return floor.plate(output=output, layout=output.layout, slice_key=output.slice_key, **values)


def dispatch(run: Run, printer: Printer, ctx: Any) -> Any:
    return commands.dispatch_run(ctx, run_id=run.pk, printer_id=printer.pk, expected_version=run.version)


def decisions(run: Run) -> int:
    return Decision.objects.filter(transition="run.dispatch", subject_id=run.pk).count()


@pytest.mark.both_engines
class TestTheGate:
    def test_a_shop_without_hours_starts_at_night(self) -> None:
        floor = make_floor()

        assert isinstance(dispatch(queued(floor.plate()), floor.printer(), machine(now=NIGHT)), UUID)
        assert '"hours.are_kept":false' in Decision.objects.filter(transition="run.dispatch").latest("id").inputs

    def test_automation_starts_nothing_that_nobody_watches_and_a_person_may(self) -> None:
        floor = make_floor()
        day_shifts()
        run, printer = queued(floor.plate()), floor.printer()

        for moment, stays in ((NIGHT, 0), (EVENING + timedelta(minutes=46), 14)):
            answer = dispatch(run, printer, machine(now=moment))
            assert isinstance(answer, Refusal)
            assert answer.params["why"] == [
                {"code": "starts_while_somebody_is_there", "rule": "starts-are-watched", "stays": stays, "limit": 15}
            ]
        assert isinstance(dispatch(run, printer, person(now=NIGHT)), UUID)

    def test_long_prints_run_through_the_night_by_default(self) -> None:
        floor = make_floor()
        day_shifts()

        run = dispatch(queued(plate_of(floor, 9 * 60)), floor.printer(), machine(now=EVENING))

        assert isinstance(run, UUID)
        assert '"hours.end_after":0' in Decision.objects.filter(transition="run.dispatch").latest("id").inputs

    def test_a_policy_may_want_somebody_at_the_end(self) -> None:
        floor = make_floor(policy=met(grace=30))
        day_shifts()
        printer = floor.printer()

        answer = dispatch(queued(plate_of(floor, 400)), printer, machine(now=EVENING))

        assert isinstance(answer, Refusal)
        why = {"code": "ends_while_somebody_is_there", "rule": "ends-are-met", "after": 340, "limit": 30, "wait": 140}
        assert answer.params["why"] == [why]
        assert isinstance(dispatch(queued(plate_of(floor, 90)), printer, machine(now=EVENING)), UUID)

    def test_a_policy_may_bind_people_too(self) -> None:
        floor = make_floor(policy=met(only_automatic=False))
        day_shifts()

        assert isinstance(dispatch(queued(plate_of(floor, 400)), floor.printer(), person(now=EVENING)), Refusal)


@pytest.mark.both_engines
class TestPlanningAhead:
    def test_agrees_with_the_gate_to_the_second(self) -> None:
        floor = make_floor(policy=met(grace=10))
        day_shifts()
        printer = floor.printer()
        run = queued(plate_of(floor, 60))
        for offset in (-1, 0, 1, 59, 60):
            now = EVENING + timedelta(minutes=10, seconds=offset)
            (waiting,) = queries.waiting_runs(shop().pk, now=now)
            answer = None if waiting.blocked else dispatch(run, printer, machine(now=now))
            assert isinstance(answer, UUID) == (offset <= 0) or waiting.blocked == "hours"
            if isinstance(answer, UUID):
                break
        assert offset == -1

    def test_what_hours_keep_back_lets_others_go_first(self) -> None:
        floor = make_floor(policy=met())
        day_shifts()
        floor.printer()
        long, short = queued(plate_of(floor, 400)), queued(plate_of(floor, 50))

        waiting = queries.waiting_runs(shop().pk, now=EVENING)
        made = assign(waiting, queries.candidates(shop().pk, now=EVENING))

        assert {one.run_id: (one.blocked, one.not_before) for one in waiting} == {
            long.pk: ("hours", EVENING + timedelta(hours=2, minutes=20)),
            short.pk: ("", None),
        }
        assert [one.run_id for one in made] == [short.pk]

    def test_a_rule_that_asks_a_person_does_not_keep_back(self) -> None:
        make_floor(policy=met(otherwise="REQUIRE_APPROVAL"))
        day_shifts()

        assert queries.keeping(shop().pk) is None


class TestComingBack:
    def test_it_starts_by_itself_in_the_morning_and_asks_nobody_in_between(self, at: Clock) -> None:
        floor = make_floor()
        day_shifts()
        floor.printer()
        run = queued(floor.plate())

        work()

        run = fresh(run)
        assert (run.state, decisions(run)) == (RunState.QUEUED, 0)
        (waits,) = Delivery.objects.filter(state="pending", subscriber="runs.assign")
        assert waits.available_at == MORNING
        at(MORNING - timedelta(seconds=1))
        assert not lanes.hand_out_next("default")
        at(MORNING)
        work()
        run = fresh(run)
        assert (run.state, decisions(run)) == (RunState.UPLOADING, 1)

    def test_one_whose_shift_ends_between_looking_and_asking_comes_back_too(self, at: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
        floor = make_floor()
        day_shifts()
        floor.printer()
        run = queued(floor.plate())
        last = EVENING + timedelta(minutes=45)
        at(last)

        def slowly(*known: Any) -> Any:
            made = assign(*known)
            at(last + timedelta(seconds=1))
            return made

        with monkeypatch.context() as slow:
            slow.setattr(scheduling, "assign", slowly)
            work()

        run = fresh(run)
        assert (run.state, decisions(run)) == (RunState.QUEUED, 1)
        (waits,) = Delivery.objects.filter(state="pending", subscriber="runs.assign")
        assert waits.available_at == MORNING
        at(MORNING)
        work()
        run = fresh(run)
        assert (run.state, decisions(run)) == (RunState.UPLOADING, 2)

    def test_many_that_wait_for_the_same_morning_wake_once(self, at: Clock) -> None:
        floor = make_floor()
        day_shifts()
        for _ in range(3):
            floor.printer()
        runs = [queued(floor.plate()) for _ in range(3)]

        work()
        assert Delivery.objects.filter(state="pending", subscriber="runs.assign").count() == 1
        at(MORNING)
        work()

        assert {fresh(run).state for run in runs} == {RunState.UPLOADING}
        assert not Delivery.objects.filter(state="pending", subscriber="runs.assign").exists()

    def test_many_wake_once_though_the_clock_goes_on_while_they_are_looked_at(self, monkeypatch: pytest.MonkeyPatch) -> None:
        floor = make_floor()
        day_shifts()
        floor.printer()
        for _ in range(3):
            queued(floor.plate())
        ticks = count()
        monkeypatch.setattr(clock, "now", lambda: NIGHT + timedelta(milliseconds=next(ticks)))

        work()

        assert Delivery.objects.filter(state="pending", subscriber="runs.assign").count() == 1

    def test_each_starts_when_its_own_moment_comes(self, at: Clock) -> None:
        at(EVENING)
        floor = make_floor(policy=met())
        day_shifts()
        floor.printer()
        floor.printer()
        longer, long = queued(plate_of(floor, 460)), queued(plate_of(floor, 400))

        work()
        at(EVENING + timedelta(hours=1, minutes=20))
        work()
        longer, long = fresh(longer), fresh(long)
        assert (longer.state, long.state) == (RunState.UPLOADING, RunState.QUEUED)
        at(EVENING + timedelta(hours=2, minutes=20))
        work()
        long = fresh(long)
        assert long.state == RunState.UPLOADING

    def test_other_hours_count_at_once(self, at: Clock) -> None:
        floor = make_floor()
        day_shifts()
        floor.printer()
        run = queued(floor.plate())
        work()

        accounts.set_working_hours(make_context(), site_id=shop().pk, expected_version=1, shifts=(WeeklyShift(0, 1320, 480),))
        work()

        run = fresh(run)
        assert run.state == RunState.UPLOADING

    def test_another_clock_counts_at_once(self, at: Clock) -> None:
        floor = make_floor()
        day_shifts()
        floor.printer()
        run = queued(floor.plate())
        work()

        accounts.set_time_zone(make_context(), site_id=shop().pk, expected_version=1, time_zone="Asia/Tokyo")
        work()

        run = fresh(run)
        assert run.state == RunState.UPLOADING

    def test_a_holiday_puts_it_off_and_taken_back_brings_it_forward(self, at: Clock) -> None:
        floor = make_floor()
        day_shifts()
        floor.printer()
        run = queued(floor.plate())
        work()
        accounts.add_holidays(make_context(), site_id=shop().pk, first=date(2026, 3, 3))
        at(MORNING)
        work()
        run = fresh(run)
        assert run.state == RunState.QUEUED

        holiday = shop().holidays.get()
        accounts.remove_holiday(make_context(), holiday_id=holiday.pk, expected_version=1)
        work()

        run = fresh(run)
        assert run.state == RunState.UPLOADING

    def test_what_no_shift_fits_is_looked_for_again_as_the_calendar_goes_on(self, at: Clock) -> None:
        """More than 400 holidays in a row, and nothing happens any more that would have us look."""
        floor = make_floor()
        day_shifts()
        for number in range(407):
            make_holiday(day=NIGHT.date() + timedelta(days=number))
        floor.printer()
        run = queued(floor.plate())
        work()
        assert fresh(run).state == RunState.QUEUED
        assert [one.code for one in queries.why_not_printing("run", run.pk, now=NIGHT)] == ["NO_SHIFT_FITS"]

        at(NIGHT + timedelta(days=7, minutes=1))
        work()
        at(MORNING + timedelta(days=408))
        work()

        run = fresh(run)
        assert run.state == RunState.UPLOADING

    def test_another_policy_counts_at_once(self, at: Clock) -> None:
        floor = make_floor()
        day_shifts()
        floor.printer()
        run = queued(floor.plate())
        work()

        policy.activate_policy(make_context(), site_id=shop().pk, body=met(grace=1440))
        work()

        run = fresh(run)
        assert run.state == RunState.UPLOADING

    def test_one_that_was_given_up_meanwhile_does_not_take_the_others_with_it(self, at: Clock) -> None:
        floor = make_floor()
        day_shifts()
        floor.printer()
        first = queued(floor.plate())
        work()
        second = queued(floor.plate())
        work()
        commands.abort_run(person(), run_id=first.pk, reason=Reason.OPERATOR_ABORT, expected_version=first.version)

        at(MORNING)
        work()

        second = fresh(second)
        assert second.state == RunState.UPLOADING


@pytest.mark.both_engines
class TestTheWords:
    def test_say_that_nobody_watches_and_when_it_starts(self) -> None:
        floor = make_floor()
        day_shifts()
        floor.printer()
        run = queued(floor.plate())

        (blocker,) = queries.why_not_printing("run", run.pk, now=NIGHT)

        assert blocker.code == "UNWATCHED"
        assert blocker.words == "Nobody would be there to watch it start. It starts by itself Tue 06:00, when somebody is there."
        assert blocker.params["start_at"] == MORNING
        (blocker,) = queries.why_not_printing("run", run.pk, now=EVENING + timedelta(minutes=50))
        assert "by itself Tue 06:00" in blocker.words

    def test_say_when_it_would_end_and_when_it_starts(self) -> None:
        floor = make_floor(policy=met())
        day_shifts()
        floor.printer()
        run = queued(plate_of(floor, 400))

        (blocker,) = queries.why_not_printing("run", run.pk, now=EVENING)

        assert blocker.code == "ENDS_ALONE"
        assert blocker.words == "It would end Tue 03:40, and nobody is there until Tue 06:00. It starts by itself 23:20."

    def test_say_that_no_shift_fits(self) -> None:
        floor = make_floor()
        make_shift(weekday=0, starts_minute=360, minutes=10)
        floor.printer()
        run = queued(floor.plate())

        (blocker,) = queries.why_not_printing("run", run.pk, now=NIGHT)

        assert blocker.code == "NO_SHIFT_FITS"
        assert "does not start by itself within 400 days" in blocker.words
        assert blocker.next_action == "Whoever is there may start it now. Or change the working hours."

    @pytest.mark.parametrize(("now", "minutes", "code"), [(NIGHT, 60, "UNWATCHED"), (EVENING, 400, "ENDS_ALONE")])
    def test_offer_a_start_by_hand_only_where_people_are_not_bound(self, now: datetime, minutes: int, code: str) -> None:
        watched = {"id": "watched", "transitions": ["run.dispatch"], "predicate": "starts_while_somebody_is_there"}
        both = met(only_automatic=False)
        both["rules"].append({**watched, "params": {"minutes": 15}, "otherwise": "BLOCK", "only_automatic": True})
        floor = make_floor(policy=both)
        day_shifts()
        run = queued(plate_of(floor, minutes))
        floor.printer()

        (bound,) = queries.why_not_printing("run", run.pk, now=now)
        policy.activate_policy(make_context(), site_id=shop().pk, body=met())
        free = [one.next_action for one in queries.why_not_printing("run", run.pk, now=EVENING) if one.code == "ENDS_ALONE"]

        assert bound.code == code
        assert "by hand it starts only as an exception, with a reason." in bound.next_action
        assert "may start it now" not in bound.next_action
        assert all("Whoever is there may start it now." in one for one in free)

    def test_what_else_is_in_the_way_is_said_too(self) -> None:
        floor = make_floor()
        day_shifts()
        floor.printer(bed=Bed.NOT_CLEAR)
        run = queued(floor.plate())

        assert [one.code for one in queries.why_not_printing("run", run.pk, now=NIGHT)] == ["UNWATCHED", "BED"]

    def test_an_old_refusal_is_not_repeated(self) -> None:
        floor = make_floor()
        day_shifts()
        make_holiday(day=date(2026, 3, 3))
        run, printer = queued(floor.plate()), floor.printer()
        assert isinstance(dispatch(run, printer, machine(now=NIGHT)), Refusal)

        assert [one.code for one in queries.why_not_printing("run", run.pk, now=NIGHT)] == ["UNWATCHED"]
        assert [one.code for one in queries.why_not_printing("run", run.pk, now=EVENING)] == ["STARTS_NOW"]


class TestTheBoard:
    def told(self, now: datetime) -> list[tuple[str, str, str]]:
        """Return the section of each card of an attempt, and what is said of it in a card and in a line."""
        site = shop()
        found = board.today(site.pk, now=now).cards
        return [
            (card.section, told(card, now=now, zone=site.zone).note, line(card, now=now, zone=site.zone).more)
            for card in found
            if card.kind == "run"
        ]

    def test_says_when_it_starts(self) -> None:
        floor = make_floor()
        day_shifts()
        queued(floor.plate())

        said = "Starts Tue 06:00, when somebody is there to watch."
        assert self.told(NIGHT) == [("next", said, said)]
        assert self.told(EVENING) == [("next", "", "")]

    def test_says_when_it_would_end(self) -> None:
        floor = make_floor(policy=met())
        day_shifts()
        queued(plate_of(floor, 400))

        ((_section, note, _line),) = self.told(EVENING)
        assert note == "Would end Tue 03:40 with nobody there. Starts 23:20."

    def test_a_promise_that_waiting_for_hours_would_break_is_a_risk_at_once(self) -> None:
        floor = make_floor()
        day_shifts()
        run = queued(floor.plate())
        with frame.seeding("promised"):
            run.due_at = MORNING + timedelta(minutes=90)
            run.save_changes("due_at")

        ((section, note, _line),) = self.told(NIGHT)
        assert section == "risk"
        assert note.startswith("Starts Tue 06:00")
