"""What an order costs. The same inputs give the same price for ever: decimals in, whole minor units out, one rounding per line.

unit  = (grams · gram price · (1 + waste) + hours · hour price + minutes · labour + finish) / (1 - failure rate)
sell  = max(unit / (1 - margin) · (1 - break), minimum per piece)
line  = round(quantity · sell + setup)
order = (lines + material changes, at least the minimum) · priority + shipping; tax is contained in it, or there is none
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from uuid import UUID

from .money import spelled, to_minor
from .prices import Prices, rate_of

_PRECISION = Context(prec=40)


@dataclass(frozen=True, slots=True)
class WantedLine:
    """One line to be priced.

    Args:
        position: Its number.
        quantity: How many.
        family: Material family.
        material_id: The material, for counting changes.
        color_id: Its colour, likewise.
        seconds: Machine time of one piece.
        filament_mg: Filament of one piece, supports included.
        support_mm2: Area that supports touch.
    """

    position: int
    quantity: int
    family: str
    material_id: UUID
    color_id: UUID | None
    seconds: int
    filament_mg: int
    support_mm2: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One part of a price, for staff: a code and what it adds, in minor units (of one piece: not rounded)."""

    code: str
    minor: Decimal


@dataclass(frozen=True, slots=True)
class PricedLine:
    """What one line costs."""

    position: int
    unit_minor: int
    total_minor: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Extra:
    """What is added to the lines: a code and whole minor units."""

    code: str
    minor: int


@dataclass(frozen=True, slots=True)
class Price:
    """What the order costs. ``total_minor`` contains shipping and tax."""

    lines: tuple[PricedLine, ...]
    extras: tuple[Extra, ...]
    shipping_minor: int
    tax_minor: int
    total_minor: int

    @property
    def lines_minor(self) -> int:
        """What the lines come to."""
        return sum(one.total_minor for one in self.lines)

    @property
    def extras_minor(self) -> int:
        """What is added to them, shipping apart."""
        return sum(one.minor for one in self.extras)


class NoPrice(Exception):
    """No price can be given by formula; ``code`` and ``params`` say why."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def price(prices: Prices, lines: Sequence[WantedLine], *, priority: str, pickup: bool = False) -> Price:
    """Return what the lines cost together.

    Raises:
        NoPrice: ``price-quantity`` (not from 1 to the list's limit), ``price-material`` (no rate), ``price-weight`` (heavier than any shipping
            step), ``price-total`` (over the list's limit), ``price-pickup`` (not offered).
    """
    with localcontext(_PRECISION):
        priced = tuple(_line(prices, line) for line in lines)
        extras = _extras(prices, lines, sum(one.total_minor for one in priced), priority)
        shipping = _shipping(prices, lines, pickup=pickup)
        total = sum(one.total_minor for one in priced) + sum(one.minor for one in extras) + shipping
        tax = to_minor(Decimal(total) * prices.tax_rate / (1 + prices.tax_rate)) if prices.tax_mode == "inclusive" else 0
    if total > prices.max_order_minor:
        raise NoPrice("price-total", limit=spelled(prices.max_order_minor, prices.currency))
    return Price(priced, extras, shipping, tax, total)


def _line(prices: Prices, line: WantedLine) -> PricedLine:
    if not 1 <= line.quantity <= prices.max_quantity:
        raise NoPrice("price-quantity", position=line.position, limit=prices.max_quantity)
    items = _items(prices, line)
    cost = sum((item.minor for item in items), Decimal(0))
    sell = cost / (1 - prices.margin) * (1 - _break(prices, line.quantity))
    sell = max(sell, Decimal(prices.piece_minimum_minor))
    total = to_minor(line.quantity * sell + prices.setup_minor)
    shown = (*items, Item("margin_and_break", sell - cost), Item("setup", Decimal(prices.setup_minor)))
    return PricedLine(line.position, to_minor(Decimal(total) / line.quantity), total, shown)


def _items(prices: Prices, line: WantedLine) -> tuple[Item, ...]:
    rate = rate_of(prices, line.family)
    if rate is None:
        raise NoPrice("price-material", position=line.position, material=line.family)
    minutes = prices.handling_minutes + Decimal(line.support_mm2) / 100 * prices.support_minutes_cm2
    items = (
        Item("material", Decimal(line.filament_mg) / 1000 * rate.gram_minor * (1 + rate.waste)),
        Item("machine_time", Decimal(line.seconds) / 3600 * rate.hour_minor),
        Item("labour", minutes / 60 * prices.labour_hour_minor),
        Item("finish", prices.finish_minor),
    )
    cost = sum((item.minor for item in items), Decimal(0))
    return (*items, Item("failure_allowance", cost / (1 - rate.failure_rate) - cost))


def _break(prices: Prices, quantity: int) -> Decimal:
    reached = [off for threshold, off in prices.breaks if quantity >= threshold]
    return reached[-1] if reached else Decimal(0)


def _extras(prices: Prices, lines: Sequence[WantedLine], goods: int, priority: str) -> tuple[Extra, ...]:
    kinds = {(line.material_id, line.color_id) for line in lines}
    changes = prices.material_change_minor * len(kinds)
    short = max(0, prices.order_minimum_minor - goods - changes)
    urgency = to_minor(Decimal(goods + changes + short) * (prices.priority[priority] - 1))
    named = (("material_changes", changes), ("order_minimum", short), ("priority", urgency))
    return tuple(Extra(code, minor) for code, minor in named if minor)


def _shipping(prices: Prices, lines: Sequence[WantedLine], *, pickup: bool) -> int:
    if pickup:
        if not prices.pickup:
            raise NoPrice("price-pickup")
        return 0
    if not prices.shipping:
        return 0
    grams = sum(Decimal(line.quantity * line.filament_mg) for line in lines) / 1000
    for limit, minor in prices.shipping:
        if grams <= limit:
            return minor
    raise NoPrice("price-weight", limit=prices.shipping[-1][0])
