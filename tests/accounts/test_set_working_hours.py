"""``accounts.set_working_hours``: the whole week at once."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.accounts import commands
from apps.accounts.domain.hours import WeeklyShift
from apps.accounts.models import Shift, Site
from apps.accounts.queries import calendar_of
from apps.journal.context import Context
from apps.journal.refusals import Invalid, NotFound, StaleVersion
from tests.factories.accounts import make_holiday, make_shift, make_site, shop
from tests.factories.context import make_context
from tests.recorded import event_types, refusal_of, the_event
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)
EARLY, LATE, NIGHT = WeeklyShift(0, 360, 480), WeeklyShift(0, 840, 480), WeeklyShift(4, 1320, 480)


class TestSayingWhenSomebodyIsThere:
    def test_replaces_the_week_and_keeps_what_stays(self, ctx: Context) -> None:
        stays = make_shift(weekday=0, starts_minute=360, minutes=480)
        goes = make_shift(weekday=1, starts_minute=360, minutes=480)
        elsewhere = make_shift(site=make_site())

        commands.set_working_hours(ctx, site_id=shop().pk, expected_version=1, shifts=(NIGHT, EARLY, LATE))

        assert calendar_of(shop().pk).shifts == (EARLY, LATE, NIGHT)
        assert Shift.objects.filter(pk__in=[stays.pk, elsewhere.pk]).count() == 2
        assert not Shift.objects.filter(pk=goes.pk).exists()
        data, subjects = the_event("WorkingHoursSet")
        assert data == {"site_id": str(shop().pk), "shifts": [[0, 360, 480], [0, 840, 480], [4, 1320, 480]]}
        assert subjects == {("site", shop().pk)}

    def test_longer_than_before_is_another_shift_at_the_same_start(self, ctx: Context) -> None:
        make_shift(weekday=0, starts_minute=360, minutes=480)

        commands.set_working_hours(ctx, site_id=shop().pk, expected_version=1, shifts=(WeeklyShift(0, 360, 600),))

        assert calendar_of(shop().pk).shifts == (WeeklyShift(0, 360, 600),)

    def test_no_shift_at_all_is_no_working_hours(self, ctx: Context) -> None:
        make_shift()
        make_holiday()

        commands.set_working_hours(ctx, site_id=shop().pk, expected_version=1, shifts=())

        calendar = calendar_of(shop().pk)
        assert (calendar.shifts, calendar.holidays) == ((), frozenset())

    def test_whoever_saw_another_week_is_told(self, ctx: Context) -> None:
        commands.set_working_hours(ctx, site_id=shop().pk, expected_version=1, shifts=(EARLY,))

        with pytest.raises(StaleVersion):
            commands.set_working_hours(make_context(), site_id=shop().pk, expected_version=1, shifts=(LATE,))
        assert Site.objects.get().version == 2
        assert calendar_of(shop().pk).shifts == (EARLY,)
        assert event_types() == ["WorkingHoursSet"]

    def test_is_refused_when_it_cannot_be_meant(self) -> None:
        def asked(*shifts: WeeklyShift) -> str:
            make = lambda: commands.set_working_hours(make_context(), site_id=shop().pk, expected_version=1, shifts=shifts)  # noqa: E731
            return refusal_of(make).code

        make_shift(weekday=3)
        assert asked(EARLY, WeeklyShift(0, 360, 60)) == "shift-exists"
        assert asked(EARLY, EARLY) == "shift-exists"
        assert asked(WeeklyShift(0, 1440, 60)) == "shift-start-invalid"
        assert asked(WeeklyShift(0, 360, 1441)) == "shift-length-invalid"
        assert asked(WeeklyShift(0, 360, 0)) == "shift-length-invalid"
        assert asked(WeeklyShift(7, 360, 10)) == "unknown-code"
        with pytest.raises(Invalid):
            commands.set_working_hours(make_context(), site_id=shop().pk, expected_version=1, shifts=(EARLY,) * 71)
        with pytest.raises(NotFound):
            commands.set_working_hours(make_context(), site_id=uuid4(), expected_version=1, shifts=())
        assert Shift.objects.get().weekday == 3


class TestTwoAtOnce:
    @pytest.mark.both_engines
    def test_do_not_mix_their_weeks(self, writers: Writers) -> None:
        site_id = shop().pk
        weeks = [(EARLY, WeeklyShift(1, 360, 480)), (EARLY, WeeklyShift(2, 840, 480)), (NIGHT,), ()]

        def set_week(number: int) -> None:
            commands.set_working_hours(make_context(), site_id=site_id, expected_version=1, shifts=weeks[number])

        outcomes = writers.in_threads(set_week, len(weeks))

        (won,) = [number for number, one in enumerate(outcomes) if one.error is None]
        assert {type(one.error) for one in outcomes if one.error is not None} == {StaleVersion}
        assert calendar_of(site_id).shifts == weeks[won]
