"""A command never waits for the broker, whatever state the broker is in; and nothing depends on its messages."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from apps.journal import lanes, wakeups
from apps.journal.context import Context
from apps.journal.models import Delivery
from apps.journal.states import DeliveryState
from tests import services
from tests.factories.toy import make_jar
from tests.journal.hurried_commands import BROKER_PATIENCE_S
from tests.processes.running import until
from tests.toy import commands


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
class TestWithTheBrokerStopped:
    def test_commands_answer_without_it_and_lose_nothing(self, test_database: dict[str, str], tmp_path: Path) -> None:
        make_jar(label="hurried", capacity=10**9)
        with services.redis() as redis:
            environment = {**os.environ, **test_database, "REDIS_URL": redis.url, "FARMOS_DATA": str(tmp_path)}
            hurried = subprocess.Popen(
                [sys.executable, "-m", "tests.journal.hurried_commands", "300", str(tmp_path / "warm"), str(tmp_path / "stopped")],
                env=environment,
                stdout=subprocess.PIPE,
            )
            try:
                until((tmp_path / "warm").exists, "the first commands")
                os.kill(redis.process.pid, signal.SIGSTOP)
                (tmp_path / "stopped").touch()
                out, _ = hurried.communicate(timeout=BROKER_PATIENCE_S / 2)
            finally:
                os.kill(redis.process.pid, signal.SIGCONT)
                hurried.kill()
                hurried.wait()

        assert json.loads(out) == {"answered": 300, "wakeups_waiting": ["default"]}, "none waited for the broker, but its wake-up did"
        assert Delivery.objects.filter(state=DeliveryState.PENDING).count() == 300 + 20
        assert lanes.lanes_with_due_work() == ["default"]


@pytest.mark.django_db(transaction=True)
class TestWithoutABroker:
    def test_waking_does_nothing_and_the_work_waits_in_the_database(
        self, ctx_factory: Callable[..., Context], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(wakeups, "_publisher", None)  # an earlier test may have had a broker

        commands.add_bolts(ctx_factory(), jar_id=make_jar().id, bolts=1, expected_version=1)

        assert wakeups._publisher is None
        assert lanes.lanes_with_due_work() == ["default"]


class TestTheQueueOfWakeups:
    def test_keeps_one_per_lane_and_drops_what_does_not_fit(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(threading.Thread, "start", lambda _thread: None)
        publisher = wakeups._Publisher()

        for number in range(wakeups.QUEUE_LENGTH + 10):
            publisher.put(f"lane-{number % (wakeups.QUEUE_LENGTH + 5)}")

        assert publisher.lanes.qsize() == wakeups.QUEUE_LENGTH
        assert len(publisher.waiting) == wakeups.QUEUE_LENGTH
