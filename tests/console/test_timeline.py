"""Timelines: sentences, filters, causation, the raw entry; pages by key; nothing of another site."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from apps.accounts.states import Role
from apps.console.views import timeline
from apps.journal.models import Event
from apps.policy import commands as policy
from apps.policy.states import HoldReason, HoldScope
from tests.console.office import assert_fit_for_people, browser, owner, queries, text_of
from tests.factories.accounts import make_site
from tests.factories.context import make_context
from tests.orders.selling import Shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return Shop()


def trace(client: Client, record: Any, **query: str) -> Any:
    return client.get(f"/admin/timeline/intent/{record.pk}/", query)


class TestTheTimelineOfAnOrder:
    def test_tells_in_sentences_what_happened_and_what_caused_what(self, shop: Shop) -> None:
        intent = shop.paid_order(2)

        page = trace(owner(), intent, show="all")

        assert_fit_for_people(page)
        said = text_of(page)
        assert f"Order {intent.number} came in: 2 pieces for 8.54 EUR" in said
        assert "Released to production. Basis: Paid in advance" in said
        depths = {entry.event.type: entry.depth for entry in page.context["entries"]}
        assert depths["IntentCreated"] == 0
        assert depths["IntentReleased"] > 0

    def test_filters_key_events_and_decisions(self, shop: Shop) -> None:
        intent, admin = shop.paid_order(), owner()

        every = {entry.event.type for entry in trace(admin, intent, show="all").context["entries"]}
        key = {entry.event.type for entry in trace(admin, intent).context["entries"]}
        decisions = {entry.event.type for entry in trace(admin, intent, show="decisions").context["entries"]}

        assert decisions == {"DecisionMade"}
        assert "CheckoutOpened" in every - key

    def test_shows_one_entry_with_its_ids_raw_and_its_decision(self, shop: Shop) -> None:
        intent, admin = shop.paid_order(), owner()
        event = Event.objects.get(type="DecisionMade")

        page = trace(admin, intent, show="all", event=str(event.pk))

        assert page.context["chosen"].event.pk == event.pk
        content = page.content.decode()
        assert str(event.event_id) in content
        assert "Raw entry" in content
        assert "/admin/decisions/" in content

    def test_goes_on_by_key(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        intent, admin = shop.paid_order(2), owner()
        every = list(Event.objects.filter(subject_rows__kind="intent", subject_rows__subject_id=intent.pk).values_list("pk", flat=True))
        monkeypatch.setattr(timeline, "ROWS", 3)

        seen: list[int] = []
        link = "?show=all"
        while link:
            page = admin.get(f"/admin/timeline/intent/{intent.pk}/{link}")
            seen += [entry.event.pk for entry in page.context["entries"]]
            link = page.context["older"]

        assert sorted(seen) == sorted(every)

    @pytest.mark.parametrize("query", [{"before": "x"}, {"before": "9" * 30}, {"event": "x"}, {"show": "x"}, {"before": "-1"}])
    def test_takes_nonsense_for_nothing(self, shop: Shop, query: dict[str, str]) -> None:
        assert trace(owner(), shop.order(), **query).status_code == 200

    def test_of_another_site_or_of_nothing_is_not_there(self, shop: Shop) -> None:
        intent = shop.order()

        assert trace(browser(Role.ADMIN, site=make_site()), intent).status_code == 404
        assert owner().get(f"/admin/timeline/intent/{uuid4()}/").status_code == 404
        assert owner().get(f"/admin/timeline/planet/{intent.pk}/").status_code == 404

    def test_asks_the_same_for_few_and_many_entries(self, shop: Shop) -> None:
        one, many, admin = shop.order(), shop.paid_order(2), owner()
        trace(admin, one)
        with queries() as few:
            trace(admin, one, show="all")
        with queries() as more:
            trace(admin, many, show="all")

        assert len(more) <= len(few) + 3
        assert len(few) <= 30


class TestTheTimelineOfASite:
    def test_has_the_newest_first_and_nothing_of_elsewhere(self, shop: Shop) -> None:
        shop.order()
        elsewhere = make_site()
        policy.place_hold(
            make_context(), site_id=elsewhere.pk, scope=HoldScope.SITE, scope_id=elsewhere.pk, reason=HoldReason.OTHER, note="x"
        )

        page = owner().get("/admin/timeline/", {"show": "all"})

        assert_fit_for_people(page)
        ids = [row["entry"].event.pk for row in page.context["entries"]]
        assert ids == sorted(ids, reverse=True)
        assert "Put on hold" not in text_of(page)

    def test_is_quiet_where_nothing_happened(self) -> None:
        assert "Nothing of that kind happened here yet." in text_of(browser(Role.ADMIN, site=make_site()).get("/admin/timeline/"))
