"""Price lists: what their bodies may say, and every way in which one cannot be used.

Rates are decimal numbers written as text, so that no reader turns them into binary fractions. Amounts are minor units of the list's currency.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from .money import EXPONENTS

FORMULA_VERSION = 1
"""Rises when the same numbers would give another price; quotes pin it."""

PRIORITIES = ("rush", "normal", "filler")
TAX_MODES = ("none", "inclusive")
_MOST = Decimal(10) ** 9
_ANY = "*"


@dataclass(frozen=True, slots=True)
class MaterialRate:
    """What one kind of material costs.

    Args:
        gram_minor: Price of a gram.
        waste: Share that is lost beside the part (purging, skirts, ends of spools).
        failure_rate: Share of prints that fail and are paid by those that do not.
        hour_minor: Price of a machine hour with it.
    """

    gram_minor: Decimal
    waste: Decimal
    failure_rate: Decimal
    hour_minor: Decimal


@dataclass(frozen=True, slots=True)
class Prices:
    """A price list as the formula wants it."""

    currency: str
    materials: Mapping[str, MaterialRate]
    labour_hour_minor: Decimal
    handling_minutes: Decimal
    support_minutes_cm2: Decimal
    finish_minor: Decimal
    margin: Decimal
    setup_minor: int
    material_change_minor: int
    piece_minimum_minor: int
    order_minimum_minor: int
    breaks: tuple[tuple[int, Decimal], ...]
    priority: Mapping[str, Decimal]
    shipping: tuple[tuple[int, int], ...]
    pickup: bool
    tax_mode: str
    tax_rate: Decimal
    keep_printing: Decimal
    keep_made: Decimal
    max_quantity: int
    max_order_minor: int
    valid_days: int


class Reader:
    """Reads one body and notes every problem under its path instead of stopping at the first."""

    def __init__(self, body: Any) -> None:
        self.body = body
        self.problems: dict[str, str] = {}

    def value(self, path: str, default: Any = None) -> Any:
        """Return what stands at a dotted path, or ``default``."""
        found: Any = self.body
        for name in path.split("."):
            if not isinstance(found, Mapping) or name not in found:
                return default
            found = found[name]
        return found

    def decimal(self, path: str, *, low: str = "0", high: Decimal = _MOST, below: str | None = None, default: str | None = None) -> Decimal:
        """Return a rate written as text (or a whole number)."""
        return self.as_decimal(path, self.value(path, default), low=low, high=high, below=below)

    def as_decimal(self, path: str, found: Any, *, low: str = "0", high: Decimal = _MOST, below: str | None = None) -> Decimal:
        """Return ``found`` as a rate, or note what is wrong with it."""
        number = _decimal(found)
        if found is None:
            self.problems[path] = "missing"
        elif number is None:
            self.problems[path] = "not-a-number"
        elif number < Decimal(low) or number > high or (below is not None and number >= Decimal(below)):
            self.problems[path] = "out-of-range"
        else:
            return number
        return Decimal(0)

    def whole(self, path: str, *, low: int = 0, default: int | None = None) -> int:
        """Return a whole number."""
        return self.as_whole(path, self.value(path, default), low=low)

    def as_whole(self, path: str, found: Any, *, low: int = 0) -> int:
        """Return ``found`` as a whole number, or note what is wrong with it."""
        if found is None:
            self.problems[path] = "missing"
        elif isinstance(found, bool) or not isinstance(found, int):
            self.problems[path] = "not-a-whole-number"
        elif not low <= found <= _MOST:
            self.problems[path] = "out-of-range"
        else:
            return found
        return low

    def rows(self, path: str) -> list[Any]:
        """Return a list (empty when it is not given)."""
        found = self.value(path, [])
        if not isinstance(found, list):
            self.problems[path] = "not-a-list"
            return []
        return found

    def one_of(self, path: str, allowed: tuple[str, ...], default: str) -> str:
        """Return a known word."""
        found = self.value(path, default)
        if found not in allowed:
            self.problems[path] = "unknown-word"
            return default
        return str(found)


KNOWN = frozenset(
    {
        *("formula_version", "materials", "labour_hour_minor", "handling_minutes", "support_minutes_cm2", "finish_minor", "margin"),
        *(
            "setup_minor",
            "material_change_minor",
            "minimum",
            "breaks",
            "priority",
            "shipping",
            "pickup",
            "tax",
            "keep",
            "limits",
            "valid_days",
        ),
    }
)


def read(body: Any, currency: str, families: tuple[str, ...]) -> tuple[Prices, dict[str, str]]:
    """Return the price list and every problem by its path. With problems the prices must not be used.

    Args:
        body: As kept or sent.
        currency: Of the list.
        families: The material families there are.
    """
    reader = Reader(body)
    if not isinstance(body, Mapping):
        reader.problems["body"] = "not-an-object"
    for name in sorted(set(body) - KNOWN) if isinstance(body, Mapping) else ():
        reader.problems[str(name)] = "unknown-field"
    if currency not in EXPONENTS:
        reader.problems["currency"] = "currency-not-sold-in"
    if reader.value("formula_version", FORMULA_VERSION) != FORMULA_VERSION:
        reader.problems["formula_version"] = "unknown-formula"
    prices = Prices(
        currency=currency,
        materials=_materials(reader, families),
        labour_hour_minor=reader.decimal("labour_hour_minor", default="0"),
        handling_minutes=reader.decimal("handling_minutes", default="0"),
        support_minutes_cm2=reader.decimal("support_minutes_cm2", default="0"),
        finish_minor=reader.decimal("finish_minor", default="0"),
        margin=reader.decimal("margin", below="1", default="0"),
        setup_minor=reader.whole("setup_minor", default=0),
        material_change_minor=reader.whole("material_change_minor", default=0),
        piece_minimum_minor=reader.whole("minimum.piece_minor", default=0),
        order_minimum_minor=reader.whole("minimum.order_minor", default=0),
        breaks=_steps(reader, "breaks", "from", "off", lambda path, found: reader.as_decimal(path, found, below="1")),
        priority={name: reader.decimal(f"priority.{name}", default="1", high=Decimal(100)) for name in PRIORITIES},
        shipping=_steps(reader, "shipping", "up_to_g", "minor", reader.as_whole),
        pickup=reader.value("pickup", False) is True,
        tax_mode=reader.one_of("tax.mode", TAX_MODES, "none"),
        tax_rate=reader.decimal("tax.rate", below="1", default="0"),
        keep_printing=reader.decimal("keep.printing", high=Decimal(1), default="1"),
        keep_made=reader.decimal("keep.made", high=Decimal(1), default="1"),
        max_quantity=reader.whole("limits.quantity", low=1, default=999),
        max_order_minor=reader.whole("limits.order_minor", low=1, default=10_000_000),
        valid_days=reader.whole("valid_days", low=1, default=30),
    )
    return prices, reader.problems


def _materials(reader: Reader, families: tuple[str, ...]) -> dict[str, MaterialRate]:
    found = reader.value("materials")
    if not isinstance(found, Mapping) or not found:
        reader.problems["materials"] = "missing"
        return {}
    rates = {}
    for name in sorted(found, key=str):
        if name != _ANY and name not in families:
            reader.problems[f"materials.{name}"] = "unknown-material"
            continue
        at = f"materials.{name}"
        rates[str(name)] = MaterialRate(
            gram_minor=reader.decimal(f"{at}.gram_minor"),
            waste=reader.decimal(f"{at}.waste", default="0"),
            failure_rate=reader.decimal(f"{at}.failure_rate", below="1", default="0"),
            hour_minor=reader.decimal(f"{at}.hour_minor"),
        )
    return rates


def rate_of(prices: Prices, family: str) -> MaterialRate | None:
    """Return what a family costs: its own entry, or the one for every other (``*``)."""
    return prices.materials.get(family) or prices.materials.get(_ANY)


def _steps(reader: Reader, path: str, key: str, amount: str, read_amount: Callable[[str, Any], Any]) -> tuple[tuple[int, Any], ...]:
    """Return rows of (threshold, amount); thresholds must rise."""
    steps: list[tuple[int, Any]] = []
    for index, row in enumerate(reader.rows(path)):
        at = f"{path}.{index}"
        if not isinstance(row, Mapping) or set(row) != {key, amount}:
            reader.problems[at] = "not-a-step"
            continue
        threshold = reader.as_whole(f"{at}.{key}", row[key], low=1)
        if steps and threshold <= steps[-1][0]:
            reader.problems[f"{at}.{key}"] = "not-rising"
        steps.append((threshold, read_amount(f"{at}.{amount}", row[amount])))
    return tuple(steps)


def _decimal(found: Any) -> Decimal | None:
    if isinstance(found, bool) or not isinstance(found, str | int) or len(str(found)) > 30:
        return None
    try:
        number = Decimal(found)
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None
