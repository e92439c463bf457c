"""``python -m tests.flows.soak promises [--minutes M | --steps N] [--seed S]``: walk through farms of our own until something breaks.

Called by ``./farm soak``, which gives it a throwaway directory. The database is made there, from the migrations, and nowhere else.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.core.management import call_command

if TYPE_CHECKING:
    from tests.flows.farm import Farm

A_WALK, WALKS = 40, 60
"""Steps of one walk, and walks until the next report."""


@dataclass
class Wanted:
    """How long to go on, from which seed, and whether to look for the shortest way to what was found."""

    steps: int
    minutes: float
    seed: int
    shortest: bool = True


def main(arguments: Sequence[str]) -> int:
    """Walk until the steps are done or the time is over; return 1 when a promise was broken, with the shortest way to it on the screen."""
    parser = argparse.ArgumentParser(prog="farm soak")
    parser.add_argument("name", choices=["promises"])
    parser.add_argument("--steps", type=int, default=200_000)
    parser.add_argument(
        "--minutes", type=float, default=0.0, help="stop after so long, however many steps were made; 0: when the steps are done"
    )
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args(arguments)
    farm = prepare()
    return soak(farm, Wanted(given.steps, given.minutes, given.seed))


def prepare() -> Farm:
    """Make the database and a farm in it.

    Raises:
        SystemExit: the database is not a throwaway one.
    """
    where = settings.DATABASES["default"]["TEST"]["NAME"]
    if not str(where).startswith(os.environ.get("FARMOS_SOAK_DIR") or "nowhere"):
        raise SystemExit("farm soak: it works only in a throwaway directory of its own; run it as ./farm soak")
    settings.DATABASES["default"]["NAME"] = where
    django.setup()
    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)
    from tests.flows.farm import Farm

    return Farm()


def soak(farm: Farm, wanted: Wanted) -> int:
    """Walk, round by round; report each."""
    from hypothesis import HealthCheck, Phase, seed
    from hypothesis import settings as walking
    from hypothesis.stateful import run_state_machine_as_test

    from tests.flows.promises_machine import on

    phases = [phase for phase in Phase if wanted.shortest or phase not in (Phase.shrink, Phase.explain)]
    shape = walking(phases=phases, stateful_step_count=A_WALK, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    began, done, at = time.monotonic(), 0, wanted.seed
    print(f"seed {wanted.seed}, {wanted.steps} steps" + (f", at most {wanted.minutes:g} min" if wanted.minutes else ""), flush=True)
    while done < wanted.steps and not (wanted.minutes and time.monotonic() - began > wanted.minutes * 60):
        walk = seed(at)(on(farm))
        walks = min(WALKS, -(-(wanted.steps - done) // A_WALK))
        try:
            with farm.open():
                run_state_machine_as_test(walk, settings=walking(shape, max_examples=walks))
        except Exception as broken:
            _say_broken(broken, at, done + walk.steps.total())
            return 1
        done, at = done + walk.steps.total(), at + 1
        spent = time.monotonic() - began
        print(f"{done} steps, {done / spent:.1f} a second, {sum(farm.tally.done.values())} commands done", flush=True)
    for command, times in sorted(farm.tally.done.items()):
        print(f"  {times:7} {command}")
    return 0


def _say_broken(broken: Exception, seed: int, steps: int) -> None:
    """``steps`` counts those on the way back to the shortest, too."""
    print(f"\na promise was broken; --seed {seed} finds it again ({steps} steps). The shortest way there:\n", flush=True)
    for note in getattr(broken, "__notes__", ()):
        print(note)
    print(f"\n{type(broken).__name__}: {broken}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
