"""Fragments: the same to everybody with the same rights, gone for everybody else, rendered once while nothing changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.states import Role
from apps.board import fragments
from apps.fleet.models import Printer
from apps.journal.refusals import NotFound
from tests.factories.accounts import make_site, make_user
from tests.factories.fleet import make_printer

pytestmark = pytest.mark.django_db


@pytest.fixture
def rendered() -> Iterator[list[str]]:
    """Register a small kind of fragment; what was rendered is noted."""
    made: list[str] = []

    def render(user: User, id: str) -> str:  # noqa: A002
        printer = user.visible(Printer).filter(pk=id).first()
        if printer is None:
            raise NotFound("printer", id=id)
        made.append(id)
        return f'<article id="p-{id}">{printer.code} {printer.version}</article>'

    fragments.fragment("small", permission="fleet.view_printer")(render)
    yield made
    del fragments._kinds["small"]


def signed_in(*roles: Role) -> Client:
    client = Client()
    client.force_login(make_user(*roles))
    return client


def many(client: Client, *of: str) -> list[dict[str, Any]]:
    answer = client.get("/admin/f/", {"of": of})
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


class TestOne:
    def test_is_html_with_a_tag_and_not_sent_twice(self, rendered: list[str]) -> None:
        client, printer = signed_in(Role.OPERATOR), make_printer()

        first = client.get(f"/admin/f/small/{printer.pk}/")
        again = client.get(f"/admin/f/small/{printer.pk}/", headers={"If-None-Match": first["ETag"]})

        assert first.status_code == 200
        assert printer.code in first.content.decode()
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        assert "private" in first["Cache-Control"]

    def test_of_another_site_or_of_nothing_is_not_found(self, rendered: list[str]) -> None:
        client, elsewhere = signed_in(Role.OPERATOR), make_printer(site=make_site())

        assert [
            client.get(f"/admin/f/{address}/").status_code
            for address in (f"small/{elsewhere.pk}", f"small/{uuid4()}", f"nothing/{elsewhere.pk}")
        ] == [404] * 3

    @pytest.mark.parametrize("roles", [(), (Role.CUSTOMER,)])
    def test_is_not_for_strangers(self, roles: tuple[Role, ...], rendered: list[str]) -> None:
        printer = make_printer()

        assert signed_in(*roles).get(f"/admin/f/small/{printer.pk}/").status_code == 401
        assert Client().get(f"/admin/f/small/{printer.pk}/").status_code == 401


class TestMany:
    def test_come_in_one_answer_in_the_order_asked(self, rendered: list[str]) -> None:
        client, printers = signed_in(Role.OPERATOR), [make_printer() for _ in range(3)]

        items = many(client, *(f"small:{one.pk}" for one in reversed(printers)))

        assert [item["of"] for item in items] == [f"small:{one.pk}" for one in reversed(printers)]
        assert all(item["html"].startswith("<article") for item in items)

    def test_say_what_is_the_same_and_what_is_gone(self, rendered: list[str]) -> None:
        client, printer = signed_in(Role.OPERATOR), make_printer()
        (shown,) = many(client, f"small:{printer.pk}")

        items = many(client, f"small:{printer.pk}@{shown['tag']}", f"small:{uuid4()}", "rubbish")

        assert items[0] == {"of": f"small:{printer.pk}", "same": True}
        assert [item.get("gone") for item in items[1:]] == [True, True]

    def test_are_rendered_once_for_all_with_the_same_rights(self, rendered: list[str]) -> None:
        printer = make_printer()
        one, two, other = signed_in(Role.OPERATOR), signed_in(Role.OPERATOR), signed_in(Role.LEAD)

        for client in (one, two, other):
            many(client, f"small:{printer.pk}")

        assert len(rendered) == 2

    def test_are_never_what_somebody_of_another_site_saw(self, rendered: list[str]) -> None:
        elsewhere = make_site()
        printer = make_printer(site=elsewhere)
        theirs = Client()
        theirs.force_login(make_user(Role.OPERATOR, site=elsewhere))

        assert "html" in many(theirs, f"small:{printer.pk}")[0]
        assert many(signed_in(Role.OPERATOR), f"small:{printer.pk}") == [{"of": f"small:{printer.pk}", "gone": True}]


class TestTheShelf:
    def test_holds_a_rendering_while_the_feed_stands_still(self) -> None:
        shelf = fragments.Shelf()
        shelf.keep("a:1", "who", 7, fragments.Fragment("a:1", "t", "x"))

        assert shelf.find("a:1", "who", 7) is not None
        assert shelf.find("a:1", "who", 8) is None
        assert shelf.find("a:1", "else", 7) is None

    def test_forgets_the_oldest_when_it_is_full(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fragments, "MOST_KEPT_BYTES", 25)
        shelf = fragments.Shelf()
        for number in range(4):
            shelf.keep(f"a:{number}", "who", 7, fragments.Fragment(f"a:{number}", "t", "x" * 10))

        assert [shelf.find(f"a:{number}", "who", 7) is not None for number in range(4)] == [False, False, True, True]

    def test_lets_a_rendering_go_after_a_while(self, monkeypatch: pytest.MonkeyPatch) -> None:
        shelf = fragments.Shelf()
        shelf.keep("a:1", "who", 7, None)
        monkeypatch.setattr(fragments, "FRESH_S", -1.0)

        assert shelf.find("a:1", "who", 7) is None
