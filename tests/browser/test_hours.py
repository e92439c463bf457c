"""Working hours in a real browser, without scripts: a week, holidays, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import Holiday
from apps.accounts.queries import calendar_of
from tests.browser.conftest import Look, shoot
from tests.factories.accounts import shop
from tests.factories.floor import make_floor
from tests.runs.driving import queued

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = [Look(size, scheme, scripts=False) for size in ("desktop", "tablet", "phone") for scheme in ("light", "dark")]


class TestWorkingHours:
    @pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
    def test_are_set_and_keep_prints_back(self, sign_in: Callable[..., Page], live_server: LiveServer, look: Look) -> None:
        floor = make_floor()
        floor.printer(code="V1")
        run = queued(floor.plate())
        page = sign_in(look)
        page.goto(f"{live_server.url}/admin/hours/")
        expect(page.get_by_text("No working hours: prints may start and end at any time.")).to_be_visible()

        other_day = timezone.localdate() + timedelta(days=3)
        day = f"{other_day:%A}"
        page.get_by_label(f"From {day}, 1").fill("22:00")
        page.get_by_label(f"Until {day}, 1").fill("06:00")
        page.get_by_text(f"Another shift on {day}").click()
        page.get_by_label(f"From {day}, 2").fill("08:00")
        page.get_by_label(f"Until {day}, 2").fill("12:00")
        page.get_by_role("button", name="Save the week").click()
        expect(page.get_by_text("Saved. It counts from the next start on.")).to_be_visible()
        page.get_by_label("First day").fill((other_day + timedelta(days=1)).isoformat())
        page.get_by_label("Last day").fill((other_day + timedelta(days=2)).isoformat())
        page.get_by_label("What is it?").fill("Company outing")
        page.get_by_role("button", name="Add", exact=True).click()

        expect(page.get_by_text("Nobody is there. Somebody comes")).to_be_visible()
        assert [(one.weekday, one.starts_minute, one.minutes) for one in calendar_of(shop().pk).shifts] == [
            (other_day.weekday(), 480, 240),
            (other_day.weekday(), 1320, 480),
        ]
        assert Holiday.objects.count() == 2
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        shoot(page, f"hours-{look.name}")

        page.goto(f"{live_server.url}/admin/today/")
        shoot(page, f"hours-today-{look.name}")
        page.goto(f"{live_server.url}/admin/runs/{run.pk}/")
        shoot(page, f"hours-run-{look.name}")
        page.get_by_role("link", name="Why is it waiting?").click()
        expect(page.get_by_text("Nobody would be there to watch it start")).to_be_visible()
        shoot(page, f"hours-why-{look.name}")
        page.get_by_role("button", name="Start it now").click()
        expect(page.get_by_text("Given to the printer")).to_be_visible()
