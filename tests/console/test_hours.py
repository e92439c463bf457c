"""The page of working hours: the week, the holidays, who is there now, and changing them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from apps.accounts.domain.hours import WeeklyShift
from apps.accounts.models import Holiday, Shift, Site
from apps.accounts.queries import calendar_of
from apps.accounts.states import Role
from apps.journal import clock
from apps.policy.domain.default import default_body
from tests.console.office import HOSTILE, assert_fit_for_people, browser, form, forms_of, owner, press, text_of
from tests.factories.accounts import make_holiday, make_shift, make_site, shop
from tests.factories.policy import make_active_policy

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/admin/hours/"
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
"""A Tuesday."""


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


class TestWorkingHours:
    def test_a_shop_without_any_sees_that_nothing_waits(self) -> None:
        page = owner().get(PAGE)

        assert_fit_for_people(page)
        assert "No working hours: prints may start and end at any time." in text_of(page)

    def test_says_who_is_there_and_what_is_to_come(self) -> None:
        make_shift(weekday=1, starts_minute=360, minutes=960)
        make_holiday(day=date(2026, 12, 24), name="Christmas Eve")
        make_holiday(day=date(2026, 11, 2), name="All Souls")
        make_holiday(day=date(2026, 12, 9), name="Elsewhere", site=make_site())

        said = text_of(owner().get(PAGE))

        assert "Somebody is there, until 22:00" in said
        assert "Thu 24 Dec 2026 Christmas Eve" in said
        assert "All Souls" not in said
        assert "Elsewhere" not in said

    def test_says_when_somebody_comes(self) -> None:
        make_shift(weekday=2, starts_minute=360, minutes=480)

        assert "Nobody is there. Somebody comes Wed 06:00" in text_of(owner().get(PAGE))

    def test_a_lead_sets_the_week_with_a_night_shift(self) -> None:
        make_shift(weekday=6)
        lead = browser(Role.LEAD)

        sent = {"from-0-1": "06:00", "until-0-1": "14:00", "from-4-2": "22:00", "until-4-2": "06:00", "from-6-1": "", "until-6-1": ""}
        answer = press(lead, form(lead.get(PAGE), "/set/"), **sent)

        assert answer.status_code == 303
        assert calendar_of(shop().pk).shifts == (WeeklyShift(0, 360, 480), WeeklyShift(4, 1320, 480))
        page = lead.get(PAGE)
        assert_fit_for_people(page)
        shown = form(page, "/set/")
        assert (shown["from-4-1"], shown["until-4-1"], shown["from-4-2"]) == ("22:00", "06:00", "")
        assert press(lead, shown).status_code == 303
        assert calendar_of(shop().pk).shifts == (WeeklyShift(0, 360, 480), WeeklyShift(4, 1320, 480))

    def test_the_same_time_twice_is_a_whole_day(self) -> None:
        lead = browser(Role.LEAD)

        press(lead, form(lead.get(PAGE), "/set/"), **{"from-0-1": "08:00", "until-0-1": "08:00"})

        assert calendar_of(shop().pk).shifts == (WeeklyShift(0, 480, 1440),)

    def test_half_a_shift_and_half_a_form_change_nothing(self) -> None:
        make_shift()
        lead = browser(Role.LEAD)
        shown = form(lead.get(PAGE), "/set/")

        assert press(lead, shown, **{"from-3-1": "06:00"}).status_code == 422
        assert press(lead, shown, **{"from-3-1": "25:00", "until-3-1": "26:00"}).status_code == 422
        assert press(lead, {name: value for name, value in shown.items() if not name.endswith("-5-1")}).status_code == 422
        assert Shift.objects.count() == 1

    def test_a_week_that_changed_meanwhile_is_not_overwritten(self) -> None:
        lead = browser(Role.LEAD)
        seen = form(lead.get(PAGE), "/set/")
        press(lead, form(lead.get(PAGE), "/set/"), **{"from-0-1": "06:00", "until-0-1": "14:00"})

        assert press(lead, seen, **{"from-1-1": "06:00", "until-1-1": "14:00"}).status_code == 412
        assert calendar_of(shop().pk).shifts == (WeeklyShift(0, 360, 480),)

    def test_a_lead_names_holidays_and_takes_one_back(self) -> None:
        lead = browser(Role.LEAD)

        sent = {"first": "2026-12-24", "last": "2026-12-26", "name": HOSTILE[:120]}
        assert press(lead, form(lead.get(PAGE), "/add-holidays/"), **sent).status_code == 303
        page = lead.get(PAGE)
        assert_fit_for_people(page)
        assert press(lead, form(page, "/remove/")).status_code == 303

        assert list(Holiday.objects.order_by("day").values_list("day", flat=True)) == [date(2026, 12, 25), date(2026, 12, 26)]
        assert press(lead, form(lead.get(PAGE), "/add-holidays/"), first="2026-13-24").status_code == 422

    def test_others_look_and_change_nothing(self) -> None:
        make_shift()
        make_holiday()

        page = browser(Role.OPERATOR).get(PAGE)

        assert "06:00\N{EN DASH}14:00" in text_of(page)
        assert not {"set", "add-holidays", "remove"} & set(forms_of(page))

    def test_nobody_changes_a_site_they_do_not_work_at(self) -> None:
        other = make_site()
        lead = browser(Role.LEAD)
        shown = form(lead.get(PAGE), "/set/")

        answer = press(lead, {**shown, "_action": shown["_action"].replace(str(shop().pk), str(other.pk))})

        assert answer.status_code == 404
        assert Site.objects.get(pk=other.pk).version == 1


class TestWhatWaits:
    def test_is_said_and_a_planner_changes_it(self) -> None:
        make_active_policy(body=default_body())
        planner = browser(Role.PLANNER)
        page = planner.get(PAGE)
        assert "Automation starts a print only while somebody is there, and for 15 minutes more" in text_of(page)
        assert "A print may end at any time" in text_of(page)

        sent = {"watched_minutes_kept": "0", "grace_minutes_kept": "1", "grace_minutes": "30"}
        assert press(planner, form(page, "/rules/"), **sent).status_code == 303

        page = planner.get(PAGE)
        assert_fit_for_people(page)
        assert "Automation starts prints at any time." in text_of(page)
        assert "Automation starts only what ends while somebody is there, or 30 minutes after they leave at most." in text_of(page)
        assert press(planner, form(page, "/rules/"), watched_minutes_kept="1", grace_minutes_kept="2").status_code == 422

    def test_that_changed_meanwhile_is_told_and_not_overwritten(self) -> None:
        make_active_policy(body=default_body())
        planner, other = browser(Role.PLANNER), browser(Role.PLANNER)
        seen, same = form(planner.get(PAGE), "/rules/"), form(other.get(PAGE), "/rules/")
        press(other, same, watched_minutes_kept="1", watched_minutes="45", grace_minutes_kept="0")

        answer = press(planner, seen, watched_minutes_kept="0", grace_minutes_kept="0")

        assert answer.status_code == 412
        assert "Someone else was first: " in text_of(answer)
        assert "What the policy says now Automation starts a print only while somebody is there, and for 45 minutes more" in text_of(answer)
        assert "for 45 minutes more" in text_of(planner.get(PAGE))

    def test_cannot_be_set_where_no_policy_is_in_force(self) -> None:
        assert "rules" not in forms_of(owner().get(PAGE))

    def test_is_not_for_everybody_to_change(self) -> None:
        assert "rules" not in forms_of(browser(Role.OPERATOR).get(PAGE))


class TestTheClock:
    def test_an_admin_goes_by_another_one(self) -> None:
        make_shift(weekday=1, starts_minute=360, minutes=960)
        admin = owner()

        page = admin.get(PAGE)
        assert press(admin, form(page, "/clock/"), time_zone="Asia/Tokyo").status_code == 303

        page = admin.get(PAGE)
        assert_fit_for_people(page)
        assert "by the clock in Asia/Tokyo" in text_of(page)
        assert "Somebody is there, until 22:00" in text_of(page)
        assert calendar_of(shop().pk).zone.key == "Asia/Tokyo"  # type: ignore[attr-defined]
        assert press(admin, form(page, "/clock/"), time_zone="Mars/Olympus").status_code == 422

    def test_is_for_admins(self) -> None:
        assert "clock" not in forms_of(browser(Role.LEAD).get(PAGE))
