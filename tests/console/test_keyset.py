"""Turning pages: every row once, in order, forward and back, whatever the list is sorted by and however many values are empty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import Account
from apps.accounts.states import Role
from apps.console.admin.keyset import beyond, terms_of
from tests.asking import signed_in
from tests.factories.accounts import make_account, make_user
from tests.factories.context import NOW

pytestmark = pytest.mark.django_db

LIST = reverse("admin:accounts_account_changelist")


def walked(rows: QuerySet[Account], ordering: list[str], size: int, *, forward: bool) -> Iterator[Account]:
    """Yield all rows page by page, from one end to the other."""
    terms = terms_of(Account, ordering)
    held: tuple[object, ...] | None = None
    while True:
        page = rows.order_by(*[term.expression(forward=forward) for term in terms])
        if held is not None:
            page = page.filter(beyond(terms, held, forward=forward))
        found = list(page[:size])
        yield from found
        if len(found) < size:
            return
        held = Account.objects.filter(pk=found[-1].pk).values_list(*[term.path for term in terms]).get()


@pytest.mark.both_engines
class TestAnyOrder:
    @pytest.mark.parametrize("ordering", [["-id"], ["name"], ["-name"], ["stopped_at"], ["-stopped_at", "name"], ["site", "-stopped_at"]])
    @given(stopped=st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=1, max_size=12), size=st.integers(1, 5))
    @settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
    def test_shows_every_row_once_forward_and_back(self, ordering: list[str], stopped: list[int | None], size: int) -> None:
        mine = [
            make_account(
                name=f"n{(days or 0) % 2}",
                stopped_at=None if days is None else NOW + timedelta(days=days),
                stop_reason="" if days is None else "x",
            ).pk
            for days in stopped
        ]
        rows = Account.objects.filter(pk__in=mine)

        forward = [row.pk for row in walked(rows, ordering, size, forward=True)]
        back = [row.pk for row in walked(rows, ordering, size, forward=False)]

        assert sorted(forward, key=str) == sorted(mine, key=str)
        assert back == forward[::-1]


class TestPages:
    @pytest.fixture
    def client(self) -> Client:
        for number in range(120):
            make_account(name=f"Customer {number:03}")
        return signed_in(make_user(Role.ADMIN))

    def names(self, html: str) -> list[str]:
        return re.findall(r">(Customer \d{3})</a>", html)

    def link(self, html: str, word: str) -> str:
        found = re.search(rf'href="(\?[^"]+)" rel="{word}"', html)
        assert found is not None, word
        return found[1].replace("&amp;", "&")

    def test_lead_to_the_last_row_and_back(self, client: Client) -> None:
        seen: list[str] = []
        address = LIST
        for _page in range(3):
            html = client.get(address).content.decode()
            seen += self.names(html)
            address = LIST + self.link(html, "next") if 'rel="next"' in html else ""

        assert seen == [f"Customer {number:03}" for number in reversed(range(120))]
        assert address == ""
        before = client.get(LIST + self.link(html, "prev")).content.decode()
        assert self.names(before) == seen[50:100]

    def test_keep_the_search_and_the_sorting(self, client: Client) -> None:
        html = client.get(LIST, {"q": "Customer", "o": "1"}).content.decode()

        assert "q=Customer" in self.link(html, "next")
        assert "o=1" in self.link(html, "next")

    @pytest.mark.parametrize("query", [{"after": "nonsense"}, {"before": "00000000-0000-0000-0000-000000000000"}, {"after": ""}])
    def test_that_begin_nowhere_are_the_first(self, client: Client, query: dict[str, str]) -> None:
        answer = client.get(LIST, query)

        assert answer.status_code == HTTPStatus.OK
        assert self.names(answer.content.decode())[0] == "Customer 119"
