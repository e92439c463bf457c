"""A floor of one machine, in the file or behind a real Moonraker, for tests of what is owed to it: it is as new after each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from apps.fleet.models import Printer
from apps.journal import lanes
from apps.runs.connector import dispatching
from apps.runs.connector.hand import Hand
from tests.fleet.others_programs import REAL, is_real
from tests.runs.floor import Floor, machine_is, simulated, until

KINDS = ["simulator", REAL]
"""What such a test is repeated on."""


@contextmanager
def one_machine(folder: Path, kind: str) -> Iterator[Floor]:
    """Run a floor of one machine of this kind."""
    with simulated(folder, 1, speed=60.0, moonraker=is_real(kind)) as running:
        yield running


@contextmanager
def as_new_afterwards(floor: Floor) -> Iterator[Printer]:
    """Return the record of the machine; when the test is over, nothing of what was done to it is left."""
    yield floor.printer(0)
    for order in ("calm", "start-moonraker", "wake-moonraker", "restart-klippy"):
        floor.tell(0, order)
    until(machine_is(floor, 0, "standby"), "the printer to be as new")
    floor.tell(0, "clear-bed")


def defined(printer: Printer) -> tuple[str, ...]:
    """Return what the machine says the print consists of: it says so a moment after it was started."""
    with Hand(printer) as hand:
        return hand.objects()


def try_again_soon(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Have what failed tried again at once, as often as it takes such a machine to come back."""
    monkeypatch.setattr(lanes, "FIRST_WAIT_S", 0.02)
    monkeypatch.setattr(lanes, "LONGEST_WAIT_S", {"simulator": 0.3}.get(kind, 3.0))  # a real Moonraker takes seconds to start again
    monkeypatch.setattr(dispatching, "CONFIRM_S", 1.0)
