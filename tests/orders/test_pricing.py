"""The formula: deterministic, exact to the smallest coin, and never surprising."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from apps.orders.domain.money import EXPONENTS, spelled, to_minor
from apps.orders.domain.prices import Prices, read
from apps.orders.domain.pricing import NoPrice, Price, WantedLine, price

PLA, PETG = UUID(int=1), UUID(int=2)
FREE: dict[str, Any] = {"materials": {"PLA": {"gram_minor": "0", "hour_minor": "0"}}}


def prices(currency: str = "EUR", **body: Any) -> Prices:
    found, problems = read({**FREE, **body}, currency, ("PLA", "PETG"))
    assert problems == {}
    return found


def line(quantity: int = 1, **values: Any) -> WantedLine:
    known: dict[str, Any] = {"position": 1, "family": "PLA", "material_id": PLA, "color_id": None, "seconds": 3600, "filament_mg": 10_000}
    return WantedLine(quantity=quantity, **{**known, **values})


def priced(
    quantity: int = 1, *, currency: str = "EUR", urgency: str = "normal", fetched: bool = False, of: Any = None, **body: Any
) -> Price:
    return price(prices(currency, **body), [line(quantity, **(of or {}))], priority=urgency, pickup=fetched)


class TestAPrice:
    """Each part of the formula by itself, with the sum done by hand."""

    def test_of_material_counts_grams_and_waste(self) -> None:
        rates = {"PLA": {"gram_minor": "3.5", "waste": "0.1", "hour_minor": "0"}}

        assert priced(2, materials=rates).total_minor == 77  # 10 g · 3.5 · 1.1 = 38.5 each

    def test_of_time_counts_machine_hours(self) -> None:
        assert priced(materials={"PLA": {"gram_minor": "0", "hour_minor": "250"}}, of={"seconds": 5400}).total_minor == 375

    def test_of_work_counts_minutes(self) -> None:
        body: dict[str, Any] = {"labour_hour_minor": "3000", "handling_minutes": "2", "support_minutes_cm2": "1"}

        assert priced(of={"support_mm2": 300}, **body).total_minor == 250  # 5 minutes

    def test_allows_for_failures(self) -> None:
        assert priced(materials={"PLA": {"gram_minor": "9", "hour_minor": "0", "failure_rate": "0.1"}}).total_minor == 100

    def test_adds_the_margin_and_takes_off_the_break(self) -> None:
        body: dict[str, Any] = {"finish_minor": "60", "margin": "0.4", "breaks": [{"from": 10, "off": "0.1"}, {"from": 20, "off": "0.5"}]}

        assert [priced(quantity, **body).total_minor for quantity in (1, 9, 10, 19, 20)] == [100, 900, 900, 1710, 1000]

    def test_is_never_below_the_minimum_of_a_piece(self) -> None:
        assert priced(3, minimum={"piece_minor": 70}, finish_minor="5").total_minor == 210

    def test_pays_setup_once_a_line(self) -> None:
        assert priced(3, setup_minor=500, finish_minor="1").total_minor == 503

    def test_rounds_a_line_once_halves_up(self) -> None:
        assert priced(3, finish_minor="0.5").total_minor == 2  # 1.5, not 3 · round(0.5)
        assert priced(1, finish_minor="2.5").total_minor == 3  # to even would be 2
        assert priced(1, finish_minor="0.4999").total_minor == 0

    def test_tops_up_to_the_minimum_of_an_order_and_says_so(self) -> None:
        found = priced(minimum={"order_minor": 1000}, finish_minor="300")

        assert found.total_minor == 1000
        assert [(extra.code, extra.minor) for extra in found.extras] == [("order_minimum", 700)]

    def test_charges_each_change_of_material_once(self) -> None:
        lines = [line(position=1), line(position=2), line(position=3, color_id=PETG)]

        assert price(prices(material_change_minor=50), lines, priority="normal").total_minor == 100

    def test_of_a_rush_is_higher_and_of_filler_lower(self) -> None:
        body: dict[str, Any] = {"finish_minor": "101", "priority": {"rush": "1.5", "filler": "0.9"}}

        assert [priced(urgency=name, **body).total_minor for name in ("rush", "normal", "filler")] == [152, 101, 91]

    def test_adds_shipping_by_weight_and_none_for_pickup(self) -> None:
        body: dict[str, Any] = {"shipping": [{"up_to_g": 25, "minor": 100}, {"up_to_g": 40, "minor": 300}], "pickup": True}

        assert [priced(quantity, **body).shipping_minor for quantity in (1, 2, 3, 4)] == [100, 100, 300, 300]
        assert priced(9, fetched=True, **body).total_minor == 0

    def test_contains_its_tax(self) -> None:
        found = priced(finish_minor="11900", tax={"mode": "inclusive", "rate": "0.19"})

        assert (found.total_minor, found.tax_minor) == (11900, 1900)

    def test_without_tax_says_none(self) -> None:
        assert priced(finish_minor="11900", tax={"mode": "none", "rate": "0.19"}).tax_minor == 0

    def test_in_yen_has_no_decimals(self) -> None:
        assert priced(currency="JPY", finish_minor="500").total_minor == 500
        assert (spelled(500, "JPY"), spelled(500, "EUR"), spelled(-5, "EUR")) == ("500 JPY", "5.00 EUR", "-0.05 EUR")

    def test_is_the_sum_of_what_staff_is_shown(self) -> None:
        found = priced(
            7, materials={"PLA": {"gram_minor": "3.33", "hour_minor": "77", "failure_rate": "0.07"}}, margin="0.31", setup_minor=90
        )

        one, setup = sum(item.minor for item in found.lines[0].items[:-1]), found.lines[0].items[-1].minor
        assert to_minor(7 * one + setup) == found.lines[0].total_minor


class TestNoPrice:
    @pytest.mark.parametrize("quantity", [0, -1, 1000, 10**18])
    def test_for_quantities_out_of_bounds(self, quantity: int) -> None:
        with pytest.raises(NoPrice) as refused:
            priced(quantity)

        assert (refused.value.code, refused.value.params["limit"]) == ("price-quantity", 999)

    def test_for_a_material_without_a_rate(self) -> None:
        with pytest.raises(NoPrice, match="price-material"):
            priced(of={"family": "PETG"})

    def test_for_what_is_too_heavy_to_send(self) -> None:
        with pytest.raises(NoPrice, match="price-weight"):
            priced(3, shipping=[{"up_to_g": 25, "minor": 100}])

    def test_for_an_order_that_is_worth_too_much(self) -> None:
        with pytest.raises(NoPrice) as refused:
            priced(finish_minor="101", limits={"order_minor": 100})

        assert refused.value.params == {"limit": "1.00 EUR"}

    def test_for_pickup_that_is_not_offered(self) -> None:
        with pytest.raises(NoPrice, match="price-pickup"):
            priced(fetched=True)


RATES = st.decimals(min_value="0", max_value="1000", places=3).map(str)
SHARES = st.decimals(min_value="0", max_value="0.9", places=3).map(str)
LISTS = st.fixed_dictionaries(
    {
        "materials": st.fixed_dictionaries(
            {"PLA": st.fixed_dictionaries({"gram_minor": RATES, "hour_minor": RATES, "waste": SHARES, "failure_rate": SHARES})}
        ),
        "margin": SHARES,
        "setup_minor": st.integers(0, 10_000),
        "finish_minor": RATES,
        "priority": st.fixed_dictionaries({"rush": st.sampled_from(["1.5", "1.333"])}),
        "tax": st.fixed_dictionaries({"mode": st.just("inclusive"), "rate": SHARES}),
        "limits": st.just({"order_minor": 10**9, "quantity": 10_000}),
    }
)
LINES = st.lists(st.tuples(st.integers(1, 50), st.integers(1, 100_000), st.integers(1, 500_000)), min_size=1, max_size=6)


def wanted(shapes: list[tuple[int, int, int]]) -> list[WantedLine]:
    return [line(n, position=at, seconds=s, filament_mg=mg) for at, (n, s, mg) in enumerate(shapes, start=1)]


def price_within_limits(body: dict[str, Any], shapes: list[tuple[int, int, int]], priority: str) -> Price:
    """Return the price; extremes of everything at once may come to more than any list allows, and are no example."""
    try:
        return price(prices(**body), wanted(shapes), priority=priority)
    except NoPrice as refused:
        if refused.code != "price-total":
            raise
        reject()


class TestAnyPrice:
    @settings(max_examples=150, deadline=None)
    @given(body=LISTS, shapes=LINES, priority=st.sampled_from(["rush", "normal"]))
    def test_adds_up_and_is_the_same_again(self, body: dict[str, Any], shapes: list[tuple[int, int, int]], priority: str) -> None:
        found = price_within_limits(body, shapes, priority)

        again = price(prices(**body), wanted(shapes), priority=priority)
        goods = sum(one.total_minor for one in found.lines) + sum(extra.minor for extra in found.extras)
        assert found == again
        assert found.total_minor == goods + found.shipping_minor
        assert 0 <= found.tax_minor <= found.total_minor
        assert all(isinstance(one.total_minor, int) and one.total_minor >= 0 for one in found.lines)

    @settings(max_examples=100, deadline=None)
    @given(body=LISTS, shape=st.tuples(st.integers(1, 49), st.integers(1, 100_000), st.integers(1, 500_000)))
    def test_never_falls_when_more_is_made(self, body: dict[str, Any], shape: tuple[int, int, int]) -> None:
        quantity, seconds, weight = shape

        less = price_within_limits(body, [shape], "normal")

        for more in ((quantity + 1, seconds, weight), (quantity, seconds + 60, weight), (quantity, seconds, weight + 1000)):
            assert price_within_limits(body, [more], "normal").total_minor >= less.total_minor

    @pytest.mark.parametrize("currency", sorted(EXPONENTS))
    def test_can_be_in_every_currency_we_sell_in(self, currency: str) -> None:
        assert priced(currency=currency, finish_minor="7").total_minor == 7


class TestRounding:
    @pytest.mark.parametrize(("amount", "minor"), [("0.5", 1), ("1.5", 2), ("2.5", 3), ("2.4999", 2), ("-0.5", -1), ("0", 0)])
    def test_takes_halves_away_from_zero(self, amount: str, minor: int) -> None:
        assert to_minor(Decimal(amount)) == minor
