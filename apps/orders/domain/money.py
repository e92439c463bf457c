"""Currencies and rounding: amounts are whole numbers of the currency's smallest unit."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

EXPONENTS: dict[str, int] = {"EUR": 2, "USD": 2, "GBP": 2, "CHF": 2, "CAD": 2, "AUD": 2, "JPY": 0}
"""The currencies farmos sells in, with the decimals payment providers count in (not always those of ISO 4217)."""


def to_minor(amount: Decimal) -> int:
    """Round an amount of minor units to a whole one, halves away from zero."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def spelled(minor: int, currency: str) -> str:
    """Return an amount as people write it: ``12.34 EUR``, ``500 JPY``.

    Raises:
        KeyError: farmos does not sell in this currency.
    """
    exponent = EXPONENTS[currency]
    return f"{Decimal(minor).scaleb(-exponent):.{exponent}f} {currency}"
