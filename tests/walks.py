"""Walks by chance through a state machine, until enough happened on them.

Hypothesis also draws from the constants of all modules that are loaded, so that the same seed walks another way with every change of the code. Which
steps come how often is therefore counted, and where something was hardly ever done, more is walked.
"""

from __future__ import annotations

from collections.abc import Callable
from random import SystemRandom
from typing import Any

import pytest
from hypothesis import seed, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

ROUNDS = 5


def walk(machine: type[RuleBasedStateMachine], shape: settings, missing: Callable[[], list[Any]], *, by_chance: bool) -> None:
    """Walk round after round, each from another seed, until nothing is missing; fail when something still is after ``ROUNDS``.

    Args:
        machine: What is walked; what its steps did must add up over the rounds.
        shape: How many walks make a round, and how long they are.
        missing: Returns what has not happened often enough.
        by_chance: Are the seeds drawn, or the same each time?
    """
    for number in range(ROUNDS):
        chosen = SystemRandom().randrange(2**32) if by_chance else number
        run_state_machine_as_test(seed(chosen)(machine), settings=shape)
        if not (short := missing()):
            return
    pytest.fail(f"hardly ever happened: {short}")
