"""``accounts.remove_holiday``: the shifts of a day start after all."""

from __future__ import annotations

from datetime import date

import pytest

from apps.accounts import commands
from apps.accounts.models import Holiday
from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import NotFound
from tests.factories.accounts import make_holiday, shop
from tests.factories.context import make_context
from tests.recorded import the_event
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.both_engines
class TestTwoWhoRemoveItAtOnce:
    def test_one_does_and_the_other_finds_none(self, writers: Writers) -> None:
        holiday = make_holiday()

        outcomes = writers.in_threads(lambda _n: commands.remove_holiday(make_context(), holiday_id=holiday.pk, expected_version=1), 4)

        assert [type(one.error) for one in outcomes].count(type(None)) == 1
        assert {type(one.error) for one in outcomes} == {type(None), NotFound}
        assert Event.objects.filter(type="HolidayRemoved").count() == 1


class TestWorkingAfterAll:
    def test_takes_the_day_away_and_leaves_the_others(self, ctx: Context) -> None:
        holiday, other = make_holiday(day=date(2026, 12, 24)), make_holiday(day=date(2026, 12, 25))

        commands.remove_holiday(ctx, holiday_id=holiday.pk, expected_version=1)

        assert Holiday.objects.get().pk == other.pk
        data, subjects = the_event("HolidayRemoved")
        assert data == {"site_id": str(shop().pk), "day": "2026-12-24"}
        assert subjects == {("site", shop().pk)}
        with pytest.raises(NotFound):
            commands.remove_holiday(make_context(), holiday_id=holiday.pk, expected_version=1)
