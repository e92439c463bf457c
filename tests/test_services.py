"""The throw-away PostgreSQL and Redis: they work, they leave nothing behind, and they say what is missing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from tests import services
from tests.processes.running import until

pytestmark = pytest.mark.slow


def command_line(*words: str) -> list[str]:
    return [sys.executable, "-m", "tests.services", *words]


def processes_in(home: str) -> list[str]:
    found = subprocess.run(["ps", "-ewwo", "args"], capture_output=True, text=True, check=True).stdout.splitlines()  # ww: lines in full
    return [line for line in found if home in line]


class TestPostgres:
    def test_is_a_recent_one_with_a_superuser(self) -> None:
        with services.postgres() as url, psycopg.connect(url) as connection:
            row = connection.execute("SELECT current_setting('server_version_num')::int, current_setting('is_superuser')").fetchone()

        assert row is not None
        assert row[0] >= services.OLDEST_POSTGRES * 10000
        assert row[1] == "on"

    def test_leaves_nothing_behind_after_a_failure(self) -> None:
        started: list[str] = []

        with pytest.raises(ZeroDivisionError):
            self.fail_while_running(started)

        (home,) = started
        assert not (services.base() / home).exists()
        until(lambda: not processes_in(home), "its helpers to be gone, too")

    def fail_while_running(self, started: list[str]) -> None:
        with services.postgres() as url:
            started.append(url.split("%2F")[-1].split("/")[0])
            assert processes_in(started[0])
            raise ZeroDivisionError


class TestRedis:
    def test_answers_and_is_gone_afterwards(self) -> None:
        with services.redis() as running, redis.Redis.from_url(running.url) as client:
            assert client.ping()

        assert running.process.returncode is not None

    def test_is_stopped_even_when_a_test_left_it_frozen(self) -> None:
        with services.redis() as running:
            running.process.send_signal(signal.SIGSTOP)

        assert running.process.returncode is not None


class TestCommandLine:
    def test_gives_the_command_both_addresses_and_returns_its_status(self) -> None:
        asked = command_line("run", "--", "sh", "-c", 'echo "$DATABASE_URL $REDIS_URL"; exit 7')

        done = subprocess.run(asked, capture_output=True, text=True)

        assert done.returncode == 7
        database, broker = done.stdout.split()
        assert database.startswith("postgresql://")
        assert broker.startswith("redis://127.0.0.1:")

    def test_takes_the_services_with_it_when_killed(self) -> None:
        asked = command_line("run", "--only", "postgres", "--", "sh", "-c", 'echo "$DATABASE_URL"; sleep 60')
        with subprocess.Popen(asked, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            home = running.stdout.readline().split("%2F")[-1].split("/")[0]
            assert processes_in(home)

            os.kill(running.pid, signal.SIGKILL)

        until(lambda: not processes_in(home), "the kernel to stop PostgreSQL")
        services.sweep()
        assert not (services.base() / home).exists()


class TestMissingPackage:
    def test_names_the_postgres_package(self, tmp_path: Path) -> None:
        with pytest.raises(services.ServiceMissing, match="apt-get install postgresql"):
            services.postgres_bin(tmp_path)

    def test_refuses_a_postgres_that_is_too_old(self, tmp_path: Path) -> None:
        old = tmp_path / "13" / "bin"
        old.mkdir(parents=True)
        (old / "postgres").touch()

        with pytest.raises(services.ServiceMissing):
            services.postgres_bin(tmp_path)

    def test_prefers_the_newest(self, tmp_path: Path) -> None:
        for version in ("9", "15", "17"):
            programs = tmp_path / version / "bin"
            programs.mkdir(parents=True)
            (programs / "postgres").touch()

        assert services.postgres_bin(tmp_path) == tmp_path / "17" / "bin"

    def test_names_the_redis_package(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "/nonexistent")

        with pytest.raises(services.ServiceMissing, match="apt-get install redis-server"):
            services.redis_server()

    def test_is_said_on_the_command_line(self, tmp_path: Path) -> None:
        done = subprocess.run(
            command_line("run", "--only", "redis", "--", "true"), capture_output=True, text=True, env={"PATH": str(tmp_path)}
        )

        assert done.returncode == 69
        assert done.stderr == "tests.services: Redis is not installed. Run: apt-get install redis-server\n"
