"""A customer at the shop, in a real browser: a bad and a good file, paying with everything that goes wrong, following, changing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from apps.journal import lanes
from apps.orders.models import Checkout, Intent, Piece
from apps.storefront.models import BasketLine
from farmos.demo.shapes import SAMPLES, stl
from tests.browser.chromium import Chromium
from tests.browser.conftest import SIZES, shoot
from tests.browser.test_every_page import SIDEWAYS, SMALL_TARGETS, violations, watched
from tests.factories.catalog import make_color, make_material
from tests.factories.profiles import make_profile, make_profile_version
from tests.orders.selling import Shop, advance, pieces_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PRICES: dict[str, Any] = {"breaks": [{"from": 10, "off": "0.1"}], "material_change_minor": 150}
RTL = "שלום עולם " * 12


@pytest.fixture
def shop(tmp_path: Path, settings: Any) -> Shop:
    """A shop with two materials and three colors."""
    settings.DATA_DIR = tmp_path
    settings.FARMOS_STORE_URL = f"file://{tmp_path / 'artifacts'}"
    found = Shop(**PRICES)
    make_material(family="PETG", name="PETG", density_mg_cm3=1270, nozzle_min_c=220, nozzle_max_c=260)
    make_profile_version(profile=make_profile(material_family="PETG", name="PETG_0.4_Standard"))
    for name, rgb in (("Black", "#1a1a1a"), ("Grey", "#808080"), ("Orange", "#ff8000")):
        make_color(name=name, hex_rgb=rgb)
    return found


@pytest.fixture
def worker() -> Iterator[None]:
    """Somebody who does what is owed, as the farm's workers would."""
    is_over = threading.Event()

    def work() -> None:
        while not is_over.is_set():
            if not lanes.hand_out_next("default"):
                time.sleep(0.05)
        connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    is_over.set()
    thread.join(60)


Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Chromium, live_server: LiveServer, shop: Shop, worker: None) -> Iterator[Visit]:
    """Return a maker of pages of a browser of its own, at the shop's first page."""
    contexts: list[BrowserContext] = []

    def open_page(size: str = "desktop", *, scripts: bool = True, **options: Any) -> Page:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=scripts, reduced_motion="reduce", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(live_server.url)
        return page

    yield open_page
    for context in contexts:
        chromium.leave(context)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Return a good file, one with holes, one that is thin, and ones with names nobody expects."""
    bracket, knob = stl(SAMPLES["bracket"]()), stl(SAMPLES["knob"]())
    count = int.from_bytes(bracket[80:84], "little") - 2
    made = {
        "good": ("knob.stl", knob),
        "bad": ("holes.stl", bracket[:80] + count.to_bytes(4, "little") + bracket[84 : 84 + 50 * count]),
        "page": ("page.stl", b"<!doctype html><script>alert(1)</script>" * 30),
        "rtl": (f"{RTL[:80]}.stl", knob),
        "long": ("a-very-long-name-" * 12 + ".stl", knob),
    }
    for name, content in made.values():
        (tmp_path / name).write_bytes(content)
    return {key: tmp_path / name for key, (name, _content) in made.items()}


def send(page: Page, *paths: Path) -> None:
    page.goto("/".join(page.url.split("/")[:3]) + "/")
    page.set_input_files("#files", [str(path) for path in paths])
    page.wait_for_url("**/parts/**" if len(paths) == 1 else "**/uploads/")


def fill_in(page: Page, **values: str) -> None:
    given = {
        "email": "jo@halden.example",
        "recipient": "Jo Halden",
        "line1": "Werfstraat 18",
        "postal_code": "9000",
        "city": "Ghent",
        **values,
    }
    for name, value in given.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=country]", "BE")


def to_checkout(page: Page, path: Path, quantity: int) -> None:
    send(page, path)
    page.fill("input[name=quantity]", str(quantity))
    page.get_by_role("button", name="Put into basket").click()
    page.wait_for_url("**/basket/")
    page.get_by_role("button", name="Go on with").click()
    page.wait_for_url("**/checkout/**")


def price(page: Page) -> str:
    return page.inner_text(".price")


def changed_price(page: Page, before: str) -> str:
    expect(page.locator(".price")).not_to_have_text(before)
    return price(page)


class TestAPart:
    def test_that_is_bad_explains_itself_and_one_that_is_good_has_a_price_in_place(
        self, visit: Visit, files: dict[str, Path], live_server: LiveServer
    ) -> None:
        page = visit()
        seen = watched(page, live_server)
        send(page, files["bad"])
        expect(page.get_by_role("heading", level=1)).to_have_text("This part cannot be made yet")
        for words in ("Why it matters", "How to fix it", "What we can do", "Ask for a review"):
            expect(page.get_by_text(words).first).to_be_visible()
        expect(page.locator(".pin3d, .pin-svg").first).to_be_attached()
        page.get_by_role("button", name="Ask for a review").click()
        expect(page.get_by_text("Somebody of the shop looks at it. The answer appears here.")).to_be_visible()

        send(page, files["good"])
        first = price(page)
        page.locator("label.opt", has_text="PETG").click()
        second = changed_price(page, first)
        page.fill("input[name=quantity]", "12")
        third = changed_price(page, second)
        assert len({first, second, third}) == 3
        assert page.url.endswith("/"), "the price changed in place"
        assert seen.complaints == []
        assert seen.strangers == []

    def test_has_the_price_of_what_was_chosen_before_the_script_came(self, visit: Visit, files: dict[str, Path]) -> None:
        page = visit()
        send(page, files["good"])
        first = price(page)
        held: list[Route] = []
        page.route("**/farmos/js/shop.js", lambda route: held.append(route))  # noqa: PLW0108 - playwright marks what it is given
        with page.expect_request("**/farmos/js/shop.js"):
            page.goto(page.url, wait_until="commit")
        page.locator("label.opt", has_text="PETG").click(no_wait_after=True)
        expect(page.locator("label.opt", has_text="PETG").locator("input")).to_be_checked()

        held[0].continue_()

        changed_price(page, first)

    def test_that_is_no_model_says_so(self, visit: Visit, files: dict[str, Path]) -> None:
        page = visit()
        page.set_input_files("#files", str(files["page"]))
        page.wait_for_url("**/uploads/**")

        expect(page.get_by_role("heading", level=1)).to_have_text("This file cannot be used")

    def test_is_sent_with_others_and_with_names_nobody_expects(self, visit: Visit, files: dict[str, Path]) -> None:
        page = visit("phone")
        send(page, files["rtl"], files["long"])
        expect(page.get_by_role("link", name="See check and price")).to_have_count(2)
        assert page.evaluate(SIDEWAYS) == []

        page.get_by_role("link", name="See check and price").first.click()
        page.wait_for_url("**/parts/**")
        assert page.evaluate(SIDEWAYS) == []


class TestPaying:
    def test_with_everything_that_goes_wrong_ends_in_one_order_that_is_followed_and_halved(
        self, visit: Visit, files: dict[str, Path], live_server: LiveServer
    ) -> None:
        page = visit()
        to_checkout(page, files["good"], 4)
        fill_in(page)
        other_tab = page.context.new_page()
        other_tab.goto(page.url)
        checkout = page.url
        page.get_by_role("button", name="Pay ").dblclick()
        page.wait_for_url("**/pay/test/**")

        page.fill("[name=card]", "4000 0000 0000 0002")
        page.locator("button[value=pay]").click()
        expect(page.get_by_text("Nothing was charged.")).to_be_visible()
        page.get_by_role("link", name="Back to the shop").click()
        expect(page.get_by_text("Your bank declined the card.")).to_be_visible()
        shoot(page, "shop-declined")

        fill_in(other_tab, recipient="Jo in the other window")
        other_tab.get_by_role("button", name="Pay ").click()
        other_tab.wait_for_url("**/pay/test/**")
        assert (Intent.objects.count(), Checkout.objects.count()) == (1, 1)

        other_tab.locator("button[value=pay]").click()
        other_tab.wait_for_url("**/orders/**")
        expect(other_tab.get_by_role("heading", level=1)).to_have_text("Your 4 pieces are next in line")
        page.goto(checkout)
        assert "/orders/" in page.url, "the till leads to the order"
        page.go_back()
        assert Intent.objects.count() == 1
        assert not BasketLine.objects.exclude(quote__state="accepted").exists()

        self.halves(other_tab)

    def halves(self, page: Page) -> None:
        intent = Intent.objects.get()
        page.get_by_role("link", name="Fewer pieces or cancel").click()
        page.wait_for_url("**/change/")
        less = page.get_by_role("button", name="One less")
        less.click()
        less.click()  # at once: two quick presses are two steps
        expect(page.get_by_text("2 pieces fewer")).to_be_visible()
        shoot(page, "shop-change")
        confirm = page.get_by_role("button", name="Confirm, get")
        expect(confirm).to_be_visible()
        confirm.click()
        page.wait_for_url("**/orders/*/")
        assert Piece.objects.filter(requirement__line__intent=intent, state="canceled").count() == 2
        expect(page.get_by_text("2 pieces fewer, as you wished.")).to_be_visible()

    def test_asks_again_when_a_piece_begins_while_one_changes_the_order(self, visit: Visit, shop: Shop, files: dict[str, Path]) -> None:
        page = visit()
        to_checkout(page, files["good"], 2)
        fill_in(page)
        page.get_by_role("button", name="Pay ").click()
        page.wait_for_url("**/pay/test/**")
        page.locator("button[value=pay]").click()
        page.wait_for_url("**/orders/**")
        expect(page.get_by_role("heading", level=1)).to_have_text("Your 2 pieces are next in line")
        page.get_by_role("link", name="Fewer pieces or cancel").click()
        page.wait_for_url("**/change/")
        cancel = page.get_by_role("button", name="Cancel the order")
        expect(cancel).to_be_visible()
        advance(pieces_of(Intent.objects.get())[0], "start_piece")

        cancel.click()

        expect(page.get_by_text("Nothing was changed.")).to_be_visible()
        assert Intent.objects.get().state == "paid"
        assert not Piece.objects.filter(state="canceled").exists()


class TestWithoutScripts:
    def test_everything_works_by_forms_and_links(self, visit: Visit, files: dict[str, Path]) -> None:
        page = visit("phone", scripts=False)
        page.set_input_files("#files", str(files["good"]))
        page.get_by_role("button", name="Send and check").click()
        page.wait_for_url("**/parts/**")
        before = price(page)
        page.locator("label.opt", has_text="PETG").click()
        page.fill("input[name=quantity]", "3")
        page.get_by_role("button", name="Show price").click()
        changed_price(page, before)
        page.get_by_role("button", name="Put into basket").click()
        page.wait_for_url("**/basket/")
        assert BasketLine.objects.get().quantity == 3
        page.get_by_role("button", name="One knob more").click()
        expect(page.locator("form[data-quantity] [name=quantity]")).to_have_value("4")
        assert BasketLine.objects.get().quantity == 4
        page.get_by_role("button", name="Go on with").click()
        fill_in(page)
        page.get_by_role("button", name="Pay ").click()
        page.wait_for_url("**/pay/test/**")
        page.locator("button[value=pay]").click()
        page.wait_for_url("**/orders/**")
        assert Intent.objects.count() == 1


class TestHowItLooks:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_every_page_of_a_visit_at_every_size(self, visit: Visit, files: dict[str, Path], live_server: LiveServer, scheme: str) -> None:
        page = visit(color_scheme=scheme)
        seen = watched(page, live_server)
        send(page, files["bad"])
        places = {"bad": page.url}
        send(page, files["rtl"])
        places |= {"part": page.url, "start": f"{live_server.url}/", "uploads": f"{live_server.url}/uploads/"}
        page.get_by_role("button", name="Put into basket").click()
        page.wait_for_url("**/basket/")
        places["basket"] = page.url
        page.get_by_role("button", name="Go on with").click()
        page.wait_for_url("**/checkout/**")
        places["checkout"] = page.url
        problems = look_at(page, places, scheme)
        page.goto(places["checkout"])
        fill_in(page, recipient=RTL[:100])
        page.get_by_role("button", name="Pay ").click()
        page.wait_for_url("**/pay/test/**")
        order = f"{live_server.url}{Checkout.objects.get().return_to}"
        later = {"order": order, "change": f"{order}change/", "again": f"{order}again/", "receipt": f"{order}receipt/"}
        problems += look_at(page, {"payment": page.url, **later, "orders": f"{live_server.url}/orders/"}, scheme)

        assert not problems, "\n".join(problems)
        assert seen.complaints == []
        assert seen.strangers == []

    def test_the_first_view_is_light(self, visit: Visit) -> None:
        page = visit()
        page.wait_for_load_state("networkidle")
        size = page.evaluate(
            "['navigation', 'resource'].flatMap(of => performance.getEntriesByType(of)).reduce((sum, one) => sum + one.decodedBodySize, 0)"
        )

        assert settings.DEBUG is False
        assert 0 < size < 400_000, "uncompressed; served compressed this is under 150 KB"


def look_at(page: Page, places: dict[str, str], scheme: str) -> list[str]:
    """Return everything that is wrong with how these pages look."""
    problems = []
    for name, url in places.items():
        page.goto(url)
        for size, (width, height) in {**SIZES, "200 %": (720, 450), "320 px": (320, 640)}.items():
            page.set_viewport_size({"width": width, "height": height})
            found = [*page.evaluate(SIDEWAYS), *(f"smaller than 44 px: {one}" for one in page.evaluate(SMALL_TARGETS))]
            if size in SIZES:
                found += violations(page)
                shoot(page, f"shop-{name}-{size}-{scheme}")
            problems += [f"{name}, {size}: {one}" for one in found]
    page.set_viewport_size({"width": 1440, "height": 900})
    return problems
