"""Today as people see and use it: every size and both themes, by touch, without scripts."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.fleet.models import Printer
from apps.fleet.states import Bed
from apps.journal import clock
from apps.orders.models import Piece
from apps.orders.states import PieceState
from tests.board.morning import Morning, busy_morning
from tests.browser.conftest import SIZES, Look, shoot
from tests.factories.context import NOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = [Look(size, scheme) for size, scheme in itertools.product(SIZES, ("light", "dark"))]
SMALLEST_TARGET = 43.5


@pytest.fixture
def morning(monkeypatch: pytest.MonkeyPatch) -> Morning:
    """A shop with one of everything, half an hour ago."""
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=31))
    return busy_morning()


def open_today(sign_in: Callable[..., Page], server: LiveServer, look: Look | None = None) -> Page:
    """Return the board, opened by an admin."""
    page = sign_in(look or Look())
    page.goto(f"{server.url}/admin/today/")
    return page


class TestThePage:
    @pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
    def test_fits_every_screen(self, morning: Morning, sign_in: Callable[..., Page], live_server: LiveServer, look: Look) -> None:
        page = open_today(sign_in, live_server, look)
        shoot(page, f"today-{look.name}")

        expect(page.get_by_role("heading", level=1)).to_contain_text("things need you")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "it scrolls sideways"
        for target in page.locator("#board button:visible, #board a.btn:visible, #board summary:visible").all():
            box = target.bounding_box()
            assert box is not None
            assert box["height"] >= SMALLEST_TARGET, target.text_content()

    def test_of_a_quiet_shop_says_so(self, sign_in: Callable[..., Page], live_server: LiveServer) -> None:
        page = open_today(sign_in, live_server)
        shoot(page, "today-nothing")

        expect(page.get_by_role("heading", level=1)).to_contain_text("There is no printer yet")

    def test_says_what_newly_needs_somebody(self, morning: Morning, sign_in: Callable[..., Page], live_server: LiveServer) -> None:
        page = open_today(sign_in, live_server)
        title = page.locator("#attention [data-card] h3").first.text_content()

        page.evaluate(
            """async () => { const { welcome } = await import("/static/farmos/js/morph.js");
            const cards = [...document.querySelectorAll("[data-card]")];
            welcome([cards.find((card) => card.closest("#attention")), cards.find((card) => card.closest("#running"))]); }"""
        )

        expect(page.locator("#announcer")).to_have_text(str(title).strip())


class TestByTouch:
    def test_the_board_is_cleared_at_tablet_size(self, morning: Morning, sign_in: Callable[..., Page], live_server: LiveServer) -> None:
        """Beds are cleared, pieces passed and packed, a package shipped: each in at most three taps, and the board says what came of it."""
        page = open_today(sign_in, live_server, Look(size="tablet"))

        page.locator("[data-card='batch:qa-{}'] button".format(morning.records["qa"][0].requirement_id)).first.click()
        expect(page.get_by_role("status").filter(has_text="passed").first).to_be_visible()
        page.locator("[data-card^='batch:passed-'] button").first.click()
        expect(page.get_by_role("status").filter(has_text="Packed").first).to_be_visible()
        page.locator("[data-card^='shipment:'] a", has_text="Ship").first.click()
        page.get_by_label("Carrier, or pickup").fill("Pickup")
        page.get_by_role("button", name="It left the house").click()
        expect(page.get_by_role("status").filter(has_text="Shipped").first).to_be_visible()

        passed = Piece.objects.filter(pk__in=[one.pk for one in morning.records["qa"]])
        assert {one.state for one in passed} <= {PieceState.PASSED, PieceState.PACKED, PieceState.SHIPPED}

    def test_two_beds_are_cleared_one_by_one(self, morning: Morning, sign_in: Callable[..., Page], live_server: LiveServer) -> None:
        page = open_today(sign_in, live_server, Look(size="tablet"))

        page.goto(f"{live_server.url}/admin/today/?card=group:bed_not_clear")
        page.get_by_role("button", name="E1: Bed is clear").click()
        expect(page.get_by_role("button", name="E1: Bed is clear")).to_have_count(0)

        assert Printer.objects.get(code="E1").bed == Bed.CLEAR
        assert Printer.objects.get(code="M2").bed == Bed.NOT_CLEAR


class TestWithoutScripts:
    def test_a_card_opens_and_acts(self, morning: Morning, sign_in: Callable[..., Page], live_server: LiveServer) -> None:
        page = open_today(sign_in, live_server, Look(scripts=False))

        page.locator("[data-card^='batch:cooling-'] button").first.click()

        expect(page.get_by_text("they are cool")).to_be_visible()
        assert not Piece.objects.filter(state=PieceState.COOLING).exists()
