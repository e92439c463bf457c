"""Pages that change by themselves, in a real Chromium with real sockets: nothing is lost, nothing moves under the finger."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.accounts.states import Role
from apps.catalog.states import Reason
from apps.fleet import commands as fleet
from apps.fleet.models import Printer
from apps.journal import sequencer, ticks
from apps.journal.context import Context
from tests.browser.chromium import Chromium
from tests.factories.accounts import make_site, make_user
from tests.factories.fleet import make_printer

from .serving import Farm

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FLOOR = "/admin/test-floor/"
Open = Callable[..., Page]


@pytest.fixture
def farm(settings: Settings, tmp_path: Path) -> Iterator[Farm]:
    """A farm with a live page, served for real."""
    settings.ROOT_URLCONF = "tests.browser.floor_page"
    settings.DATA_DIR = tmp_path
    made = Farm()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def open_floor(chromium: Chromium, farm: Farm) -> Iterator[Open]:
    """Return a maker of the page as somebody who is signed in sees it."""
    contexts: list[BrowserContext] = []

    def open_page(user: User, *, scripts: bool = True, socket: Callable[[WebSocketRoute], Any] | None = None) -> Page:
        client = Client()
        client.force_login(user)
        context = chromium.new_context(viewport={"width": 1280, "height": 800}, java_script_enabled=scripts)
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": farm.url}])
        page = context.new_page()
        if socket is not None:
            page.route_web_socket(re.compile("/ws/live"), socket)
        page.goto(farm.url + FLOOR)
        return page

    yield open_page
    for context in contexts:
        chromium.leave(context)


def deaf(_socket: WebSocketRoute) -> None:
    """Let a page's socket reach nobody."""


def operator(name: str = "Ines K.") -> User:
    return make_user(Role.OPERATOR, name=name, password=make_password("x"))


def degrade(printer: Printer, ctx_factory: Callable[..., Context]) -> None:
    fleet.degrade_printer(ctx_factory(), printer_id=printer.pk, reason=Reason.THERMAL)
    while sequencer.sequence_batch():
        pass


def is_live(page: Page) -> None:
    expect(page.locator("[data-live-mark]")).to_contain_text("Live, updated")


def order(page: Page) -> list[str]:
    return page.locator("article.tile h2").all_inner_texts()


class TestAChange:
    def test_is_shown_without_loading_the_page_again(self, open_floor: Open, ctx_factory: Callable[..., Context]) -> None:
        printer = make_printer(code="V1")
        page = open_floor(operator())
        is_live(page)
        page.evaluate("window.isStillTheSame = true")

        degrade(printer, ctx_factory)

        expect(page.locator("#p-V1 .health")).to_have_text("DEGRADED")
        assert page.evaluate("window.isStillTheSame")

    def test_between_loading_and_listening_is_shown_too(self, open_floor: Open, ctx_factory: Callable[..., Context]) -> None:
        printer = make_printer(code="V1")
        degrade(make_printer(code="V2"), ctx_factory)

        def change_first(socket: WebSocketRoute) -> None:
            if Printer.objects.get(pk=printer.pk).health == "OK":
                degrade(printer, ctx_factory)
            socket.connect_to_server()

        page = open_floor(operator(), socket=change_first)

        expect(page.locator("#p-V1 .health")).to_have_text("DEGRADED")

    def test_is_not_hidden_by_an_answer_that_comes_too_late(self, open_floor: Open, ctx_factory: Callable[..., Context]) -> None:
        printer = make_printer(code="V1")
        held: list[tuple[WebSocketRoute, str | bytes]] = []
        asked = 0

        def hold_the_first_answer(socket: WebSocketRoute) -> None:
            server = socket.connect_to_server()

            def pass_on(message: str | bytes) -> None:
                if '"kind":"fragments"' in str(message) and not held:
                    held.append((socket, message))
                else:
                    socket.send(message)

            def ask(message: str | bytes) -> None:
                nonlocal asked
                asked += 1
                if asked == 2:  # the page has given up its first question: now comes the answer
                    first, answer = held[0]
                    first.send(answer)
                server.send(message)

            server.on_message(pass_on)
            socket.on_message(ask)

        page = open_floor(operator(), socket=hold_the_first_answer)
        is_live(page)
        degrade(printer, ctx_factory)
        while not held:
            page.wait_for_timeout(50)
        seen = Printer.objects.get(pk=printer.pk)
        fleet.begin_maintenance(ctx_factory(), printer_id=printer.pk, expected_version=seen.version)
        while sequencer.sequence_batch():
            pass

        expect(page.locator("#p-V1 .health")).to_have_text("MAINTENANCE")

    def test_keeps_focus_typed_text_scrolling_and_what_is_open(self, open_floor: Open, ctx_factory: Callable[..., Context]) -> None:
        printers = [make_printer(code=f"V{number:02}") for number in range(20)]
        page = open_floor(operator())
        is_live(page)
        page.locator("#p-V12 details").evaluate("one => one.open = true")
        page.locator("#note-V12").fill("half a thou")
        page.evaluate("document.querySelector('#note-V12').setSelectionRange(4, 6)")
        where = page.locator("#note-V12").bounding_box()

        degrade(printers[12], ctx_factory)

        expect(page.locator("#p-V12 .health")).to_have_text("DEGRADED")
        assert page.locator("#note-V12").input_value() == "half a thou"
        assert page.evaluate("[document.activeElement.id, document.activeElement.selectionStart]") == ["note-V12", 4]
        assert page.locator("#note-V12").bounding_box() == where
        assert page.locator("#p-V12 details").evaluate("one => one.open")

    def test_moves_nothing_while_a_card_has_the_focus(self, open_floor: Open, ctx_factory: Callable[..., Context]) -> None:
        printers = [make_printer(code=f"V{number}") for number in range(3)]
        page = open_floor(operator())
        is_live(page)
        before = order(page)
        page.locator("#p-V0").focus()

        degrade(printers[2], ctx_factory)  # it would come first now

        bar = page.get_by_role("button", name="1 change, show")
        expect(bar).to_be_visible()
        assert order(page) == before
        expect(page.locator("#p-V2 .health")).to_have_text("DEGRADED")
        bar.click()
        expect(page.locator("article.tile h2").first).to_have_text("V2")
        expect(bar).to_have_count(0)

    def test_moves_nothing_while_a_finger_is_down(self, open_floor: Open, ctx_factory: Callable[..., Context]) -> None:
        printers = [make_printer(code=f"V{number}") for number in range(3)]
        page = open_floor(operator())
        is_live(page)
        page.mouse.move(700, 20)
        page.mouse.down()

        degrade(printers[2], ctx_factory)

        expect(page.get_by_role("button", name="1 change, show")).to_be_visible()
        page.mouse.up()
        expect(page.locator("article.tile h2").first).to_have_text("V2")

    def test_that_is_new_is_said_once(self, open_floor: Open, ctx_factory: Callable[..., Context]) -> None:
        make_printer(code="V1")
        page = open_floor(operator())
        is_live(page)
        page.evaluate(
            """() => { window.said = [];
            new MutationObserver(() => said.push(announcer.textContent)).observe(announcer, {childList: true, characterData: true}); }"""
        )

        second = make_printer(code="V2")
        degrade(second, ctx_factory)

        expect(page.locator("#p-V2")).to_be_visible()
        expect(page.locator("#announcer")).to_have_text("V2")
        degrade_again = Printer.objects.get(pk=second.pk)
        fleet.begin_maintenance(ctx_factory(), printer_id=second.pk, expected_version=degrade_again.version)
        expect(page.locator("#p-V2 .health")).to_have_text("MAINTENANCE")
        assert page.evaluate("said") == ["V2"]

    def test_of_another_site_reaches_nobody_here(self, open_floor: Open, ctx_factory: Callable[..., Context]) -> None:
        here = make_printer(code="V1")
        elsewhere = make_printer(code="X1", site=make_site())
        page = open_floor(operator())
        heard: list[str] = []
        page.on("websocket", lambda socket: socket.on("framereceived", lambda data: heard.append(str(data))))
        page.reload()
        is_live(page)

        degrade(elsewhere, ctx_factory)
        degrade(here, ctx_factory)  # who hears of this has heard all that came before

        expect(page.locator("#p-V1 .health")).to_have_text("DEGRADED")
        assert any(str(here.pk) in one for one in heard)
        assert not [one for one in heard if str(elsewhere.pk) in one or "X1" in one]

    def test_of_numbers_is_written_where_it_stands(self, open_floor: Open) -> None:
        printer = make_printer(code="V1")
        page = open_floor(operator())
        is_live(page)
        publisher = ticks.Publisher()

        publisher.put("printer", printer.pk, printer.site_id, nozzle=215)

        expect(page.locator("#p-V1 [data-tick]")).to_have_text("215 °C")
        publisher.stop()


class TestTwoOperatorsOnOneCard:
    def test_the_second_is_told_who_was_first_and_when(self, open_floor: Open) -> None:
        make_printer(code="V1")
        ines, marek = open_floor(operator("Ines K.")), open_floor(operator("Marek D."), socket=deaf)

        ines.locator("#p-V1 button").click()
        expect(ines.get_by_text("It is in maintenance now")).to_be_visible()
        marek.locator("#p-V1 button").click()

        note = marek.get_by_role("alert")
        expect(note).to_contain_text("Changed meanwhile")
        expect(note).to_contain_text("Someone else was first: Ines K., just now")
        expect(note).to_contain_text("Nothing was done")
        note.get_by_role("button", name="Look at it as it is now").click()
        expect(marek.locator("#p-V1 .health")).to_have_text("MAINTENANCE")

    def test_pressing_twice_does_it_once(self, open_floor: Open) -> None:
        printer = make_printer(code="V1")
        page = open_floor(operator())
        before = printer.version

        page.locator("#p-V1 button").dblclick()

        expect(page.get_by_text("It is in maintenance now")).to_be_visible()
        assert Printer.objects.get(pk=printer.pk).version == before + 1


class TestWithoutScripts:
    def test_the_page_the_button_and_the_refusal_work(self, open_floor: Open) -> None:
        make_printer(code="V1")
        ines, marek = open_floor(operator("Ines K."), scripts=False), open_floor(operator("Marek D."), scripts=False)
        expect(ines.locator("[data-live-mark]")).to_be_hidden()

        ines.locator("#p-V1 button").click()
        expect(ines.get_by_text("It is in maintenance now")).to_be_visible()
        marek.locator("#p-V1 button").click()

        expect(marek.locator("#refusal")).to_contain_text("Someone else was first: Ines K.")
        marek.get_by_role("link", name="Back to the page as it is now").click()
        expect(marek.locator("#p-V1 .health")).to_have_text("MAINTENANCE")


class TestWhenTheServerIsAway:
    def test_the_page_says_so_and_is_right_again_after(self, open_floor: Open, farm: Farm, ctx_factory: Callable[..., Context]) -> None:
        printer = make_printer(code="V1")
        make_printer(code="V2")
        degrade(Printer.objects.get(code="V2"), ctx_factory)
        page = open_floor(operator())
        is_live(page)

        farm.stop()
        expect(page.locator("[data-live-mark]")).to_contain_text("Not live, reconnecting")
        expect(page.locator("[data-live-mark]")).to_have_class(re.compile("stale"))
        degrade(printer, ctx_factory)
        farm.start()

        expect(page.locator("#p-V1 .health")).to_have_text("DEGRADED")
        is_live(page)

    def test_a_press_is_not_lost_and_not_done_twice(self, open_floor: Open, farm: Farm) -> None:
        make_printer(code="V1")
        page = open_floor(operator())
        is_live(page)
        farm.stop()

        page.locator("#p-V1 button").click()
        expect(page.get_by_role("alert")).to_contain_text("Press again: it is done once")
        farm.start()
        page.locator("#p-V1 button").click()

        expect(page.get_by_text("It is in maintenance now")).to_be_visible()

    def test_without_a_socket_the_page_asks_by_itself(
        self, open_floor: Open, chromium: Chromium, farm: Farm, ctx_factory: Callable[..., Context]
    ) -> None:
        printer = make_printer(code="V1")
        page = open_floor(operator())
        page.add_init_script("window.WebSocket = class { constructor() { throw new Error('no sockets here'); } };")
        page.reload()

        degrade(printer, ctx_factory)

        expect(page.locator("#p-V1 .health")).to_have_text("DEGRADED")
        expect(page.locator("[data-live-mark]")).to_contain_text("Updated every 10 s")


class TestByKeyboard:
    def test_cards_are_walked_and_acted_on(self, open_floor: Open) -> None:
        for number in range(3):
            make_printer(code=f"V{number}")
        page = open_floor(operator())
        is_live(page)

        page.keyboard.press("j")
        page.keyboard.press("j")
        expect(page.locator("#p-V1")).to_be_focused()
        page.keyboard.press("k")
        expect(page.locator("#p-V0")).to_be_focused()
        page.keyboard.press("Enter")

        expect(page.get_by_text("It is in maintenance now")).to_be_visible()
        assert Printer.objects.get(code="V0").health == "MAINTENANCE"

    def test_letters_in_a_field_are_text(self, open_floor: Open) -> None:
        make_printer(code="V1")
        page = open_floor(operator())
        page.locator("#note-V1").focus()

        page.keyboard.type("jim?")

        assert page.locator("#note-V1").input_value() == "jim?"
        expect(page.locator("#keys")).to_be_hidden()

    def test_all_keys_are_listed_and_can_be_switched_off(self, open_floor: Open) -> None:
        make_printer(code="V1")
        page = open_floor(operator())
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="All keys")).to_be_visible()
        page.get_by_label("Single keys on this device").uncheck()
        page.keyboard.press("Escape")

        page.keyboard.press("j")

        expect(page.locator("#p-V1")).not_to_be_focused()
        page.reload()
        page.keyboard.press("j")
        expect(page.locator("#p-V1")).not_to_be_focused()


def sockets(page: Page) -> Any:
    return page.evaluate(
        """topic => new Promise(done => { const socket = new WebSocket(`ws://${location.host}/ws/live?topic=${topic}`);
        const heard = []; socket.onmessage = event => heard.push(event.data); socket.onclose = event => done([event.code, heard]); })""",
        "printer:00000000-0000-4000-8000-000000000000",
    )


def test_a_socket_to_a_foreign_topic_is_closed_without_a_word(open_floor: Open) -> None:
    make_printer(code="V1")
    page = open_floor(operator())

    assert sockets(page) == [4404, []]
