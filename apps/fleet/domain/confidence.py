"""How much a printer is to be trusted with the next print, from how its last ones went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WINDOW = 20
"""How many of the latest attempts count."""

HALF_LIFE = 10
"""After so many further attempts one counts half."""

PRIOR_MEAN, PRIOR_WEIGHT = 0.8, 5.0
"""What is assumed of a printer nobody knows, and how many attempts that assumption weighs."""

FEWEST = 3
"""With fewer attempts the confidence is not known."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """How one attempt went. Attempts that a person stopped say nothing about the machine: leave them out."""

    run_id: str
    succeeded: bool


def counted(receipts: Sequence[Receipt]) -> Sequence[Receipt]:
    """Return the receipts that count: the latest ``WINDOW`` of them, oldest first."""
    return receipts[-WINDOW:]


def confidence(receipts: Sequence[Receipt]) -> float | None:
    """Return a confidence between 0 and 1 in hundredths, or None when too few attempts are known.

    Args:
        receipts: Attempts on this printer, oldest first.

    Source:
        The posterior mean of a beta distribution, prior mean 0.8 with the weight of five prints, successes weighted by 2^(-age/10): one
        failure among twenty hardly moves it, three in a row do.
    """
    latest = counted(receipts)
    if len(latest) < FEWEST:
        return None
    weights: list[float] = [0.5 ** (age / HALF_LIFE) for age in range(len(latest) - 1, -1, -1)]
    good = sum(weight for weight, receipt in zip(weights, latest, strict=True) if receipt.succeeded)
    return round((good + PRIOR_MEAN * PRIOR_WEIGHT) / (sum(weights) + PRIOR_WEIGHT), 2)
