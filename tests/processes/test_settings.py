"""What the environment turns into settings."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from farmos.settings.parts.broker import celery_url
from farmos.settings.parts.secret import secret_key
from tests.processes.running import ROOT


def settings_of(module: str, expression: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Evaluate ``expression`` with ``settings`` in a fresh process."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL", "FARMOS_SECRET_KEY", "FARMOS_STORE_URL")
    }
    own = {"DJANGO_SETTINGS_MODULE": f"farmos.settings.{module}", "FARMOS_DATA": str(data), "PYTHONPATH": str(ROOT), **environment}
    script = f"from django.conf import settings; print(repr(({expression})))"
    return subprocess.run([sys.executable, "-c", script], env={**kept, **own}, capture_output=True, text=True)


class TestBroker:
    @pytest.mark.parametrize(
        ("given", "spelt"),
        [
            ("redis://farm:secret@queue.example:6380/3", "redis://farm:secret@queue.example:6380/3"),
            ("rediss://queue.example/0", "rediss://queue.example/0"),
            ("unix:///srv/farm/run/redis.sock?db=2", "redis+socket:///srv/farm/run/redis.sock?virtual_host=2"),
            ("unix:///srv/farm/run/redis.sock", "redis+socket:///srv/farm/run/redis.sock?virtual_host=0"),
        ],
    )
    def test_is_spelt_as_celery_wants_it(self, given: str, spelt: str) -> None:
        assert celery_url(given) == spelt

    def test_is_files_in_the_data_directory_without_redis(self, tmp_path: Path) -> None:
        found = settings_of("dev", "settings.CELERY_BROKER_URL, settings.CELERY_BROKER_TRANSPORT_OPTIONS['data_folder_in']", tmp_path)

        assert found.stdout.strip() == str(("filesystem://", str(tmp_path / "broker" / "messages")))


class TestSecretKey:
    def test_is_made_once_for_the_owner_only(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("FARMOS_SECRET_KEY", raising=False)

        first = secret_key(tmp_path / "new")

        assert len(first) >= 64
        assert secret_key(tmp_path / "new") == first
        assert stat.S_IMODE((tmp_path / "new" / "secret-key").stat().st_mode) == 0o600

    def test_is_the_same_for_all_who_start_at_once(self, tmp_path: Path) -> None:
        script = "from pathlib import Path; from farmos.settings.parts.secret import secret_key; print(secret_key(Path('data')))"
        environment = {name: value for name, value in os.environ.items() if name != "FARMOS_SECRET_KEY"} | {"PYTHONPATH": str(ROOT)}

        started = [
            subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True)
            for _ in range(6)
        ]
        keys = {process.communicate()[0] for process in started}

        assert len(keys) == 1
        assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret-key"]

    def test_from_the_environment_wins(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FARMOS_SECRET_KEY", "given")

        assert secret_key(tmp_path) == "given"
        assert list(tmp_path.iterdir()) == []

    def test_that_cannot_be_read_is_said_plainly(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("FARMOS_SECRET_KEY", raising=False)
        (tmp_path / "secret-key").mkdir()

        with pytest.raises(ImproperlyConfigured, match="Fix its rights or set FARMOS_SECRET_KEY"):
            secret_key(tmp_path)


class TestProduction:
    @pytest.mark.parametrize("hosts", ["", "*", "farm.example.com,*"])
    def test_must_be_told_its_names(self, tmp_path: Path, hosts: str) -> None:
        refused = settings_of("production", "settings.ALLOWED_HOSTS", tmp_path, FARMOS_ALLOWED_HOSTS=hosts)

        assert refused.returncode != 0
        assert "Set FARMOS_ALLOWED_HOSTS to the names this farm is reached by" in refused.stderr

    def test_has_secure_cookies_and_is_reached_by_its_names_only(self, tmp_path: Path) -> None:
        names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "DEBUG")
        wanted = ", ".join(["settings.ALLOWED_HOSTS[0]", *(f"settings.{name}" for name in names)])
        found = settings_of("production", wanted, tmp_path, FARMOS_ALLOWED_HOSTS="farm.example.com")

        assert found.stdout.strip() == str(("farm.example.com", True, True, True, False))

    def test_trusts_a_proxy_only_when_told(self, tmp_path: Path) -> None:
        found = [
            settings_of(
                "production", "settings.SECURE_PROXY_SSL_HEADER", tmp_path, FARMOS_ALLOWED_HOSTS="a.example", **behind
            ).stdout.strip()
            for behind in ({}, {"FARMOS_BEHIND_PROXY": "1"})
        ]

        assert found == ["None", str(("HTTP_X_FORWARDED_PROTO", "https"))]


class TestAFarmInItsOwnNetwork:
    @pytest.mark.parametrize(("given", "allowed"), [({}, "*"), ({"FARMOS_ALLOWED_HOSTS": "farm.lan"}, "farm.lan")])
    def test_is_reached_by_its_names_and_by_itself(self, tmp_path: Path, given: dict[str, str], allowed: str) -> None:
        found = settings_of("dev", "settings.ALLOWED_HOSTS", tmp_path, **given)

        assert found.stdout.strip() == str([allowed, "localhost", "127.0.0.1", "[::1]"])


class TestSchedule:
    def test_names_tasks_that_exist(self) -> None:
        from django.conf import settings

        from farmos.celery import app

        app.loader.import_default_modules()

        assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)

    def test_sends_every_task_to_a_lane_that_a_worker_drains(self) -> None:
        from django.conf import settings

        from apps.journal.lanes import LANES
        from farmos.work import QUEUES

        schedule: dict[str, Any] = dict(settings.CELERY_BEAT_SCHEDULE)
        read = [queue for queues, _threads in QUEUES.values() for queue in queues.split(",")]

        assert sorted(read) == sorted([*LANES, "sweep"])
        assert {entry["options"]["queue"] for entry in schedule.values()} <= set(read)

    def test_lets_the_sweep_wait_behind_no_lane(self) -> None:
        from django.conf import settings

        from apps.journal.lanes import LANES

        schedule: dict[str, Any] = dict(settings.CELERY_BEAT_SCHEDULE)
        assert schedule["sweep"]["options"]["queue"] not in LANES
