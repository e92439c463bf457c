"""Does money that came fit what was asked for? Anything but a perfect fit is for a person, or goes back."""

from __future__ import annotations

from dataclasses import dataclass

LATE = "late"
FITS = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """What an order waits for when a payment comes.

    Args:
        is_canceled: The order is not wanted any more.
        is_waiting: It waits for money.
        outstanding: How much is still to be paid.
        asked: What the checkout asked for.
        currency: The order's.
        is_about_it: The message names the order the checkout belongs to.
    """

    is_canceled: bool
    is_waiting: bool
    outstanding: int
    asked: int
    currency: str
    is_about_it: bool


def misfit(expected: Expected, *, amount_minor: int, currency: str) -> str:
    """Return what is wrong with a payment: ``FITS``, ``LATE`` (give it back), or the code of what a person must look at."""
    if not expected.is_about_it:
        return "other-order"
    if currency != expected.currency:
        return "currency-differs"
    if expected.is_canceled:
        return LATE
    if not expected.is_waiting:
        return "paid-already"
    if amount_minor != expected.outstanding or amount_minor != expected.asked:
        return "amount-differs"
    return FITS
