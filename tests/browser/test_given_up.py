"""The page of what farmos gave up on, as people see and use it."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.journal.models import Delivery
from apps.journal.states import DeliveryState
from tests.browser.conftest import SIZES, Look, shoot
from tests.factories.toy import make_dead_letter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = [Look(size, scheme) for size, scheme in itertools.product(SIZES, ("light", "dark"))]
SMALLEST_TARGET = 44


@pytest.fixture
def given_up(sign_in: Callable[..., Page], live_server: LiveServer) -> Callable[..., Page]:
    """Return a maker of the page, opened by an admin."""

    def open_page(look: Look | None = None) -> Page:
        page = sign_in(look or Look())
        page.goto(f"{live_server.url}/admin/given-up/")
        return page

    return open_page


class TestThePage:
    @pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
    def test_fits_every_screen_with_targets_for_gloves(self, given_up: Callable[..., Page], look: Look) -> None:
        make_dead_letter()

        page = given_up(look)
        shoot(page, f"given-up-{look.name}")

        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it scrolls sideways"
        for target in page.locator(".given-up button:visible, .given-up summary:visible").all():
            box = target.bounding_box()
            assert box is not None
            assert box["height"] >= SMALLEST_TARGET, target.text_content()

    def test_can_be_read_at_twice_the_size(self, given_up: Callable[..., Page]) -> None:
        make_dead_letter()

        page = given_up(Look(size="phone"))
        page.set_viewport_size({"width": 195, "height": 422})

        expect(page.get_by_text("nobody answers")).to_be_visible()
        assert page.locator(".given-up").evaluate("element => element.scrollWidth <= element.clientWidth + 1")

    def test_says_when_nothing_waits(self, given_up: Callable[..., Page]) -> None:
        page = given_up()
        shoot(page, "given-up-nothing")

        expect(page.get_by_text("Nothing waits for you here")).to_be_visible()


class TestTryingAgain:
    @pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
    def test_by_keyboard_alone(self, given_up: Callable[..., Page], scripts: bool) -> None:
        dead = make_dead_letter()
        page = given_up(Look(scripts=scripts))

        page.get_by_role("button", name="Try again").focus()
        page.keyboard.press("Enter")

        expect(page.get_by_text("It is being tried again")).to_be_visible()
        assert Delivery.objects.get(pk=dead.pk).state == DeliveryState.PENDING

    def test_in_two_tabs_tells_the_second_that_it_changed(self, given_up: Callable[..., Page]) -> None:
        make_dead_letter()
        first = given_up()
        second = first.context.new_page()
        second.goto(first.url)

        first.get_by_role("button", name="Try again").click()
        expect(first.get_by_text("It is being tried again")).to_be_visible()
        second.get_by_role("button", name="Try again").click()

        expect(second.get_by_role("heading", name="Changed meanwhile")).to_be_visible()
        shoot(second, "changed-meanwhile")


class TestClosing:
    def test_asks_for_the_reason_and_keeps_it(self, given_up: Callable[..., Page]) -> None:
        dead = make_dead_letter()
        page = given_up(Look(size="tablet"))

        page.get_by_text("Close it instead").click()
        page.get_by_label("Why it need not be done").fill("Told them by phone")
        page.get_by_role("button", name="Close for good").click()

        expect(page.get_by_text("It is closed and will not be done")).to_be_visible()
        assert Delivery.objects.get(pk=dead.pk).note == "Told them by phone"
