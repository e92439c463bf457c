"""What goes on in a demo: customers keep ordering, and machines have the mishaps that machines have.

Customers come through the commands of the storefront. In a demo that stays up the operators take their time, so that whoever looks can do the next
right thing first; a day that is played through has operators who are there every few minutes of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from apps.accounts.models import Account, Member
from apps.catalog.states import QualityTier
from apps.journal import clock
from apps.journal.context import Actor
from apps.orders.models import Intent

from . import customers
from .acting import Person
from .mishaps import Mishaps

FIRST_NAMES = ("Ines", "Marek", "Ada", "Ben", "Chloé", "Dmitri", "Elif", "Farid", "Greta", "Hana", "Ivo", "Jun")
LAST_NAMES = ("Ashby", "Okafor", "Núñez", "Lindqvist", "Haddad", "Kowalska", "Ito", "Moreau")
COLORS = ("Black", "White", "Black", "Grey", "Black", "Orange")
"""What is loaded into the printers, in turn; customers want the same colours."""
WANTED = (("bracket", 4), ("knob", 6), ("cable-clip", 12), ("hex-spacer", 10), ("bracket", 8), ("knob", 3))
DUE_AFTER = (1.0, 2.5, 4.0, 7.5)
"""When customers want their parts, in the time between ten orders."""


@dataclass(frozen=True)
class Pace:
    """How fast life goes, in our seconds.

    Args:
        first_orders: how many orders come at once when the doors open, after those of the story.
        order_every_s: a customer comes this often,
        most_open: but not while so many orders are open: the shop is small.
        mishap_every_s: something goes wrong this often.
        repaired_after_s: how long a mishap lasts before somebody sees to it.
        work_every_s: how often the operators go round.
        busy: this many times as many parts are in an order.
        lasts_s: after this no customer comes any more and nothing goes wrong; None: for ever.
    """

    first_orders: int = 5
    order_every_s: float = 75.0
    most_open: int = 12
    mishap_every_s: float = 150.0
    repaired_after_s: float = 120.0
    work_every_s: float = 45.0
    busy: int = 1
    lasts_s: float | None = None


def day(speed: float) -> Pace:
    """Return the pace of one day from midnight to midnight, ``speed`` times as fast: a customer every hour, a mishap every two."""
    hour = 3600.0 / speed
    return Pace(
        first_orders=3,
        order_every_s=hour,
        mishap_every_s=2 * hour,
        repaired_after_s=hour / 2,
        work_every_s=min(hour / 4, 5.0),
        busy=2,
        lasts_s=24 * hour,
    )


class Life:
    """The outside world of one demo. Remembers nothing that matters: started again, it goes on with other customers.

    Args:
        owner: Under whose shop it happens.
        folder: The demo's own folder.
        url: Where the shop's pages are.
        control: Address of the simulator's control.
        colors: What is loaded somewhere: nobody orders what is not.
        pace: How fast it goes.
        now: A clock in seconds that only goes forward.
    """

    def __init__(
        self,
        owner: Person,
        folder: Path,
        url: str,
        control: str,
        *,
        colors: Sequence[str] = COLORS,
        pace: Pace | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.owner = owner
        self.folder = folder
        self.url = url
        self.colors = colors
        self.pace = pace or Pace()
        self._now = now
        self._chance = Random(Intent.objects.count())  # noqa: S311 - a story, not a secret
        self.mishaps = Mishaps(control, self._chance)
        self._ends = None if self.pace.lasts_s is None else now() + self.pace.lasts_s
        self._next_order = now()
        self._next_mishap = now() + self.pace.mishap_every_s / 2
        self._next_work = now() + self.pace.work_every_s
        self._repairs: list[tuple[float, Callable[[], None]]] = []
        self._left_of_the_first = self.pace.first_orders

    def go_on(self) -> None:
        """Let happen what is due: an order, a mishap, a repair."""
        if not self.is_late and self._now() >= self._next_order and _open_orders() < self.pace.most_open:
            self._left_of_the_first = max(0, self._left_of_the_first - 1)
            self._next_order = self._now() + (2.0 if self._left_of_the_first else self.pace.order_every_s)
            self._order()
        if not self.is_late and self._now() >= self._next_mishap:
            self._next_mishap = self._now() + self.pace.mishap_every_s
            self._repairs += [(self._now() + self.pace.repaired_after_s, repair) for repair in self.mishaps.one()]
        for repair in [one for one in self._repairs if self._now() >= one[0]]:
            self._repairs.remove(repair)
            repair[1]()

    @property
    def is_late(self) -> bool:
        """Is the day over?"""
        return self._ends is not None and self._now() >= self._ends

    @property
    def is_over(self) -> bool:
        """Is the day over, and everything that went wrong repaired?"""
        return self.is_late and not self._repairs

    def is_time_for_work(self) -> bool:
        """Do the demo's operators go round now? Says so once each time."""
        if self._now() < self._next_work:
            return False
        self._next_work = self._now() + self.pace.work_every_s
        return True

    def _order(self) -> None:
        number = Account.objects.count()
        sample, count = WANTED[number % len(WANTED)]
        due = timedelta(seconds=10 * self.pace.order_every_s * self._chance.choice(DUE_AFTER))
        wish = customers.Wish(
            f"visit-{number}",
            f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {LAST_NAMES[number // len(FIRST_NAMES) % len(LAST_NAMES)]}",
            ((customers.sample(self.folder, sample), f"{sample}.stl", count * self.pace.busy),),
            color=self.colors[number % len(self.colors)],
            tier=QualityTier.STANDARD if number % 3 else QualityTier.DRAFT,
            due_at=clock.now() + due if number % 2 else None,
        )
        intent_id = customers.place_order(self.owner, wish, material="PLA")
        if intent_id is not None:
            buyer = Member.objects.get(account__intents=intent_id)
            customers.pay(Person(Actor.person(buyer.user_id), self.owner.site_id), intent_id, self.url)


def _open_orders() -> int:
    return Intent.objects.filter(fulfilled_at=None, canceled_at=None).count()
