"""What one farm's data directory holds for its processes, and who holds it."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
KEPT = (
    "DATABASE_URL",
    "REDIS_URL",
    "DJANGO_SETTINGS_MODULE",
    "FARMOS_ALLOWED_HOSTS",
    "FARMOS_BEHIND_PROXY",
    "FARMOS_BROKER",
    "FARMOS_HEADS_DIR",
    "FARMOS_HSTS_SECONDS",
    "FARMOS_PUBLIC_URL",
    "FARMOS_SECRET_KEY",
    "FARMOS_SQLITE_SYNC",
    "FARMOS_STATIC_ROOT",
    "FARMOS_STORE_URL",
    "FARMOS_TEST_PAYMENTS",
)
"""Environment variables that say which farm this is: `farm up` keeps them for `farm manage`, `doctor` and `stop`."""


class AlreadyRunning(Exception):
    """Another supervisor holds this data directory; the message says which."""


@dataclass(frozen=True)
class Place:
    """One data directory."""

    data: Path

    @classmethod
    def chosen(cls, data: str | None) -> Place:
        """Return the place a person named, else ``FARMOS_DATA``, else ``data`` beside the code."""
        return cls(Path(data or os.environ.get("FARMOS_DATA") or ROOT / "data").expanduser().resolve())

    @property
    def run(self) -> Path:
        """Locks, sockets and status: of no use after a stop."""
        return self.data / "run"

    @property
    def logs(self) -> Path:
        """One log per role."""
        return self.data / "logs"

    @property
    def lock(self) -> Path:
        """Held by the supervisor as long as it lives."""
        return self.run / "supervisor.lock"

    def has_run(self) -> bool:
        """Was a farm prepared and started here before? Then it had a database."""
        return (self.logs / "supervisor.log").exists()

    def prepare(self) -> None:
        """Make the directories, and have this process make whatever else it makes, for their owner only."""
        os.umask(0o077)
        for directory in (self.data, self.run, self.logs, self.data / "broker" / "messages", self.data / "broker" / "control"):
            directory.mkdir(parents=True, exist_ok=True)
        self.data.chmod(0o700)
        self.run.chmod(0o700)

    def claim(self) -> int:
        """Take this data directory for the calling process; return the descriptor that holds it.

        Raises:
            AlreadyRunning: somebody else has it.
        """
        descriptor = os.open(self.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise AlreadyRunning(
                f"farmos already runs on {self.data} ({self.describe()}). Stop it with:  ./farm stop --data {self.data}"
            ) from None
        (self.run / "status.json").unlink(missing_ok=True)  # of a supervisor that was killed: its number may be somebody else's by now
        return descriptor

    def is_held(self) -> bool:
        """Does a supervisor hold this data directory now?"""
        try:
            descriptor = os.open(self.lock, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def describe(self) -> str:
        """Return who the last supervisor was, in words."""
        status = self.status()
        return f"process {status['pid']}, {status['url']}" if status else "it is just starting"

    def status(self) -> dict[str, Any]:
        """Return what the last supervisor wrote about itself and its children ({} when nothing readable)."""
        return _read(self.run / "status.json")

    def write_status(self, status: Mapping[str, Any]) -> None:
        """Replace the status, whole or not at all."""
        _write(self.run / "status.json", status)

    def environment(self) -> dict[str, str]:
        """Return the variables that say which farm this is: those of the last `farm up`, overruled by the present environment."""
        present = {name: os.environ[name] for name in KEPT if name in os.environ}
        return {**_read(self.run / "environment.json"), **present, "FARMOS_DATA": str(self.data)}

    def say_starting(self, url: str) -> None:
        """Say who we are as soon as this directory is ours, so that who wants to stop us need not wait until there is something to supervise."""
        self.write_status({"pid": os.getpid(), "url": url, "state": "starting"})

    def keep_environment(self, environment: Mapping[str, str]) -> None:
        """Remember the variables of this `farm up` (they may hold passwords: readable by the owner only)."""
        _write(self.run / "environment.json", {name: environment[name] for name in KEPT if name in environment})


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, content: Mapping[str, Any]) -> None:
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(content, out, indent=1)
    draft.replace(path)
