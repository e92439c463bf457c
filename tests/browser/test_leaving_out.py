"""Leaving one part out, on a phone at the printer and at a desk: offered beside the parts, asked, and shown as it goes on without loading."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.accounts.states import Role
from apps.runs import commands
from apps.runs.models import Exclusion, ItemOutcome, Run
from apps.runs.states import AnomalyKind, Ruling
from tests.browser.chromium import Chromium
from tests.browser.conftest import shoot
from tests.factories.accounts import make_user
from tests.factories.floor import make_floor
from tests.runs.driving import machine, printing, ruled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1440, "height": 900}}
TARGET = 44

Opener = Callable[..., Page]


@pytest.fixture(params=sorted(SIZES))
def browse(request: pytest.FixtureRequest, chromium: Chromium, live_server: LiveServer) -> Iterator[Opener]:
    """Return a maker of pages of one size, an operator signed in."""
    contexts = []

    def open_page(path: str, *, scripts: bool = True) -> Page:
        client = Client()
        client.force_login(make_user(Role.OPERATOR), backend=settings.AUTHENTICATION_BACKENDS[0])
        context = chromium.new_context(viewport=SIZES[request.param], java_script_enabled=scripts)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{live_server.url}{path}")
        return page

    yield open_page
    for context in contexts:
        chromium.leave(context)


@pytest.fixture
def run() -> Run:
    floor = make_floor()
    return printing(floor.plate(pieces=3), floor.printer())


def choose(page: Page, slot: int, reason: str) -> None:
    page.get_by_role("group", name="Which one?").get_by_text(f"{slot}. ").click()
    page.get_by_role("group", name="Why?").get_by_text(reason, exact=True).click()


def leaves_out(run: Run, *names: str) -> None:
    """Let the machine be seen to leave something out."""
    assert run.printer_id is not None
    assert commands.note_excluded(machine(), run_id=run.pk, printer_id=run.printer_id, names=names, evidence={})


class TestLeavingAPartOut:
    def test_is_asked_confirmed_and_shown_as_it_goes_on(self, browse: Opener, run: Run, request: pytest.FixtureRequest) -> None:
        page = browse(f"/admin/runs/{run.pk}/")
        page.get_by_role("link", name="Leave one part out").click()
        size = request.node.callspec.id
        shoot(page, f"leave-out-{size}")
        choose(page, 2, "Came loose")
        shoot(page, f"leave-out-chosen-{size}")
        page.get_by_role("button", name="Leave it out").click()

        expect(page.get_by_text("Asked to leave it out.")).to_be_visible()
        expect(page.locator("#run-parts").get_by_text("Asked to leave out")).to_be_visible()
        assert Exclusion.objects.get(run=run).item.slot == 2

        leaves_out(run, "SLOT-2", "SLOT-3")

        parts = page.locator("#run-parts")
        expect(parts.get_by_text("Left out")).to_have_count(2)
        expect(parts.get_by_text("at the printer")).to_be_visible()
        expect(page.get_by_role("link", name="Leave one part out")).to_have_count(0)
        shoot(page, f"left-out-{size}")

    def test_is_hit_by_a_finger(self, browse: Opener, run: Run) -> None:
        page = browse(f"/admin/runs/{run.pk}/leave-out/")

        targets = [
            *page.locator("form .chip").all(),
            page.get_by_role("button", name="Leave it out"),
            page.get_by_role("link", name="Keep all parts"),
        ]
        for target in targets:
            box = target.bounding_box()
            assert box is not None
            assert box["height"] >= TARGET
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    def test_works_without_scripts(self, browse: Opener, run: Run) -> None:
        page = browse(f"/admin/runs/{run.pk}/leave-out/", scripts=False)
        choose(page, 1, "Spaghetti")
        page.get_by_role("button", name="Leave it out").click()

        expect(page.get_by_text("Asked to leave it out.")).to_be_visible()
        assert Exclusion.objects.get(run=run).reason == "SPAGHETTI"

    def test_is_offered_by_the_anomaly_with_its_reason(self, browse: Opener, run: Run) -> None:
        commands.raise_anomaly(machine(), run_id=run.pk, kind=AnomalyKind.ADHESION_RISK)
        page = browse(f"/admin/runs/{run.pk}/")
        page.locator(".block").get_by_role("link", name="Leave one part out").click()

        expect(page.get_by_label("Came loose")).to_be_checked()

    def test_keeps_its_mark_when_all_others_are_marked_together(self, browse: Opener, run: Run) -> None:
        leaves_out(run, "SLOT-2")
        ruled(run, Ruling.FAIL, reason="SPAGHETTI")
        page = browse(f"/admin/runs/{run.pk}/outcome/")

        page.get_by_text("All failed").click()
        page.locator("[data-part]").nth(0).get_by_text("Spaghetti", exact=True).click()
        page.get_by_role("button", name="Save", exact=True).click()

        expect(page.get_by_text("Saved. Every part has its result.")).to_be_visible()
        assert list(ItemOutcome.objects.filter(run=run).order_by("item__slot").values_list("outcome", flat=True)) == [
            "FAILED",
            "SKIPPED",
            "FAILED",
        ]
