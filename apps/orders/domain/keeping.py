"""What an order still costs when some of its pieces were canceled: what was not started is given back in full, what is made by the list's rule.

The value of the order is always counted from all its pieces at once and rounded once, so that any number of partial cancellations adds up exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext

from .money import to_minor


@dataclass(frozen=True, slots=True)
class LineValue:
    """One line: what it was sold for, and of each of its pieces the share that is (still) charged, 0 to 1."""

    total_minor: int
    charged: tuple[Decimal, ...]


def value_of(lines: Sequence[LineValue], *, goods_minor: int, shipping_minor: int, ships: bool) -> int:
    """Return what the order costs.

    Args:
        lines: Its lines.
        goods_minor: What the pieces cost together, with everything but shipping; spread over the lines by what each was sold for.
        shipping_minor: What shipping costs.
        ships: Is anything still shipped, or was it?
    """
    with localcontext(Context(prec=40)):
        sold = sum(line.total_minor for line in lines)
        goods = Decimal(0)
        for line in lines:
            weight = Decimal(line.total_minor) / sold if sold else Decimal(1) / len(lines)
            goods += goods_minor * weight * sum(line.charged, Decimal(0)) / max(1, len(line.charged))
        return to_minor(goods) + (shipping_minor if ships else 0)
