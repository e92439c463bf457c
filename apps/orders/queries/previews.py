"""A price to look at: calculated as a quote would be, written nowhere, promised to nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from apps.accounts.models import Account
from apps.orders.domain.pricing import Price
from apps.orders.domain.requests import QuoteRequestLine
from apps.orders.states import Priority

from .pricing import measure, price_list_for, priced, prices_of


@dataclass(frozen=True, slots=True)
class Step:
    """What one piece costs from so many pieces on, its share of the setup included."""

    quantity: int
    unit_minor: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What lines would cost today.

    Args:
        currency: ISO 4217.
        price: The same that a quote would hold.
        tax_rate: Share of tax contained in it, as text; empty when there is none.
    """

    currency: str
    price: Price
    tax_rate: str

    @property
    def goods_minor(self) -> int:
        """What everything but shipping costs."""
        return self.price.total_minor - self.price.shipping_minor


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an order may reach its customer.

    Args:
        pickup: It may be picked up.
        ships_from_minor: The lowest flat rate; None where the list says nothing, and shipping costs nothing.
        currency: ISO 4217.
    """

    pickup: bool
    ships_from_minor: int | None
    currency: str


def preview(
    site_id: UUID, account_id: UUID | None, lines: Sequence[QuoteRequestLine], *, pickup: bool = False, priority: str = Priority.NORMAL
) -> Preview:
    """Return what these lines would cost today. Unlike a quote also for a part that still waits for the customer's choice.

    Raises:
        NotFound, Invalid, Refusal: what ``issue_quote`` refuses.
    """
    price_list = price_list_for(site_id, _account(account_id))
    prices = prices_of(price_list)
    measured = [measure(site_id, account_id, position, line, may_be_unanswered=True) for position, line in enumerate(lines, start=1)]
    price = priced(prices, [one.wanted for one in measured], priority=priority, pickup=pickup)
    return Preview(price_list.currency, price, str(prices.tax_rate) if prices.tax_mode != "none" else "")


def price_steps(site_id: UUID, account_id: UUID | None, line: QuoteRequestLine) -> list[Step]:
    """Return what a piece of this line costs singly and from each quantity on at which it gets cheaper.

    Raises:
        NotFound, Invalid, Refusal: what ``issue_quote`` refuses.
    """
    prices = prices_of(price_list_for(site_id, _account(account_id)))
    wanted = measure(site_id, account_id, 1, line, may_be_unanswered=True).wanted
    steps = []
    for quantity in sorted({1, *(threshold for threshold, _off in prices.breaks)}):
        if quantity <= prices.max_quantity:
            found = priced(prices, [replace(wanted, quantity=quantity)], priority=Priority.NORMAL, pickup=prices.pickup)
            steps.append(Step(quantity, found.lines[0].unit_minor))
    return steps


def most_pieces(site_id: UUID, account_id: UUID | None) -> int:
    """Return how many pieces of one part may be ordered at once.

    Raises:
        Refusal: ``no-price-list``.
    """
    return prices_of(price_list_for(site_id, _account(account_id))).max_quantity


def delivery(site_id: UUID, account_id: UUID | None) -> Delivery:
    """Return how things may reach the customer by the prices in force.

    Raises:
        Refusal: ``no-price-list``.
    """
    prices = prices_of(price_list_for(site_id, _account(account_id)))
    return Delivery(prices.pickup, prices.shipping[0][1] if prices.shipping else None, prices.currency)


def _account(account_id: UUID | None) -> Account | None:
    return None if account_id is None else Account.objects.filter(pk=account_id).first()
