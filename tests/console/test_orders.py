"""The list of orders: filters, search, pages by key, CSV."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts.states import Role
from apps.board.queries import order_expected_at
from apps.console.views import orders
from apps.journal import clock
from apps.orders.models import Intent
from apps.orders.states import PieceState
from tests.asking import signed_in
from tests.console.office import HOSTILE, assert_fit_for_people, browser, owner, queries, text_of
from tests.factories.accounts import make_account, make_site, make_user, shop
from tests.factories.floor import make_floor
from tests.factories.orders import make_canceled_intent, make_intent, make_line_item, make_paid_intent, make_piece, make_requirement
from tests.runs.driving import printing

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

    @pytest.mark.parametrize("after", ["x", "~", "2026~", "~nothing", "2026-01-01T00:00:00~01a22d10-7d58-7186-a740-7091bdf5120f"])
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


def expected(page: Any) -> dict[str, str]:
    """Return what the list says in its column "Expected", by order."""
    cells = re.findall(r'class="hit"[^>]*><b>([^<]+)</b>.*?data-label="Expected">(.*?)</td>', page.content.decode(), re.DOTALL)
    return {number: " ".join(re.sub(r"<[^>]+>", " ", cell).split()) for number, cell in cells}


class TestWhatIsExpected:
    def test_is_said_where_it_is_known(self, admin: Client) -> None:
        floor, now = make_floor(), clock.now()
        on_time, missed = now + timedelta(days=9), now + timedelta(minutes=2)
        printing(floor.plate_of(floor.component(number="A-1", sla_due_at=on_time, due_at=on_time)), floor.printer())
        printing(floor.plate_of(floor.component(number="A-2", sla_due_at=missed, due_at=missed)), floor.printer())
        make_piece(requirement=make_requirement(line=make_line_item(intent=make_paid_intent(number="A-3"))))
        make_piece(requirement=floor.component(number="A-4"), state=PieceState.PASSED)
        make_canceled_intent(number="A-5")

        page = listed(admin, state="all")

        assert_fit_for_people(page)
        said = expected(page)
        assert said["A-1"].startswith("about ")
        assert said["A-2"].startswith("after the promise, about ")
        assert {number: said[number] for number in ("A-3", "A-4", "A-5")} == {"A-3": "not known yet", "A-4": "made", "A-5": "over"}

    def test_is_when_the_attempt_at_it_ends(self, admin: Client) -> None:
        floor = make_floor()
        printing(floor.plate(pieces=2, orders=2), floor.printer())
        intent = Intent.objects.order_by("id")[0]

        about = listed(admin).context["orders"][0]["expected_at"]

        assert about == pytest.approx(order_expected_at(intent, now=clock.now()), abs=timedelta(seconds=20))

    def test_takes_no_more_statements_for_more_orders(self, admin: Client) -> None:
        floor = make_floor()
        printing(floor.plate(pieces=1), floor.printer())
        listed(admin)
        with queries() as few:
            listed(admin)
        for _more in range(3):
            printing(floor.plate(pieces=4, orders=2), floor.printer())
            make_piece(requirement=floor.component())
        with queries() as many:
            listed(admin)

        assert len(many) == len(few) <= 24

    def test_the_list_says_by_what_it_is_sorted(self, admin: Client) -> None:
        make_intent()

        assert re.search(r'aria-sort="ascending">Promised', listed(admin).content.decode())
        assert re.search(r'aria-sort="descending">Placed', listed(admin, state="all").content.decode())


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
