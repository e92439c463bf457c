"""Whatever is killed comes back, and what was owed is done once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from farmos import health
from tests.processes.running import ROLES, Farm, until

pytestmark = [pytest.mark.processes, pytest.mark.slow]

OWED = 30


def everything_is_done(farm: Farm) -> bool:
    states = farm.deliveries()
    return states["done"] == sum(states.values()) > 0


class TestAKilledRole:
    @pytest.mark.parametrize("role", [*ROLES, "redis"])
    def test_comes_back_and_what_was_owed_is_done_once(self, farm: Farm, role: str) -> None:
        killed = farm.pid(role)
        farm.owe(OWED)

        os.kill(killed, signal.SIGKILL)
        farm.owe(OWED)

        until(lambda: farm.place.status()["roles"][role]["pid"] not in (None, killed), f"{role} to be started again")
        until(farm.healthy, "the farm to be healthy")
        until(lambda: everything_is_done(farm), "everything owed to be done")
        assert len(farm.notes()) == len(set(farm.notes())) == 2 * OWED
        until(lambda: farm.query("SELECT count(*) FROM journal_event WHERE feed_seq IS NULL") == [(0,)], "all events to be in the feed")
        assert f"{role} was killed by SIGKILL; it is started again" in farm.output.read_text()

    def test_leaves_the_others_alone(self, farm: Farm) -> None:
        others = {role: farm.pid(role) for role in ROLES if role != "worker"}
        killed = farm.pid("worker")

        os.kill(killed, signal.SIGKILL)

        until(lambda: farm.place.status()["roles"]["worker"]["pid"] not in (None, killed), "the worker to be started again")
        assert {role: farm.pid(role) for role in others} == others

    def test_web_refuses_nobody_meanwhile(self, farm: Farm) -> None:
        os.kill(farm.pid("web"), signal.SIGKILL)

        assert farm.get("healthz")[0] == 200


class TestAKilledSupervisor:
    def test_leaves_no_orphan_and_the_next_farm_does_what_was_owed(self, farm: Farm) -> None:
        assert farm.process is not None
        until(lambda: len(farm.pids()) == len(ROLES) + 3, "all processes to be known")
        farm.seen.update(farm.pids())
        farm.owe(OWED)

        os.kill(farm.process.pid, signal.SIGKILL)
        farm.process.wait()
        farm.owe(OWED)

        assert farm.is_gone()
        farm.up()
        until(lambda: everything_is_done(farm), "everything owed to be done")
        assert len(farm.notes()) == len(set(farm.notes())) == 2 * OWED

    def test_leaves_no_role_even_when_its_guardian_goes_with_it(self, farm: Farm) -> None:
        assert farm.process is not None
        farm.seen.update(farm.pids())

        os.kill(farm.process.pid, signal.SIGSTOP)  # so that it cannot make another guardian
        os.kill(farm.place.status()["guardian"], signal.SIGKILL)
        os.kill(farm.process.pid, signal.SIGKILL)
        farm.process.wait()

        assert farm.is_gone()


class TestAWipedBroker:
    def test_loses_messages_but_no_work(self, farm: Farm) -> None:
        for _ in range(3):
            os.kill(farm.pid("redis"), signal.SIGKILL)
            farm.owe(OWED)
            until(farm.healthy, "the farm to be healthy")

        until(lambda: everything_is_done(farm), "everything owed to be done")
        assert len(farm.notes()) == len(set(farm.notes())) == 3 * OWED


class TestAStoppedRole:
    def test_makes_the_farm_unready_and_is_named(self, farm: Farm) -> None:
        farm.freeze("sequencer")

        until(lambda: set(farm.troubles()) == {"sequencer"}, "the farm to notice")

        status, ready = farm.get("readyz")
        assert status == 503
        assert ready["ready"] is False
        assert ready["checks"]["sequencer"].startswith("no sign of life for ")
        assert farm.get("healthz")[0] == 200
        os.kill(farm.pid("sequencer"), signal.SIGCONT)
        until(farm.healthy, "the farm to be healthy again")

    def test_broker_is_noticed_within_a_second(self, farm: Farm) -> None:
        """By the farm's own clock: what a busy machine adds is not held against it."""
        os.kill(farm.pid("redis"), signal.SIGSTOP)

        status, ready = farm.get("readyz")

        assert status == 503
        assert ready["checks"]["broker"].startswith("Redis does not answer: Timeout")
        assert health.PING_TIMEOUT_S < 1
        os.kill(farm.pid("redis"), signal.SIGCONT)


class TestBrokers:
    @pytest.mark.parametrize("kind", ["files", "bundled", "system"])
    def test_of_every_kind_wake_the_workers(self, make_farm: Callable[..., Farm], kind: str) -> None:
        farm = make_farm(FARMOS_BROKER=kind)
        farm.up()

        farm.owe(OWED)

        until(lambda: everything_is_done(farm), "everything owed to be done")
        assert len(farm.notes()) == len(set(farm.notes())) == OWED
        until(farm.healthy, "the farm to be healthy")
        assert farm.stop().returncode == 0
        assert farm.is_gone()
