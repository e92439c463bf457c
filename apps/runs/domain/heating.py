"""Who heats up: printers that were started and not yet seen past it. Pure: what is known goes in, who draws the most current comes out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

HEATS_FOR = timedelta(minutes=15)
"""After this long a printer that was not seen to be hot counts as hot all the same: one that fell silent must not keep its circuit for ever."""


@dataclass(frozen=True, slots=True)
class Warming:
    """A printer on which something was started, ours or not.

    Args:
        printer_id: Which.
        circuit_id: Its circuit.
        since: When it last began to heat, at the latest: given the work, told to start, or seen to print.
        is_hot: It was seen past heating up: filament moves.
    """

    printer_id: UUID
    circuit_id: UUID
    since: datetime
    is_hot: bool = False

    @property
    def until(self) -> datetime:
        """When it counts as hot even if nobody sees it."""
        return self.since + HEATS_FOR


def heating(printers: Iterable[Warming], *, now: datetime) -> list[Warming]:
    """Return those that heat up at ``now``. Not known counts as heating."""
    return [one for one in printers if not one.is_hot and now < one.until]
