"""One simulated printer: a Moonraker, the Klippy behind it, and everybody connected to it."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections import deque
from collections.abc import Collection
from pathlib import Path
from typing import Any

from .connection import Connection
from .errors import RpcError
from .files import Files
from .history import History
from .job import Clock
from .klippy import GcodeError, KlippyGone
from .machine import Line, Machine
from .physical import Bed
from .telling import difference, status_of

ONESHOT_S = 5.0
HEARTBEAT_S = 1.0
MOST_TOLD = 50
INSTALLATION = "installation"
"""The file of a printer's folder that keeps the id its Moonraker gave itself."""


class Host(Machine):
    """One printer whose Moonraker is simulated too.

    Args:
        name: what the physical log calls it.
        folder: its part of the state directory.
        bed: its bed.
        clock: how its time runs.
        api_key: what clients must know.
    """

    def __init__(self, name: str, folder: Path, bed: Bed, clock: Clock, api_key: str) -> None:
        super().__init__(name, folder / "gcodes", bed, clock, api_key)
        self.files = Files(folder, self._is_loaded)
        self.history = History(folder, self.files)
        self.connections: set[Connection] = set()
        self.board = _serial(str(folder))
        self._installation = folder / INSTALLATION
        self._published: dict[str, Any] = {}
        self.told: deque[tuple[float, str]] = deque(maxlen=MOST_TOLD)
        """When each new print state was told to whoever listens, in seconds since 1970: the latency of everything behind it counts from here."""
        self._state = "ready"
        self._tokens: dict[str, float] = {}
        self._heard = time.monotonic()
        self.klippy.say = lambda line: self.notify("notify_gcode_response", line)
        self.history.changed = lambda action, job: self.notify("notify_history_changed", {"action": action, "job": job})

    @property
    def installation(self) -> str:
        """The id its Moonraker gave itself at its first start: it is on the card, and a copy of the card has it too."""
        if not self._installation.exists():
            self._installation.write_text(secrets.token_hex(16))
        return self._installation.read_text()

    def replace_board(self) -> None:
        """Give it another computer; its card stays."""
        self.board = _serial(secrets.token_hex(8))

    def lines(self) -> Collection[Line]:
        """Return who is connected."""
        return tuple(self.connections)

    async def begin(self) -> None:
        """It is there as soon as it is served."""

    async def leave(self, *, gracefully: bool) -> None:
        """What the running print comes to will be missing from the history."""
        self.connections.clear()
        self.history.interrupt("server_exit" if gracefully else "interrupted")

    def hang(self) -> None:
        """Answer nobody any more."""
        self.awake.clear()

    def wake(self) -> None:
        """Answer again, those who waited too."""
        self.awake.set()

    async def change_key(self, wanted: str) -> None:
        """Let another key be the right one."""
        self.api_key = wanted

    def corrupt_simultaneous(self, *, on: bool) -> None:
        """Let uploads in the same second share a temporary file, or not."""
        self.files.corrupts_simultaneous = on

    def limit_storage(self, free: int | None) -> None:
        """Let only so many bytes fit on its card."""
        self.files.free = free

    def set_back(self, hours: float) -> None:
        """Let its clock be wrong."""
        self.history.ahead_s = -hours * 3600

    def clone(self, other: Machine) -> None:
        """Let its card be a copy of another printer's."""
        if not isinstance(other, Host):
            raise ValueError("a card is copied from a printer of the same kind")  # noqa: TRY004 - what was asked for is wrong
        self.files.take_over(other.files)
        self.history.take_over(other.history)
        self._installation.write_text(other.installation)

    def _is_loaded(self, path: str) -> bool:
        return self.klippy.job is not None and self.klippy.job.path == path

    # -- time and what is told ----------------------------------------------------------------------------------------------------------

    def tick(self, seconds: float) -> None:
        """Let time pass, then tell everybody what changed."""
        self.klippy.advance(seconds)
        if not self.awake.is_set():
            return
        status = status_of(self.klippy) if self.klippy_is_connected else {}
        if status:
            self.history.follow(self._published.get("print_stats", {}), status["print_stats"])
        self._tell_state()
        changed = {name: difference(self._published.get(name, {}), values) for name, values in status.items()}
        if "state" in changed.get("print_stats", {}):
            self.told.append((time.time(), status["print_stats"]["state"]))
        for connection in self.connections:
            connection.tell(changed, self.klippy.uptime)
        self._published = status
        if time.monotonic() - self._heard >= HEARTBEAT_S:
            self._heard = time.monotonic()
            self.notify("notify_proc_stat_update", {"moonraker_stats": {"cpu_usage": 1.0}, "websocket_connections": len(self.connections)})

    def _tell_state(self) -> None:
        """Tell when Klippy shut down; coming and going are told where they happen."""
        if self.klippy.state == "shutdown" and self._state != "shutdown":
            self.history.finish("klippy_shutdown")
            self.notify("notify_klippy_shutdown")
        self._state = self.klippy.state

    def notify(self, method: str, *params: Any) -> None:
        """Tell every connection."""
        for connection in self.connections:
            connection.notify(method, list(params))

    # -- Klippy -------------------------------------------------------------------------------------------------------------------------

    async def script(self, text: str) -> str:
        """Have Klippy follow G-code, in its turn."""
        if not self.klippy_is_connected:
            raise RpcError(503, "Klippy Host not connected")
        try:
            await self.klippy.script(text)
        except GcodeError as problem:
            raise RpcError(400, str(problem)) from problem
        except KlippyGone as problem:
            raise RpcError(503, "Klippy Disconnected") from problem
        return "ok"

    async def restart_klippy(self, *, firmware: bool = True) -> None:
        """Klippy's process ends and comes back: all it knew of prints is gone, and so is every subscription.

        After a shutdown only a firmware restart helps; a plain one ends in "error".
        """
        broken = self.klippy.state in ("shutdown", "error") and not firmware
        pause = self.klippy.clock.restart_s / 2
        self.klippy.go_down()
        self.history.finish("klippy_disconnect")
        self._published = {}
        for connection in self.connections:
            connection.forget()
        self.notify("notify_klippy_disconnected")
        await asyncio.sleep(pause)
        self.klippy.come_up()
        await asyncio.sleep(pause)
        if broken:
            self.klippy.state, self.klippy.state_message = "error", "mcu 'mcu': Unable to connect"
            return
        self.klippy.be_ready()
        self.notify("notify_klippy_ready")

    # -- access -------------------------------------------------------------------------------------------------------------------------

    def oneshot(self) -> str:
        """Return a token for one request."""
        token = secrets.token_hex(16).upper()
        self._tokens[token] = time.monotonic() + ONESHOT_S
        return token

    def accepts(self, *, key: str | None, token: str | None) -> bool:
        """Is whoever shows this let in? A token is used up by being shown."""
        if token is not None:
            return self._tokens.pop(token, 0.0) > time.monotonic()
        return key is not None and secrets.compare_digest(key.encode(), self.api_key.encode())

    def rotate_key(self) -> str:
        """Change the key; the old one is refused at once."""
        self.api_key = secrets.token_hex(16)
        return self.api_key


def _serial(of: str) -> str:
    return hashlib.sha256(of.encode()).hexdigest()[:16]
