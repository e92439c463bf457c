"""A page about a problem says whose house it is and where to go on, whatever is wrong: nothing here may ask the database."""

from __future__ import annotations

import re

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils.html import escape

from apps.accounts.models import User
from apps.journal.http import house
from apps.journal.http.problem import answer, rendered
from apps.journal.refusals import NotFound, Refusal

NOT_FOUND = NotFound("address")


def text_of(path: str, refusal: Refusal = NOT_FOUND) -> str:
    """Return the page; without the database fixture, so asking the database would fail here."""
    return rendered(refusal, request_id="r", path=path).content.decode()


def answered(request: HttpRequest, refusal: Refusal) -> str:
    return answer(request, refusal).content.decode()


def links(text: str) -> list[str]:
    return re.findall(r'href="([^"#]*)"', text.split("</head>")[1])


@pytest.fixture(autouse=True)
def no_name_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "_names", {})


class TestOnTheFloor:
    @pytest.mark.parametrize("path", ["/admin", "/admin/printers/none/"])
    def test_it_leads_back_to_the_work(self, path: str) -> None:
        text = text_of(path)

        assert "Go to Today" in text
        assert set(links(text)) == {"/admin/", "/admin/printers/", "/admin/orders/"}
        assert 'aria-label="farmos"' in text

    def test_it_does_so_for_staff_on_any_page(self) -> None:
        request = RequestFactory().get("/nowhere")
        person = User()
        person.__dict__["is_staff"] = True  # as when a view looked
        request._cached_user = person  # type: ignore[attr-defined]

        assert "Go to Today" in answered(request, NOT_FOUND)

    def test_nobody_is_asked_who_it_is(self) -> None:
        request: HttpRequest = RequestFactory().get("/nowhere")
        request._cached_user = User()  # type: ignore[attr-defined]

        assert "Go to the start page" in answered(request, NOT_FOUND)


class TestInTheShop:
    @pytest.mark.parametrize("path", ["/", "/nowhere", "/administration"])
    def test_it_leads_back_to_the_shop(self, path: str) -> None:
        text = text_of(path)

        assert "Go to the start page" in text
        assert set(links(text)) == {"/", "/orders/"}

    def test_it_carries_the_name_that_was_read_last(self) -> None:
        house.remember("Ada & Daughters")

        text = text_of("/nowhere")

        assert "<span>Ada &amp; Daughters</span>" in text
        assert "<title>Not found · Ada &amp; Daughters</title>" in text


class TestWhatPassesByItself:
    @pytest.mark.parametrize("path", ["/basket/", "/admin/printers/?page=2&find=K%C3%B6ln"])
    def test_offers_to_look_again_at_the_same(self, path: str) -> None:
        text = answered(RequestFactory().get(path), Refusal("unavailable"))

        assert f'<a class="btn p lg" href="{escape(path)}">Try again</a>' in text

    def test_never_offers_to_send_again_what_was_sent(self) -> None:
        assert ">Try again<" not in answered(RequestFactory().post("/basket/"), Refusal("unavailable"))

    def test_leads_nowhere_else(self) -> None:
        request = RequestFactory().get("/")
        request.path = "//evil.example/"

        assert set(links(answered(request, Refusal("unavailable")))) == {"/%2Fevil.example/", "/", "/orders/"}

    def test_is_not_offered_for_what_stays_so(self) -> None:
        assert ">Try again<" not in answered(RequestFactory().get("/nowhere"), NOT_FOUND)


def test_each_page_has_one_heading_and_one_thing_to_press() -> None:
    for path in ("/admin/x", "/x"):
        for refusal in (NOT_FOUND, Refusal("permission-denied"), Refusal("bad-request"), Refusal("internal-error", request_id="r")):
            text = text_of(path, refusal)
            assert (text.count("<h1>"), text.count('class="btn p lg"')) == (1, 1)
