"""The floor by touch on a tablet, with gloves on: beds and outcomes by tapping, keys for whoever has some, and the same without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.accounts.states import Role
from apps.fleet.models import Printer
from apps.fleet.states import Bed
from apps.runs.models import ItemOutcome, Run
from apps.runs.states import Ruling
from tests.artifacts.pictures import photo
from tests.browser.chromium import Chromium
from tests.browser.conftest import shoot
from tests.factories.accounts import make_user
from tests.factories.fleet import make_feed, make_printer
from tests.factories.floor import make_floor
from tests.runs.driving import printing, ruled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLET = {"width": 1024, "height": 768}
GLOVE = 56


@pytest.fixture
def tablet(chromium: Chromium, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Return a maker of pages on a touch screen, an operator signed in."""
    contexts = []

    def open_page(path: str, *, scripts: bool = True) -> Page:
        client = Client()
        client.force_login(make_user(Role.OPERATOR), backend=settings.AUTHENTICATION_BACKENDS[0])
        context = chromium.new_context(viewport=TABLET, has_touch=True, java_script_enabled=scripts)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{live_server.url}{path}")
        return page

    yield open_page
    for context in contexts:
        chromium.leave(context)


def failed(pieces: int = 3) -> Run:
    """Return an attempt that became spaghetti."""
    floor = make_floor()
    run = printing(floor.plate(pieces=pieces), floor.printer())
    ruled(run, Ruling.FAIL, reason="SPAGHETTI")
    return Run.objects.get(pk=run.pk)


def said(run: Run) -> list[tuple[str, str]]:
    return list(ItemOutcome.objects.filter(run=run).order_by("item__slot").values_list("outcome", "reason"))


LINES = """[...document.querySelectorAll('main .nw')].map(one => {
    const words = document.createRange();
    words.selectNodeContents(one);
    return [one.textContent, new Set([...words.getClientRects()].map(line => Math.round(line.top))).size];
})"""
"""On how many lines each code stands."""


class TestBeds:
    def test_are_cleared_by_a_tap_with_gloves(self, tablet: Callable[..., Page]) -> None:
        printer = make_printer(code="E1", bed=Bed.NOT_CLEAR)
        make_feed(printer=printer)
        page = tablet("/admin/printers/")
        shoot(page, "printers-tablet-touch")
        button = page.get_by_role("button", name="Bed is clear on E1")
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= GLOVE

        button.tap()

        expect(page.get_by_text("The bed is clear.")).to_be_visible()
        expect(page.get_by_role("button", name="Not clear on E1")).to_be_visible()
        assert Printer.objects.get(pk=printer.pk).bed == Bed.CLEAR

    def test_are_cleared_several_at_once(self, tablet: Callable[..., Page]) -> None:
        printers = [make_printer(code=f"E{number}", bed=Bed.NOT_CLEAR) for number in range(3)]
        page = tablet("/admin/printers/")

        page.get_by_text("Clear several at once").tap()
        page.get_by_label("E0").tap()
        page.get_by_label("E2").tap()
        page.get_by_role("button", name="These beds are clear").tap()

        expect(page.get_by_text("2 beds are clear: E0, E2.")).to_be_visible()
        assert [Printer.objects.get(pk=one.pk).bed for one in printers] == [Bed.CLEAR, Bed.NOT_CLEAR, Bed.CLEAR]


class TestTheOutcome:
    def test_is_marked_by_taps_and_save_is_locked_until_all_are(self, tablet: Callable[..., Page]) -> None:
        run = failed()
        page = tablet(f"/admin/runs/{run.pk}/outcome/")
        save = page.get_by_role("button", name="Save", exact=True)
        parts = page.locator("[data-part]")
        expect(save).to_be_disabled()
        for target in parts.nth(0).locator(".seg label").all():
            box = target.bounding_box()
            assert box is not None
            assert box["height"] >= GLOVE

        parts.nth(0).get_by_text("Good", exact=True).tap()
        expect(page.get_by_text("2 parts are not marked yet.")).to_be_visible()
        parts.nth(1).get_by_text("Failed", exact=True).tap()
        expect(page.get_by_text("1 part is not marked yet.")).to_be_visible()
        parts.nth(2).get_by_text("Not printed", exact=True).tap()
        expect(save).to_be_disabled()
        expect(page.get_by_text("1 failed part has no reason yet.")).to_be_visible()
        parts.nth(1).get_by_text("Came loose", exact=True).tap()
        shoot(page, "outcome-tablet-marked")
        save.tap()

        expect(page.get_by_text("Saved. Every part has its result.")).to_be_visible()
        assert said(run) == [("SUCCESS", ""), ("FAILED", "ADHESION"), ("SKIPPED", "")]

    def test_is_marked_by_keys_that_go_on_by_themselves(self, tablet: Callable[..., Page]) -> None:
        run = failed()
        page = tablet(f"/admin/runs/{run.pk}/outcome/")

        for key in "143":
            page.keyboard.press(key)
        page.get_by_role("button", name="Save", exact=True).tap()

        expect(page.get_by_text("Saved. Every part has its result.")).to_be_visible()
        assert [outcome for outcome, _reason in said(run)] == ["SUCCESS", "SKIPPED", "UNKNOWN"]

    def test_is_shown_by_photos_that_say_nothing_else(self, tablet: Callable[..., Page]) -> None:
        run = failed(1)
        page = tablet(f"/admin/runs/{run.pk}/outcome/")
        page.locator("[data-part]").get_by_text("Good", exact=True).tap()
        page.get_by_role("button", name="Save", exact=True).tap()
        page.get_by_text("Add photos of 1.").tap()
        sent = [{"name": f"IMG_{number}.JPG", "mimeType": "image/jpeg", "buffer": photo(1600, 1200)} for number in range(2)]
        sent[1]["buffer"] = photo(1200, 1600, color="#305f30")

        page.locator("input[type=file]").set_input_files(sent)  # type: ignore[arg-type]
        page.get_by_role("button", name="Add photos", exact=True).tap()

        expect(page.get_by_text("2 photos added.")).to_be_visible()
        shown = page.locator(".photos img")
        expect(shown).to_have_count(2)
        assert page.evaluate("Promise.all([...document.querySelectorAll('.photos img')].map(one => one.decode())).then(() => true)")
        page.set_viewport_size({"width": 390, "height": 844})
        shoot(page, "outcome-phone-photos")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390

    def test_page_of_its_attempt_breaks_no_code_on_a_phone(self, tablet: Callable[..., Page]) -> None:
        page = tablet(f"/admin/runs/{failed().pk}/")

        for width in range(320, 401, 10):
            page.set_viewport_size({"width": width, "height": 844})
            broken = page.evaluate(LINES)
            assert broken, "codes are on it"
            assert {one: lines for one, lines in broken if lines > 1} == {}, f"at {width} px"
            assert page.evaluate("document.documentElement.scrollWidth") <= width

    def test_of_all_failed_takes_one_reason_for_all(self, tablet: Callable[..., Page]) -> None:
        run = failed()
        page = tablet(f"/admin/runs/{run.pk}/outcome/")

        page.get_by_text("All failed").tap()
        page.locator("[data-part]").nth(0).get_by_text("Spaghetti", exact=True).tap()
        page.get_by_role("button", name="Save and reprint 3 failed").tap()

        expect(page.get_by_text("go on a new plate.")).to_be_visible()
        assert said(run) == [("FAILED", "SPAGHETTI")] * 3

    def test_works_without_scripts(self, tablet: Callable[..., Page]) -> None:
        run = failed(2)
        page = tablet(f"/admin/runs/{run.pk}/outcome/", scripts=False)

        page.get_by_role("link", name="None printed").tap()
        page.wait_for_url("**?all=SKIPPED")
        page.get_by_role("button", name="Save", exact=True).tap()

        expect(page.get_by_text("Saved. Every part has its result.")).to_be_visible()
        assert [outcome for outcome, _reason in said(run)] == ["SKIPPED"] * 2

    def test_asks_for_the_bed_on_the_same_page(self, tablet: Callable[..., Page]) -> None:
        run = failed(1)
        page = tablet(f"/admin/runs/{run.pk}/outcome/")

        page.get_by_role("button", name="Bed is clear").tap()

        expect(page.get_by_text("The bed is clear.")).to_be_visible()
        assert run.printer_id is not None
        assert Printer.objects.get(pk=run.printer_id).bed == Bed.CLEAR


class TestTheSafetyTag:
    def test_is_locked_until_checks_and_note_are_there(self, tablet: Callable[..., Page]) -> None:
        from apps.catalog.states import Reason
        from apps.fleet.states import Health

        printer = make_printer(code="S2", health=Health.DEGRADED, health_reason=Reason.THERMAL)
        page = tablet("/admin/printers/S2/")
        clear = page.get_by_role("button", name="Clear tag, back to work")
        expect(clear).to_be_disabled()

        for box in page.locator("[data-checklist] .chk").all():
            box.tap()
        expect(clear).to_be_disabled()
        page.get_by_label("What did you find?").fill("Heater lead was pinched. Re-routed.")
        clear.tap()

        expect(page.get_by_text("The tag is cleared.")).to_be_visible()
        assert Printer.objects.get(pk=printer.pk).health == Health.OK


class TestThePagesStayTrue:
    def test_nothing_on_them_is_a_fragment_that_nobody_renders(self, tablet: Callable[..., Page]) -> None:
        run = failed(1)
        printer = run.printer
        assert printer is not None
        page = tablet("/admin/printers/")

        for path in ("/admin/printers/", f"/admin/printers/{printer.code}/", f"/admin/runs/{run.pk}/", "/admin/solo/", "/admin/first-run/"):
            page.goto(page.url.split("/admin/")[0] + path)
            assert page.locator("main [data-live]").count() == 0, path
            regions = page.locator("[data-live-page]")
            assert regions.count() >= 1, path
            assert all(region.get_attribute("id") and region.get_attribute("data-watch") for region in regions.all()), path

    def test_a_printer_that_changed_is_shown_without_loading_the_page(self, tablet: Callable[..., Page]) -> None:
        from apps.fleet import commands as fleet
        from tests.factories.context import make_context

        printer = make_printer(code="E7")
        page = tablet("/admin/printers/")
        expect(page.get_by_role("button", name="Not clear on E7")).to_be_visible()

        fleet.report_bed_not_clear(make_context(), printer_id=printer.pk, expected_version=1)

        expect(page.get_by_role("button", name="Bed is clear on E7")).to_be_visible()
