"""What goes on in a demo that stays up: customers keep ordering, and machines have the mishaps that machines have.

Everything happens through the same doors as in a real shop: customers through the commands of the storefront, mishaps through the simulator's hand
on the machines. The operators of the demo take their time, so that whoever looks can do the next right thing first.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from urllib.error import URLError
from urllib.request import Request, urlopen

from apps.accounts.models import Account, Member
from apps.catalog.states import QualityTier, Reason
from apps.fleet.models import Printer
from apps.fleet.states import Bed, Occupancy
from apps.journal import clock
from apps.journal.context import Actor
from apps.journal.refusals import Refusal
from apps.orders.models import Intent
from apps.runs import commands as runs
from apps.runs.models import Run
from apps.runs.states import RunState

from . import customers
from .acting import Person, say

FIRST_ORDERS = 5
"""How many orders come at once when the doors open, after those of the story."""
ORDER_EVERY_S = 75.0
MOST_OPEN = 12
"""No new orders while so many are open: the shop is small."""
MISHAP_EVERY_S = 150.0
REPAIRED_AFTER_S = 120.0
"""How long a mishap lasts before somebody of the demo sees to it, unless the person who looks was faster."""
WORK_EVERY_S = 45.0
"""How often the demo's operators go round."""

FIRST_NAMES = ("Ines", "Marek", "Ada", "Ben", "Chloé", "Dmitri", "Elif", "Farid", "Greta", "Hana", "Ivo", "Jun")
LAST_NAMES = ("Ashby", "Okafor", "Núñez", "Lindqvist", "Haddad", "Kowalska", "Ito", "Moreau")
COLORS = ("Black", "White", "Black", "Grey", "Black", "Orange")
"""What is loaded into the printers, in turn; customers want the same colours."""
WANTED = (("bracket", 4), ("knob", 6), ("cable-clip", 12), ("hex-spacer", 10), ("bracket", 8), ("knob", 3))


class Life:
    """The outside world of one demo. Remembers nothing that matters: started again, it goes on with other customers.

    Args:
        owner: Under whose shop it happens.
        folder: The demo's own folder.
        url: Where the shop's pages are.
        control: Address of the simulator's control.
        now: A clock in seconds that only goes forward.
    """

    def __init__(self, owner: Person, folder: Path, url: str, control: str, *, now: Callable[[], float] = time.monotonic) -> None:
        self.owner = owner
        self.folder = folder
        self.url = url
        self.control = control
        self._now = now
        self._chance = Random(Intent.objects.count())  # noqa: S311 - a story, not a secret
        self._next_order = now()
        self._next_mishap = now() + MISHAP_EVERY_S / 2
        self._next_work = now() + WORK_EVERY_S
        self._repairs: list[tuple[float, Callable[[], None]]] = []
        self._left_of_the_first = FIRST_ORDERS

    def go_on(self) -> None:
        """Let happen what is due: an order, a mishap, a repair."""
        if self._now() >= self._next_order and Intent.objects.filter(fulfilled_at=None, canceled_at=None).count() < MOST_OPEN:
            self._left_of_the_first = max(0, self._left_of_the_first - 1)
            self._next_order = self._now() + (2.0 if self._left_of_the_first else ORDER_EVERY_S)
            self._order()
        if self._now() >= self._next_mishap:
            self._next_mishap = self._now() + MISHAP_EVERY_S
            self._something_goes_wrong()
        for repair in [one for one in self._repairs if self._now() >= one[0]]:
            self._repairs.remove(repair)
            repair[1]()

    def is_time_for_work(self) -> bool:
        """Do the demo's operators go round now? Says so once each time."""
        if self._now() < self._next_work:
            return False
        self._next_work = self._now() + WORK_EVERY_S
        return True

    def _order(self) -> None:
        number = Account.objects.count()
        sample, count = WANTED[number % len(WANTED)]
        wish = customers.Wish(
            f"visit-{number}",
            f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {LAST_NAMES[number // len(FIRST_NAMES) % len(LAST_NAMES)]}",
            ((customers.sample(self.folder, sample), f"{sample}.stl", count),),
            color=COLORS[number % len(COLORS)],
            tier=QualityTier.STANDARD if number % 3 else QualityTier.DRAFT,
            due_at=clock.now() + timedelta(minutes=self._chance.choice([6, 15, 25, 45])) if number % 2 else None,
        )
        intent_id = customers.place_order(self.owner, wish, material="PLA")
        if intent_id is not None:
            buyer = Member.objects.get(account__intents=intent_id)
            customers.pay(Person(Actor.person(buyer.user_id), self.owner.site_id), intent_id, self.url)

    def _something_goes_wrong(self) -> None:
        mishaps = list(self._possible())
        if mishaps:
            self._chance.choice(mishaps)()

    def _possible(self) -> Iterator[Callable[[], None]]:
        """Yield what can go wrong now."""
        printing = Run.objects.filter(state=RunState.PRINTING, desynced=False, ended_at=None).select_related("printer").order_by("id")
        for run in printing:
            if run.printer is not None:
                yield lambda run=run: self._runs_out(run)  # type: ignore[misc]
                yield lambda code=run.printer.code: self._falls_silent(code)  # type: ignore[misc]
                yield lambda code=run.printer.code: self._is_stopped_there(code)  # type: ignore[misc]
        for printer in Printer.objects.filter(occupancy=Occupancy.FREE, bed=Bed.CLEAR, retired_at=None).order_by("code"):
            yield lambda code=printer.code: self._is_used_by_somebody(code)  # type: ignore[misc]

    def _runs_out(self, run: Run) -> None:
        code = run.printer.code if run.printer else ""
        self._hand(code, "runout", f"{code} runs out of filament")
        self._later(lambda: self._load(code, run))

    def _load(self, code: str, run: Run) -> None:
        self._hand(code, "load-filament", f"{code}: somebody loads filament")
        now = Run.objects.get(pk=run.pk)
        if now.state == RunState.PAUSED and now.reason in (Reason.FILAMENT_RUNOUT, Reason.UNKNOWN):
            try:
                runs.resume_run(self.owner.does(f"resume-{now.pk}-{now.version}"), run_id=now.pk, expected_version=now.version)
            except Refusal as refused:
                say("{code}: {words}", code=code, words=refused.detail)

    def _falls_silent(self, code: str) -> None:
        self._hand(code, "kill-moonraker", f"{code} falls silent")
        self._later(lambda: self._hand(code, "start-moonraker", f"{code}: somebody switches it on again"))

    def _is_stopped_there(self, code: str) -> None:
        self._hand(code, "at-machine", f"{code}: somebody stops the print at the machine", script="CANCEL_PRINT")

    def _is_used_by_somebody(self, code: str) -> None:
        self._hand(code, "foreign-print", f"{code}: somebody prints a file of their own", filename="calibration-cube.gcode", seconds=900)

    def _later(self, repair: Callable[[], None]) -> None:
        self._repairs.append((self._now() + REPAIRED_AFTER_S, repair))

    def _hand(self, code: str, action: str, said: str, **given: object) -> None:
        """Do something to a simulated machine, and say so. A simulator that is being restarted has no hands for now."""
        asked = Request(  # noqa: S310 - the simulator's own
            f"{self.control}/sim/printers/{code}/{action}",
            data=json.dumps(given).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        try:
            with urlopen(asked, timeout=5):  # noqa: S310
                say("{said}", said=said)
        except (URLError, OSError):
            return
