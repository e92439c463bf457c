"""The page of the board: everything on it, for whoever may see it, with buttons that ask for commands."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.accounts.states import Role
from apps.journal import clock
from apps.orders.models import Piece
from apps.orders.states import PieceState
from apps.parts.models import PartRevision
from tests.board.morning import Morning, busy_morning
from tests.factories.accounts import make_site, make_user, shop
from tests.factories.context import NOW
from tests.factories.parts import make_preflight

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]

MOST_STATEMENTS = 13


@pytest.fixture
def morning() -> Morning:
    """A shop with one of everything."""
    return busy_morning()


@pytest.fixture
def as_(client: Client) -> Callable[..., Client]:
    """Sign somebody in with these roles at the shop."""

    def sign_in(*roles: Role, user: User | None = None) -> Client:
        client.force_login(user or make_user(*(roles or (Role.OPERATOR,))))
        return client

    return sign_in


class TestThePage:
    @pytest.mark.parametrize("path", ["/admin/", "/admin/today/"])
    def test_says_everything_that_is_on_the_board(self, morning: Morning, as_: Callable[..., Client], path: str) -> None:
        page = as_(Role.ADMIN).get(path)

        assert page.status_code == HTTPStatus.OK
        text = page.content.decode()
        for said in ("things need you", "still prints", "R1 ran out of filament", "S2 is tagged out", "Fan duct", "Gear", "Cable clip"):
            assert said in text, said
        assert text.count("<h1") == 1

    def test_has_nothing_inline(self, morning: Morning, as_: Callable[..., Client]) -> None:
        text = as_(Role.ADMIN).get("/admin/today/").content.decode()

        assert not re.search(r"<[^>]+\s(style|onclick|onsubmit)=", text)
        assert not re.search(r"<script(?![^>]*src=)(?![^>]*application/json)[^>]*>", text)

    def test_takes_few_statements_however_much_is_on_it(self, morning: Morning, as_: Callable[..., Client]) -> None:
        browser = as_(Role.ADMIN)
        browser.get("/admin/today/")

        with CaptureQueriesContext(connection) as asked:
            browser.get("/admin/today/")

        assert len(asked) <= MOST_STATEMENTS, "\n".join(one["sql"][:150] for one in asked.captured_queries)

    def test_shows_a_part_as_it_looks_from_above(self, morning: Morning, as_: Callable[..., Client]) -> None:
        triangle = [[0, 0], [40_000, 0], [0, 40_000]]
        for revision in PartRevision.objects.filter(part__name="Fan duct"):
            make_preflight(revision=revision, metrics={"footprint_um": triangle})

        text = as_(Role.ADMIN).get("/admin/today/").content.decode()

        assert 'aria-label="Fan duct, ' in text
        assert '<polygon points="9.0,56.0 55.0,56.0 9.0,10.0"' in text

    def test_of_an_empty_shop_says_what_is_true_in_every_section(self, as_: Callable[..., Client]) -> None:
        shop()

        text = as_(Role.OPERATOR).get("/admin/today/").content.decode()

        for said in ("There is no printer yet", "Nothing waits for a person.", "No promise is in danger.", "The queue is empty."):
            assert said in text, said

    def test_opens_a_card_without_scripts(self, morning: Morning, as_: Callable[..., Client]) -> None:
        run = morning.records["paused"]

        text = as_(Role.OPERATOR).get(f"/admin/today/?card=run:{run.pk}").content.decode()

        lead = text[text.index('id="lead"') : text.index("</article>")]
        assert "R1 ran out of filament" in lead


class TestSomebodyElse:
    def test_is_sent_to_sign_in(self, client: Client) -> None:
        shop()

        assert client.get("/admin/today/").status_code == HTTPStatus.FOUND

    def test_of_another_site_sees_their_own(self, morning: Morning, as_: Callable[..., Client]) -> None:
        assert str(morning.records["paused"].pk) in as_(Role.OPERATOR).get("/admin/today/").content.decode()

        text = as_(user=make_user(Role.OPERATOR, site=make_site())).get("/admin/today/").content.decode()

        assert str(morning.records["paused"].pk) not in text
        assert "Sensor housing" not in text

    def test_who_may_only_look_gets_no_buttons(self, morning: Morning, as_: Callable[..., Client]) -> None:
        text = as_(Role.VIEWER).get("/admin/today/").content.decode()

        assert 'class="do"' not in text


class TestPieces:
    def post(self, browser: Client, path: str, pieces: list[Any], **more: str) -> Any:
        """Press a button about pieces."""
        form = {"key": f"k-{path}", "piece_ids": [str(one.pk) for one in pieces], "next": "/admin/today/", **more}
        return browser.post(path, form)

    def test_pass_qa_is_one_press(self, morning: Morning, as_: Callable[..., Client]) -> None:
        pieces = morning.records["qa"]

        answer = self.post(as_(Role.QUALITY, Role.OPERATOR), "/admin/pieces/pass/", pieces)

        assert answer.status_code == HTTPStatus.SEE_OTHER
        assert {one.state for one in Piece.objects.filter(pk__in=[one.pk for one in pieces])} == {PieceState.PASSED}

    def test_are_packed_into_a_shipment(self, morning: Morning, as_: Callable[..., Client]) -> None:
        pieces = morning.records["passed"]

        answer = self.post(as_(Role.OPERATOR), "/admin/pieces/pack/", pieces)

        assert answer.status_code == HTTPStatus.SEE_OTHER
        assert {one.state for one in Piece.objects.filter(pk__in=[one.pk for one in pieces])} == {PieceState.PACKED}

    def test_of_another_site_are_not_there(self, morning: Morning, as_: Callable[..., Client]) -> None:
        elsewhere = make_user(Role.ADMIN, site=make_site())

        answer = self.post(as_(user=elsewhere), "/admin/pieces/pass/", morning.records["qa"])

        assert answer.status_code == HTTPStatus.NOT_FOUND

    def test_that_are_not_there_yet_are_refused_in_words(self, morning: Morning, as_: Callable[..., Client]) -> None:
        answer = self.post(as_(Role.ADMIN), "/admin/pieces/pass/", morning.records["cooling"])

        assert answer.status_code == HTTPStatus.CONFLICT
        assert Piece.objects.filter(state=PieceState.COOLING).count() == 3


class TestAShipment:
    def test_leaves_with_a_carrier(self, morning: Morning, as_: Callable[..., Client]) -> None:
        parcel = morning.records["to_ship"]
        form = {"key": "ship-1", "version": str(parcel.version), "carrier": "DHL", "tracking": "X1", "next": "/admin/today/"}

        answer = as_(Role.OPERATOR).post(f"/admin/shipments/{parcel.pk}/ship/", form)

        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.content.decode()[:2000]
        assert type(parcel).objects.get(pk=parcel.pk).carrier == "DHL"


class TestABreaker:
    def test_is_put_back_in_with_a_note(self, morning: Morning, as_: Callable[..., Client]) -> None:
        breaker = morning.records["breaker"]
        form = {"key": "b-1", "version": str(breaker.version), "note": "A test file was queued in a loop.", "next": "/admin/today/"}

        answer = as_(Role.LEAD, Role.ADMIN).post(f"/admin/breakers/{breaker.pk}/acknowledge/", form)

        assert answer.status_code == HTTPStatus.SEE_OTHER
        assert type(breaker).objects.get(pk=breaker.pk).note.startswith("A test file")


class TestFindAnything:
    @pytest.mark.parametrize(("typed", "found"), [("1042", "1042"), ("v3", "V3"), ("sensor", "Sensor housing"), ("#1042", "1042")])
    def test_finds_it_by_how_it_begins(self, morning: Morning, as_: Callable[..., Client], typed: str, found: str) -> None:
        text = as_(Role.ADMIN).get("/admin/find/", {"q": typed}).content.decode()

        assert found in text[text.index("data-find-results") :]

    def test_finds_nothing_of_another_site(self, morning: Morning, as_: Callable[..., Client]) -> None:
        elsewhere = make_user(Role.ADMIN, site=make_site())

        text = as_(user=elsewhere).get("/admin/find/", {"q": "1042"}).content.decode()

        assert "Nothing you may see" in text
        assert clock.now() > NOW
