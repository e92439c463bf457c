"""Whatever is killed, whenever: the demo comes to the same end, nothing is lost, nothing is printed twice. The printers' own account judges."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from apps.journal import subscriptions

from .running import Demo

pytestmark = [pytest.mark.processes, pytest.mark.slow]

DISPATCH = ("before_upload", "after_upload", "after_record_upload", "after_start_sent", "after_start", "before_confirm")
QUARTERS, LEAST_KILLED = 4, 28
SEED = int(os.environ.get("FARMOS_SEED", "0")) or random.SystemRandom().randrange(1, 2**31)
RANDOM_KILLS = int(os.environ.get("FARMOS_KILLS", "50"))


def places() -> list[str]:
    """Return every place where the power can fail: around each owed effect, and at each step of a dispatch."""
    effects = sorted({subscription.name for _event, subscription in subscriptions.all_subscriptions()})
    return [f"{name}.{side}" for name in effects for side in ("before", "after")] + [f"dispatch.{step}" for step in DISPATCH]


def outcome(run: Demo) -> list[tuple[str, dict[str, int], str]]:
    """Return what must be the same however often it was interrupted: the state, pieces and money of every order. All must agree besides."""
    summary = run.summary()
    assert summary["ok"], summary["problems"]
    assert len(summary["lineage"]) == 9
    return [(order["state"], order["pieces"], order["payment"]) for order in summary["orders"]]


EXPECTED = [("fulfilled", {"shipped": 3}, "paid")] * 3


class TestAtEveryNamedPlace:
    @pytest.mark.parametrize("quarter", range(QUARTERS))
    def test_the_end_is_the_same(self, demo: Callable[..., Demo], tmp_path: Path, quarter: int) -> None:
        """A quarter of them at a time: what is being done when a worker dies for another's sake loses an attempt too, and has only so many. On a
        machine with other work a check lasts as long as many of these deaths."""
        wanted, marks = places()[quarter::QUARTERS], tmp_path / "marks"
        marks.mkdir()
        run = demo(FARMOS_KILL_AT=",".join(wanted), FARMOS_KILL_MARKS=str(marks))
        run.start()

        assert run.wait() == 0, run.last_words()

        killed = {path.name for path in marks.iterdir()}
        assert len(killed) >= LEAST_KILLED // QUARTERS, sorted(killed)
        dispatch = {f"dispatch.{step}" for step in DISPATCH}.intersection(wanted)
        assert dispatch - killed <= {"dispatch.before_confirm"}, "an earlier kill leads around that one"
        assert outcome(run) == EXPECTED

    def test_also_right_before_the_start_is_confirmed(self, demo: Callable[..., Demo], tmp_path: Path) -> None:
        run = demo(FARMOS_KILL_AT="dispatch.before_confirm", FARMOS_KILL_MARKS=str(tmp_path))
        run.start()

        assert run.wait() == 0, run.last_words()

        assert (tmp_path / "dispatch.before_confirm").exists()
        assert outcome(run) == EXPECTED


class TestAtRandomInstants:
    def test_the_end_is_the_same(self, demo: Callable[..., Demo]) -> None:
        """Kill any process of the farm, its supervisor and the demo itself among them, fifty times over several demos."""
        chance = random.Random(SEED)
        kills = 0
        while kills < RANDOM_KILLS:
            run = demo()
            run.start()
            kills += _harass(run, chance, at_most=RANDOM_KILLS - kills)
            assert run.wait() == 0, f"seed {SEED}\n{run.last_words()}"
            assert outcome(run) == EXPECTED, f"seed {SEED}"


def _harass(run: Demo, chance: random.Random, *, at_most: int) -> int:
    """Kill something every now and then until the demo ends by itself (or enough was killed); return how often."""
    kills = 0
    while not run.ended and kills < at_most:
        time.sleep(chance.uniform(0.1, 2.0))
        living = sorted(run.victims().items())
        if not living or run.ended:
            continue
        name, pid = chance.choice(living)
        run.kill(pid)
        kills += 1
        if name == "demo":
            run.wait()
            run.start()
    return kills
