"""What goes wrong with machines: through the simulator's hand on them, as in a real shop through everybody's."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from urllib.error import URLError
from urllib.request import Request, urlopen

from apps.fleet.models import Printer
from apps.fleet.states import Bed, Occupancy
from apps.runs.models import Run
from apps.runs.states import RunState

from .acting import say

FOREIGN_FILE = "calibration-cube.gcode"
OVERHEATED = "Heater extruder not heating at expected rate"
ON_THE_WAY = {"drop": 0.005, "lose_reply": 0.01, "delay": 0.02, "duplicate": 0.01}
"""How often, of all that is asked of a machine on a bad day: it never arrives, its answer is lost, comes late, comes twice."""

OF_PRINTS = 0.8
"""How many of the mishaps hit something that is being printed, where anything is."""

Repair = Callable[[], None]


class Mishaps:
    """The mishaps of one demo.

    Args:
        control: Address of the simulator's control.
        chance: Which of the possible mishaps happens.
    """

    def __init__(self, control: str, chance: Random) -> None:
        self.control = control
        self.happened: Counter[str] = Counter()
        self._chance = chance

    def one(self) -> list[Repair]:
        """Let one of the possible mishaps happen; return what somebody must do about it later."""
        prints, free = list(self._of_prints()), list(self._of_free_printers())
        possible = prints if prints and (not free or self._chance.random() < OF_PRINTS) else free
        if not possible:
            return []
        repair = self._chance.choice(possible)()
        return [] if repair is None else [repair]

    def spoil_the_network(self, seed: int) -> None:
        """Let requests get lost, late and doubled on their way to every machine, until ``calm``."""
        self._ask("sim/faults", seed=seed, chances=ON_THE_WAY, seconds=1.0)

    def calm(self) -> None:
        """Let every request arrive again."""
        self._ask("sim/faults", seed=0, chances={})

    def _of_prints(self) -> Iterator[Callable[[], Repair | None]]:
        """Yield what can go wrong with what is being printed."""
        printing = Run.objects.filter(state=RunState.PRINTING, desynced=False, ended_at=None).select_related("printer").order_by("id")
        for run in printing:
            if run.printer is not None:
                yield from self._of_a_print(run.printer.code)

    def _of_free_printers(self) -> Iterator[Callable[[], Repair | None]]:
        """Yield what can go wrong with printers that wait."""
        for printer in Printer.objects.filter(occupancy=Occupancy.FREE, bed=Bed.CLEAR, retired_at=None).order_by("code"):
            yield lambda code=printer.code: self._is_used_by_somebody(code)  # type: ignore[misc]

    def _of_a_print(self, code: str) -> Iterator[Callable[[], Repair | None]]:
        yield lambda: self._runs_out(code)
        yield lambda: self._falls_silent(code)
        yield lambda: self._hangs(code)
        yield lambda: self._loses_power(code)
        yield lambda: self._overheats(code)
        yield lambda: self._is_stopped_there(code)

    def _runs_out(self, code: str) -> None:
        self._hand(code, "runout", "{code} runs out of filament")

    def _falls_silent(self, code: str) -> Repair:
        self._hand(code, "kill-moonraker", "{code} falls silent")
        return lambda: self._hand(code, "start-moonraker", "{code}: somebody switches it on again")

    def _hangs(self, code: str) -> Repair:
        self._hand(code, "hang-moonraker", "{code} hangs and answers nobody")
        return lambda: self._hand(code, "wake-moonraker", "{code} goes on answering")

    def _loses_power(self, code: str) -> None:
        self._hand(code, "restart-klippy", "{code} starts anew and forgets what it printed")

    def _overheats(self, code: str) -> Repair:
        self._hand(code, "shutdown", "{code} shuts down: its heater does not heat", message=OVERHEATED)
        return lambda: self._hand(code, "restart-klippy", "{code}: somebody repairs the heater")

    def _is_stopped_there(self, code: str) -> None:
        self._hand(code, "at-machine", "{code}: somebody stops the print at the machine", script="CANCEL_PRINT")

    def _is_used_by_somebody(self, code: str) -> None:
        self._hand(code, "foreign-print", "{code}: somebody prints a file of their own", filename=FOREIGN_FILE, seconds=900)

    def _hand(self, code: str, action: str, said: str, **given: object) -> None:
        """Do something to a simulated machine, count it and say so. A simulator that is being restarted has no hands for now."""
        if self._ask(f"sim/printers/{code}/{action}", **given):
            self.happened[action] += 1
            say(said, code=code)

    def _ask(self, what: str, **given: object) -> bool:
        asked = Request(  # noqa: S310 - the simulator's own
            f"{self.control}/{what}", data=json.dumps(given).encode(), headers={"Content-Type": "application/json"}, method="POST"
        )
        try:
            with urlopen(asked, timeout=30):  # noqa: S310
                return True
        except (URLError, OSError):
            return False
