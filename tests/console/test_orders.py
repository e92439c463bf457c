"""The list of orders: filters, search, pages by key, CSV."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts.states import Role
from apps.console.views import orders
from apps.journal import clock
from tests.asking import signed_in
from tests.console.office import HOSTILE, assert_fit_for_people, browser, owner, queries, text_of
from tests.factories.accounts import make_account, make_site, make_user, shop
from tests.factories.orders import make_canceled_intent, make_intent, make_paid_intent

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    return owner()


def listed(client: Client, **query: str) -> Any:
    return client.get("/admin/orders/", query)


def numbers(page: Any) -> list[str]:
    return [row["intent"].number for row in page.context["orders"]]


class TestTheList:
    def test_begins_with_the_promise_that_is_lost_first(self, admin: Client) -> None:
        now = clock.now()
        make_paid_intent(number="A-3")
        make_paid_intent(number="A-2", sla_due_at=now + timedelta(days=2), due_at=now + timedelta(days=2))
        make_paid_intent(number="A-1", sla_due_at=now - timedelta(days=1), due_at=now - timedelta(days=1))
        make_canceled_intent(number="A-0")

        page = listed(admin)

        assert_fit_for_people(page)
        assert numbers(page) == ["A-1", "A-2", "A-3"]
        assert "late" in text_of(page)
        assert numbers(listed(admin, due="late")) == ["A-1"]
        assert numbers(listed(admin, due="none")) == ["A-3"]
        assert numbers(listed(admin, state="canceled")) == ["A-0"]
        assert len(numbers(listed(admin, state="all"))) == 4

    def test_finds_by_number_reference_and_customer(self, admin: Client) -> None:
        account = make_account(name="Halden Robotics")
        make_intent(number="B-17", account=account)
        make_intent(number="C-1", source="shopify", external_ref="#H-2291")

        assert numbers(listed(admin, q="b-1")) == ["B-17"]
        assert numbers(listed(admin, q="halden")) == ["B-17"]
        assert numbers(listed(admin, q="#H-2291")) == ["C-1"]
        assert "No order is like that." in text_of(listed(admin, q="nobody"))

    def test_names_and_finds_no_customer_for_who_may_not_know_them(self) -> None:
        make_paid_intent(account=make_account(name="Halden Works"))
        viewer, operator = (signed_in(make_user(role)) for role in (Role.VIEWER, Role.OPERATOR))

        assert "Halden" not in text_of(listed(viewer))
        assert b"Halden" not in b"".join(listed(viewer, format="csv").streaming_content)
        assert "No order is like that" in text_of(listed(viewer, q="halden"))
        assert "Halden Works" in text_of(listed(operator, q="halden"))

    def test_goes_on_where_the_page_before_ended(self, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(orders, "PAGE", 2)
        now = clock.now()
        for number in range(7):
            due = now + timedelta(days=number // 2) if number < 4 else None
            make_intent(number=f"A-{number}", sla_due_at=due, due_at=due)

        for state in ("open", "all"):
            seen, link = [], f"?state={state}"
            while link:
                page = admin.get(f"/admin/orders/{link}")
                seen += numbers(page)
                link = page.context["next"]
            assert sorted(seen) == [f"A-{number}" for number in range(7)], state

    @pytest.mark.parametrize("after", ["x", "~", "2026~", "~nothing", "2026-01-01T00:00:00~01a22d10-7d58-7186-a740-7091bdf5120f", "\x00"])
    def test_starts_anew_where_somebody_writes_nonsense(self, admin: Client, after: str) -> None:
        make_intent(number="A-1")

        assert listed(admin, after=after).status_code == 200

    def test_is_quiet_when_there_is_nothing(self, admin: Client) -> None:
        assert "No order is open." in text_of(listed(admin))

    def test_lets_no_name_become_markup(self, admin: Client) -> None:
        make_intent(number="A-1", account=make_account(name=HOSTILE))

        assert_fit_for_people(listed(admin, q=HOSTILE))

    def test_shows_only_orders_of_the_site(self, admin: Client) -> None:
        make_intent(number="HERE")
        make_intent(number="THERE", site=make_site())

        assert numbers(listed(admin)) == ["HERE"]
        assert browser(Role.VIEWER).get("/admin/orders/").status_code == 200
        assert listed(admin, site="nowhere").status_code == 404

    def test_asks_the_same_for_one_row_and_for_many(self, admin: Client) -> None:
        make_paid_intent()
        listed(admin)
        with queries() as few:
            listed(admin)
        for _row in range(8):
            make_paid_intent()
        with queries() as many:
            listed(admin)

        assert len(many) == len(few) <= 20


class TestTheCsv:
    def test_holds_every_row_and_no_formula(self, admin: Client) -> None:
        make_intent(number="A-1", account=make_account(name='=HYPERLINK("http://evil")'))
        make_intent(number="A-2", site=make_site())
        shop()

        answer = listed(admin, format="csv", state="all")

        rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
        assert answer["Content-Type"].startswith("text/csv")
        assert rows[0][:3] == ["number", "state", "customer"]
        assert [row[0] for row in rows[1:]] == ["A-1"]
        assert rows[1][2].startswith("'=")
