"""``accounts.add_holidays``: days on which no shift starts."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from apps.accounts import commands
from apps.accounts.models import Holiday
from apps.journal.context import Context
from apps.journal.refusals import NotFound
from tests.factories.accounts import make_holiday, make_site, shop
from tests.factories.context import make_context
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db(transaction=True)
FIRST, LAST = date(2026, 12, 24), date(2026, 12, 26)


class TestNamingHolidays:
    def test_adds_each_day_once(self, ctx: Context) -> None:
        make_holiday(day=date(2026, 12, 25), name="Christmas")
        make_holiday(day=FIRST, site=make_site())

        added = commands.add_holidays(ctx, site_id=shop().pk, first=FIRST, last=LAST, name=" Closed ")

        kept = Holiday.objects.filter(site=shop()).order_by("day").values_list("day", "name")
        assert list(kept) == [(FIRST, "Closed"), (date(2026, 12, 25), "Christmas"), (LAST, "Closed")]
        assert len(added) == 2
        data, subjects = the_event("HolidaysAdded")
        assert data == {"site_id": str(shop().pk), "days": ["2026-12-24", "2026-12-26"]}
        assert subjects == {("site", shop().pk)}

    def test_one_day_needs_no_end(self, ctx: Context) -> None:
        commands.add_holidays(ctx, site_id=shop().pk, first=FIRST)

        assert Holiday.objects.get().day == FIRST

    def test_is_refused_when_it_cannot_be_meant(self) -> None:
        def asked(first: date, last: date | None = None) -> str:
            return refusal_of(lambda: commands.add_holidays(make_context(), site_id=shop().pk, first=first, last=last)).code

        make_holiday(day=FIRST)
        assert asked(FIRST) == "holiday-exists"
        assert asked(LAST, FIRST) == "holidays-end-before-they-begin"
        assert asked(FIRST, date(2027, 2, 24)) == "holidays-too-long"
        with pytest.raises(NotFound):
            commands.add_holidays(make_context(), site_id=uuid4(), first=FIRST)
