"""Every fault as a simulated machine plays it, from its answers to the anomaly. Time is short here: so are the thresholds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from apps.fleet.domain.observation import Observation
from apps.fleet.models import Printer
from apps.runs.connector.following import own_context
from apps.runs.connector.hand import Hand
from apps.runs.connector.noticing import Noticer
from apps.runs.connector.roster import Roster
from apps.runs.domain.anomaly import Thresholds
from apps.runs.models import Anomaly, Run
from apps.runs.states import RunState
from tests.runs.floor import Floor, fresh, gcode, give, hand_out_all, make_work, simulated, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

SOON = Thresholds(
    settle_s=0.2, drift_s=0.5, runaway_s=0.3, off_s=0.5, off_share=0.0001, stuck_s=6.0, still_s=6.0, starved_s=1.5, starved_share=0.001
)
LONG = gcode(1_200, body="M104 S200") + b"; filament used [mm] = 9000.0\n"
"""A minute and more at this pace, warm from its second layer on."""
WARM_C, LOOKS = 200, 40


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with simulated(tmp_path_factory.mktemp("floor"), 1, speed=20.0) as running:
        yield running


@pytest.fixture
def run(floor: Floor) -> Iterator[Run]:
    printer = floor.printer(0)
    made = make_work(printer, LONG, seconds=1_200)
    give(made, printer)
    hand_out_all()
    assert fresh(made).state == RunState.PRINTING
    yield fresh(made)
    floor.tell(0, "mend")
    floor.tell(0, "load-filament")
    floor.tell(0, "at-machine", script="CANCEL_PRINT")
    floor.tell(0, "clear-bed")


def watch(run: Run, noticer: Noticer, is_enough: Callable[[Observation], bool]) -> list[str]:
    """Look at the machine until that is enough or something was raised; return what was."""
    printer = Printer.objects.get(pk=run.printer_id)  # type: ignore[misc]
    with Hand(printer) as hand:

        def looked() -> bool:
            seen = hand.look(run.remote_path)
            side = Roster().fresh_side(printer.pk, seen)
            assert side is not None
            if noticer.look(side, seen):
                noticer.raise_found(own_context)
            return is_enough(seen) or Anomaly.objects.exists()

        until(looked, "the machine to be looked at enough")
    return list(Anomaly.objects.values_list("kind", flat=True))


def warm_for_a_while() -> Callable[[Observation], bool]:
    """Return whether a machine was looked at often enough while it printed, warm and extruding, to be judged by what it did before."""
    looks = count(1)
    return lambda seen: (seen.nozzle_c or 0) >= WARM_C and seen.filament_mm > 0 and next(looks) > LOOKS


@pytest.mark.parametrize(
    ("fault", "given", "kind"),
    [
        ("heater-drift", {"by_c": -40}, "TEMP_DRIFT"),
        ("heater-drift", {"by_c": 60}, "THERMAL_RUNAWAY"),
        ("heater-off", {}, "TEMP_DRIFT"),
        ("stop-extrusion", {}, "NO_EXTRUSION"),
        ("stick", {}, "PROGRESS_STUCK"),
        ("runout", {}, "FILAMENT_RUNOUT"),
    ],
)
def test_a_fault_at_the_machine_is_an_anomaly(floor: Floor, run: Run, fault: str, given: dict[str, Any], kind: str) -> None:
    noticer = Noticer(SOON)
    assert watch(run, noticer, warm_for_a_while()) == []

    floor.tell(0, fault, **given)

    assert watch(run, noticer, lambda _seen: False) == [kind]
