"""Signs of life, and what ``/healthz`` and ``/readyz`` make of them."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from apps.journal import clock, heartbeats
from apps.journal.identity import new_id
from apps.journal.models import Heartbeat
from farmos import health
from farmos.supervisor import roles
from tests import services
from tests.processes.running import until


@pytest.fixture
def alive(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every role a farm is expected to have has just shown a sign of life, however long it takes to look: the clock stands still."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(clock, "database_now", lambda: now)
    for role in roles.expected():
        heartbeats._execute(heartbeats._UPSERT, *_row(role, age_s=0))


def _row(role: str, *, age_s: float) -> list[object]:
    at = clock.now() - timedelta(seconds=age_s)
    return [new_id(), role, "here:1", os.getpid(), "here", at, at, "{}"]


@pytest.fixture(autouse=True)
def files_as_broker(settings: Settings, tmp_path: Path) -> None:
    settings.REDIS_URL = ""
    settings.BROKER_FOLDER = tmp_path / "broker"
    (tmp_path / "broker" / "messages").mkdir(parents=True)


class TestHealthz:
    def test_answers_without_a_database(self) -> None:
        answer = Client().get("/healthz")

        assert answer.status_code == 200
        assert answer.json() == {"ok": True, "pid": os.getpid()}

    def test_cannot_be_posted_to(self) -> None:
        assert Client().post("/healthz").status_code == 405


@pytest.mark.django_db
class TestReadyz:
    def test_is_content_when_everything_is_there(self, alive: None) -> None:
        answer = Client().get("/readyz")

        assert answer.status_code == 200
        assert answer.json()["ready"] is True
        assert set(answer.json()["checks"]) == {"database", "migrations", "broker", *roles.expected()}

    @pytest.mark.parametrize(("age_s", "said"), [(None, "not running"), (heartbeats.STALE_AFTER_S + 3580, "no sign of life for 36")])
    def test_names_a_role_that_is_not_there(self, alive: None, age_s: float | None, said: str) -> None:
        Heartbeat.objects.filter(role="beat").delete()
        if age_s is not None:
            heartbeats._execute(heartbeats._UPSERT, *_row("beat", age_s=age_s))

        answer = Client().get("/readyz")

        assert answer.status_code == 503
        assert answer["Cache-Control"] == "no-store"
        wrong = {name: found for name, found in answer.json()["checks"].items() if found != "ok"}
        assert set(wrong) == {"beat"}
        assert wrong["beat"].startswith(said)  # an hour, and the moment until it was asked

    def test_is_satisfied_by_one_living_process_of_several(self, alive: None) -> None:
        row = _row("worker", age_s=500)
        row[2] = "elsewhere:1"
        heartbeats._execute(heartbeats._UPSERT, *row)

        assert Client().get("/readyz").status_code == 200

    def test_says_that_the_database_is_gone(self, alive: None, monkeypatch: pytest.MonkeyPatch) -> None:
        def gone() -> str:
            raise OperationalError("disk I/O error")

        monkeypatch.setattr(health, "database_problem", gone)

        answer = Client().get("/readyz")

        assert answer.status_code == 503
        assert answer.json()["checks"] == {"database": "OperationalError: disk I/O error", "broker": "ok"}

    def test_says_that_migrations_are_waiting(self, alive: None, monkeypatch: pytest.MonkeyPatch) -> None:
        from django.db.migrations.recorder import MigrationRecorder

        monkeypatch.setattr(health, "_migrated", False)
        MigrationRecorder.Migration.objects.filter(app="fulfilment").delete()

        answer = Client().get("/readyz")

        assert answer.status_code == 503
        assert answer.json()["checks"]["migrations"] == "1 migrations are not applied; run: ./farm manage migrate"

    def test_says_that_messages_cannot_be_written(self, alive: None, settings: Settings, tmp_path: Path) -> None:
        settings.BROKER_FOLDER = tmp_path / "nowhere"

        answer = Client().get("/readyz")

        assert answer.status_code == 503
        assert "cannot be written" in answer.json()["checks"]["broker"]

    def test_says_that_no_broker_is_there(self, alive: None, settings: Settings) -> None:
        settings.REDIS_URL = f"redis://127.0.0.1:{services.free_port()}/0"

        answer = Client().get("/readyz")

        assert "Redis does not answer" in answer.json()["checks"]["broker"]

    def test_waits_for_no_broker(self, alive: None, settings: Settings) -> None:
        """It asks once, and gives up by its own clock: how long a busy machine takes over that says nothing."""
        with socket.create_server(("127.0.0.1", 0)) as silent:
            settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"

            answer = Client().get("/readyz")

            silent.accept()[0].close()
            silent.setblocking(False)
            with pytest.raises(BlockingIOError):
                silent.accept()
        assert answer.json()["checks"]["broker"].startswith("Redis does not answer: Timeout")
        assert health.PING_TIMEOUT_S < 0.5

    def test_asks_little(self, alive: None, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
        Client().get("/readyz")

        with django_assert_max_num_queries(3):
            Client().get("/readyz")


@pytest.fixture
def heart(transactional_db: None) -> Iterator[heartbeats.Heart]:
    beating = heartbeats.Heart("worker", "here:1", every_s=0.05)
    yield beating
    beating.stop(60)


class TestAHeart:
    def test_beats_and_leaves_nothing_after_a_clean_stop(self, heart: heartbeats.Heart) -> None:
        heart.start()
        first = until(lambda: Heartbeat.objects.filter(role="worker").first(), "a beat")

        until(lambda: Heartbeat.objects.get(role="worker").beat_at > first.beat_at, "another beat")

        assert (first.pid, first.started_at, first.instance) == (os.getpid(), heart.started_at, "here:1")
        heart.stop(60)
        assert not Heartbeat.objects.exists()

    def test_beats_on_after_the_database_was_away(self, heart: heartbeats.Heart, monkeypatch: pytest.MonkeyPatch) -> None:
        failures: list[str] = []

        def away(sql: str, *_values: object) -> None:
            failures.append(sql)
            raise OperationalError("away")

        with monkeypatch.context() as patch:
            patch.setattr(heartbeats, "_execute", away)
            heart.start()
            until(lambda: len(failures) > 1, "failures")

        until(lambda: Heartbeat.objects.filter(role="worker").exists(), "a beat")

    @pytest.mark.django_db
    def test_leaves_the_row_of_a_successor_alone(self) -> None:
        row = _row("worker", age_s=0)
        row[3] = os.getpid() + 1
        heartbeats._execute(heartbeats._UPSERT, *row)

        heartbeats.Heart("worker", "here:1")._leave()

        assert Heartbeat.objects.get().pid == os.getpid() + 1


class TestTheRoleTable:
    def test_expects_a_heartbeat_of_everything_but_the_broker(self) -> None:
        assert roles.expected() == ("web", "sequencer", "worker", "dispatch", "slice", "beat", "connectors")
