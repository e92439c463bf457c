"""A real OctoPrint with its virtual printer, in an environment and a process of its own. AGPL-3.0: only for tests, never imported.

It is installed once into ``.test-services/`` (30 s, 150 MB, from the package registry) and stays there.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any

from apps.fleet.simulator.ports import HeldPort
from tests.fleet.others_programs import there_is

ROOT = Path(__file__).resolve().parents[3]
VERSION = "1.11.8"
PATIENCE_S = 120.0
"""Longer than it takes to start, also on a computer that has other work."""

WITHOUT = ("achievements", "announcements", "backup", "errortracking", "file_check", "firmware_check", "health_check")
"""Plugins that ask the internet, or that take their time."""

ALSO_WITHOUT = ("pi_support", "pluginmanager", "softwareupdate", "tracking")


class OctoPrintServer:
    """One server and its virtual printer, on a port of its own."""

    def __init__(self, base: Path, camera: str = "") -> None:
        self.base = base
        self._held = HeldPort("127.0.0.1")
        self.port = self._held.number
        self.address = f"http://127.0.0.1:{self.port}"
        self.api_key = secrets.token_hex(16)
        self._process: subprocess.Popen[bytes] | None = None
        base.mkdir(parents=True)
        (base / "config.yaml").write_text(json.dumps(_config(camera)))
        farm = {
            "active": True,
            "apikey": self.api_key,
            "groups": ["users"],
            "password": "-",
            "permissions": [],
            "roles": [],
            "settings": {},
        }
        (base / "users.yaml").write_text(json.dumps({"farm": farm}))

    def start(self) -> None:
        """Start it and wait until its printer is connected."""
        arguments = [
            "-m",
            "octoprint",
            "serve",
            "--iknowwhatimdoing",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--basedir",
            str(self.base),
        ]
        with (self.base / "out").open("ab") as out:
            self._process = subprocess.Popen(
                [str(there_is("octoprint", VERSION)), *arguments], stdout=out, stderr=out, env={**os.environ, "HOME": str(self.base)}
            )
        self.until(lambda: self.job()["state"] == "Operational", "OctoPrint to be connected with its printer")

    def kill(self) -> None:
        """Let the power fail it."""
        self.signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait(PATIENCE_S)

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        self._held.release()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to its process."""
        if self._process is not None:
            self._process.send_signal(number)

    def job(self) -> dict[str, Any]:
        """Return ``/api/job``."""
        return self.ask("GET", "/api/job")

    def ask(self, verb: str, path: str, **said: Any) -> dict[str, Any]:
        """Ask its API as another program would."""
        asked = urllib.request.Request(  # noqa: S310 - our own loopback address
            self.address + path,
            json.dumps(said).encode() if said else None,
            {"X-Api-Key": self.api_key, "Content-Type": "application/json"},
            method=verb,
        )
        with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:  # noqa: S310 - our own loopback address
            body = answer.read()
        return dict(json.loads(body)) if body else {}

    def renew(self) -> None:
        """Bring the printer back to where it was at first: connected, idle, nothing chosen."""
        self.ask("POST", "/api/connection", command="disconnect")
        self.until(lambda: self.job()["state"] in ("Offline", "Offline after error"), "the printer to be let go")
        self.ask("POST", "/api/connection", command="connect")
        self.until(lambda: self.job()["state"] == "Operational", "the printer to be connected")

    def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until it is so."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                if is_so():
                    return
            except (OSError, HTTPException):  # nobody, or OctoPrint's placeholder, which does not speak HTTP
                pass
            assert self._process is None or self._process.poll() is None, (self.base / "out").read_text()[-3000:]
            assert time.monotonic() < deadline, f"waited {PATIENCE_S:.0f} s for {what}; {(self.base / 'out').read_text()[-3000:]}"
            time.sleep(0.05)


@contextmanager
def octoprint(base: Path, camera: str = "") -> Iterator[OctoPrintServer]:
    """Run a server for the body's time."""
    server = OctoPrintServer(base, camera)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _config(camera: str) -> dict[str, Any]:
    return {
        "accessControl": {"salt": secrets.token_hex(16)},
        "server": {
            "firstRun": False,
            "seenWizards": {"corewizard": 99},
            "onlineCheck": {"enabled": False},
            "pluginBlacklist": {"enabled": False},
        },
        "serial": {"port": "VIRTUAL", "autoconnect": True},
        "plugins": {
            "_disabled": [*WITHOUT, *ALSO_WITHOUT],
            "virtual_printer": {"enabled": True, "throttle": 0.001, "simulated_errors": []},
            "classicwebcam": {"_config_version": 1, "snapshot": camera},
        },
    }
