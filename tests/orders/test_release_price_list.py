"""``orders.release_price_list``: prices are released, never edited."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from apps.journal.models import Event
from apps.journal.refusals import Invalid, NotFound
from apps.orders import commands
from apps.orders.models import PriceList
from tests.factories.accounts import shop
from tests.factories.context import make_context
from tests.orders.selling import BODY
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


def release(body: Any = BODY, **values: Any) -> UUID:
    given: dict[str, Any] = {"site_id": shop().id, "currency": "EUR", "body": body, **values}
    return commands.release_price_list(make_context(), **given)


class TestReleasing:
    def test_puts_the_prices_in_force_and_says_so(self) -> None:
        released = PriceList.objects.get(pk=release(note="First"))

        event = Event.objects.get()
        assert (released.state, released.list_version, released.released_by, released.note) == ("released", 1, "service:tests", "First")
        assert (event.type, event.subject_rows.get().subject_id) == ("PriceListReleased", released.pk)

    def test_retires_the_version_before(self) -> None:
        first = release()

        second = release({**BODY, "setup_minor": 200})

        assert PriceList.objects.get(pk=first).state == "retired"
        assert PriceList.objects.get(pk=second).list_version == 2

    def test_of_the_same_prices_changes_nothing(self) -> None:
        assert release() == release()
        assert (PriceList.objects.count(), Event.objects.count()) == (1, 1)

    def test_of_another_list_leaves_the_first_in_force(self) -> None:
        first = release()

        release(key="friends")

        assert PriceList.objects.get(pk=first).state == "released"


class TestAListThatCannotBeUsed:
    @pytest.mark.parametrize(
        ("change", "path"),
        [
            ({"materials": {}}, "materials"),
            ({"materials": {"CHEESE": {"gram_minor": "1", "hour_minor": "1"}}}, "materials.CHEESE"),
            ({"materials": {"PLA": {"hour_minor": "1"}}}, "materials.PLA.gram_minor"),
            ({"materials": {"PLA": {"gram_minor": "NaN", "hour_minor": "1"}}}, "materials.PLA.gram_minor"),
            ({"materials": {"PLA": {"gram_minor": 1.5, "hour_minor": "1"}}}, "materials.PLA.gram_minor"),
            ({"materials": {"PLA": {"gram_minor": "-1", "hour_minor": "1"}}}, "materials.PLA.gram_minor"),
            ({"materials": {"PLA": {"gram_minor": "1", "hour_minor": "1", "failure_rate": "1"}}}, "materials.PLA.failure_rate"),
            ({"margin": "1"}, "margin"),
            ({"setup_minor": "100"}, "setup_minor"),
            ({"setup_minor": True}, "setup_minor"),
            ({"breaks": [{"from": 5, "off": "0.1"}, {"from": 5, "off": "0.2"}]}, "breaks.1.from"),
            ({"breaks": [{"from": 5}]}, "breaks.0"),
            ({"breaks": "many"}, "breaks"),
            ({"shipping": [{"up_to_g": 0, "minor": 1}]}, "shipping.0.up_to_g"),
            ({"priority": {"rush": "-1"}}, "priority.rush"),
            ({"tax": {"mode": "exclusive"}}, "tax.mode"),
            ({"keep": {"made": "1.5"}}, "keep.made"),
            ({"limits": {"quantity": 0}}, "limits.quantity"),
            ({"discounts": []}, "discounts"),
            ({"formula_version": 2}, "formula_version"),
        ],
    )
    def test_is_refused_with_the_place_of_the_mistake(self, change: dict[str, Any], path: str) -> None:
        with pytest.raises(Invalid) as refused:
            release({**BODY, **change})

        assert list(refused.value.params["fields"]) == [path]
        assert not PriceList.objects.exists()

    @pytest.mark.parametrize("currency", ["ISK", "eur", "EURO", ""])
    def test_names_a_currency_farmos_does_not_sell_in(self, currency: str) -> None:
        with pytest.raises(Invalid) as refused:
            release(currency=currency)

        assert "currency" in refused.value.params["fields"]

    @pytest.mark.parametrize("body", [[], "cheap", None, 7])
    def test_may_be_no_list_at_all(self, body: Any) -> None:
        with pytest.raises(Invalid) as refused:
            release(body)

        assert "body" in refused.value.params["fields"]

    def test_names_every_mistake_at_once(self) -> None:
        with pytest.raises(Invalid) as refused:
            release({**BODY, "margin": "2", "setup_minor": -1})

        assert set(refused.value.params["fields"]) == {"margin", "setup_minor"}

    def test_at_a_site_nobody_knows_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            release(site_id=uuid4())


@pytest.mark.both_engines
class TestFourReleasesAtOnce:
    def test_leave_one_in_force_and_number_without_gaps(self, writers: Writers) -> None:
        site_id = shop().id

        outcomes = writers.in_threads(lambda n: release({**BODY, "setup_minor": n}, site_id=site_id), 4)

        assert [outcome.error for outcome in outcomes] == [None] * 4
        assert PriceList.objects.filter(state="released").count() == 1
        assert sorted(PriceList.objects.values_list("list_version", flat=True)) == [1, 2, 3, 4]
