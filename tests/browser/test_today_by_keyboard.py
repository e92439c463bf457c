"""Today without a mouse: every kind of work is found, done and confirmed by keys alone."""

from __future__ import annotations

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
from tests.browser.conftest import Look
from tests.factories.context import NOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_STEPS = 60


@pytest.fixture
def morning(monkeypatch: pytest.MonkeyPatch) -> Morning:
    """A shop with one of everything, half an hour ago."""
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=31))
    return busy_morning()


def walk_to(page: Page, card: str) -> None:
    """Press J until the cursor is at a card, once the page is whole: its script hears no key before."""
    page.wait_for_load_state()
    for _ in range(MOST_STEPS):
        page.keyboard.press("j")
        if str(page.evaluate("document.activeElement.dataset.card ?? ''")).startswith(card):
            return
    pytest.fail(f"the cursor never came to {card}")


def test_the_board_is_cleared_by_keys_alone(morning: Morning, sign_in: Callable[..., Page], live_server: LiveServer) -> None:
    page = sign_in(Look())
    page.clock.set_fixed_time(page.evaluate("Date.now()"))  # G and T are pressed within a moment, however long that takes here
    page.goto(f"{live_server.url}/admin/")
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.wait_for_url("**/admin/today/")

    for card, receipt in (("batch:cooling-", "they are cool"), ("batch:qa-", "passed"), ("batch:passed-", "Packed")):
        walk_to(page, card)
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").filter(has_text=receipt).first).to_be_visible()
    walk_to(page, "shipment:")
    page.keyboard.press("Enter")
    field = page.get_by_label("Carrier, or pickup")
    expect(field).to_be_visible()
    while not page.evaluate("document.activeElement.name === 'carrier'"):
        page.keyboard.press("Tab")
    page.keyboard.type("Pickup")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Shipped").first).to_be_visible()

    assert not Piece.objects.filter(state=PieceState.COOLING).exists()


def test_a_bed_is_cleared_by_its_letter(morning: Morning, sign_in: Callable[..., Page], live_server: LiveServer) -> None:
    page = sign_in(Look())
    page.goto(f"{live_server.url}/admin/today/")

    walk_to(page, "group:bed_not_clear")
    page.keyboard.press("b")
    bed = page.get_by_role("button", name="E1: Bed is clear")
    expect(bed).to_be_visible()
    while not bed.evaluate("one => one === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(bed).to_have_count(0)

    assert Printer.objects.get(code="E1").bed == Bed.CLEAR
