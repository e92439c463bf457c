"""Watching one machine: a websocket for what changes, polls for what the websocket does not tell, patience when neither answers.

Moonraker drops every subscription when Klippy restarts, and hangs without closing its connections. So we subscribe again whenever Klippy is ready,
ask for everything every few seconds over the same stream (the order of answers and updates is then certain), and take silence for what it is.
"""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from apps.fleet.domain import observation
from apps.fleet.domain.observation import FileFacts, Observation, Reports
from apps.fleet.drivers.contract import OnObservation, Pace
from apps.fleet.drivers.errors import MachineError, NotUnderstood, Refused

from .client import KLIPPY_AWAY, OBJECTS, objects_of
from .wire import Wire

if TYPE_CHECKING:
    from .client import Moonraker

KLIPPY_CAME_OR_WENT = frozenset({"notify_klippy_ready", "notify_klippy_shutdown", "notify_klippy_disconnected"})


class Watch:
    """Follows one machine until cancelled. Errors of ``on_observation`` end the watch: they are the caller's."""

    def __init__(self, machine: Moonraker, on_observation: OnObservation, pace: Pace) -> None:
        self._machine = machine
        self._on_observation = on_observation
        self._pace = pace
        self._told: Observation | None = None
        self._told_at = 0.0
        self._failures = 0

    async def run(self) -> None:
        """Keep following, session after session; between them poll over HTTP."""
        while True:
            try:
                async with self._machine.transport.websocket("/websocket") as socket:
                    await self._follow(socket)
            except MachineError:
                await self._tell(await self._machine.observe())
            await asyncio.sleep(self._patience())

    def _patience(self) -> float:
        """Return how long to wait before the next attempt: twice as long each time, and never the same for all printers."""
        longest = min(self._pace.longest_retry_s, self._pace.first_retry_s * 2.0 ** min(self._failures, 16))
        self._failures += 1
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, keeps no secret

    async def _follow(self, socket: Any) -> None:
        session = _Session(self._machine, self._machine.transport.timeout_s)
        async with Wire(socket, session.notify, heartbeat_s=self._pace.heartbeat_s) as wire:
            due = 0.0
            while True:
                wire.news.clear()
                wire.check()
                if session.stale or _monotonic() >= due:
                    await session.ask(wire)
                    due = _monotonic() + self._pace.poll_s
                await session.know_file(wire)
                await self._tell(session.observation())
                self._failures = 0
                await _wait(wire.news, min(due, self._told_at + self._pace.coarse_s) - _monotonic())

    async def _tell(self, seen: Observation) -> None:
        if observation.differs(self._told, seen) or _monotonic() >= self._told_at + self._pace.coarse_s:
            self._told, self._told_at = seen, _monotonic()
            await self._on_observation(seen)


class _Session:
    """What is known over one websocket."""

    def __init__(self, machine: Moonraker, timeout_s: float) -> None:
        self._machine = machine
        self._timeout_s = timeout_s
        self._server: dict[str, Any] = {}
        self._status: dict[str, Any] = {}
        self._eventtime = 0.0
        self._pid: int | None = None
        self._subscribed = False
        self._objects = OBJECTS
        self._file: tuple[str, FileFacts | None] = ("", None)
        self.stale = True

    def notify(self, name: str, params: list[Any]) -> None:
        """Take a notification in."""
        if name == "notify_status_update" and params and isinstance(params[0], dict):
            observation.merge(self._status, params[0])
            self._eventtime = (observation.number(params[1]) if len(params) > 1 else None) or self._eventtime
        elif name in KLIPPY_CAME_OR_WENT:
            self.stale, self._subscribed = True, False

    async def ask(self, wire: Wire) -> None:
        """Ask for everything, and subscribe where that is not the case."""
        self.stale = False
        server = await wire.call("server.info", timeout_s=self._timeout_s)
        if not isinstance(server, dict):
            raise NotUnderstood("Its answer has another shape than Moonraker's.")
        self._server = server
        if server.get("klippy_connected") is False:
            self._forget()
            return
        try:
            await self._ask_klippy(wire)
        except Refused as problem:
            if problem.code != KLIPPY_AWAY:
                raise
            self._forget()

    async def _ask_klippy(self, wire: Wire) -> None:
        if not self._subscribed:
            self._objects = objects_of(await wire.call("printer.objects.list", timeout_s=self._timeout_s))
        method = "printer.objects.query" if self._subscribed else "printer.objects.subscribe"
        answer = await wire.call(method, {"objects": self._objects}, timeout_s=self._timeout_s)
        if not isinstance(answer, dict) or not isinstance(answer.get("status"), dict):
            raise NotUnderstood("Its answer has another shape than Moonraker's.")
        self._subscribed = self._subscribed or not self.stale
        observation.merge(self._status, answer["status"])
        self._eventtime = observation.number(answer.get("eventtime")) or self._eventtime
        info = await wire.call("printer.info", timeout_s=self._timeout_s)
        pid = observation.whole(info.get("process_id")) if isinstance(info, dict) else None
        if pid != self._pid:
            self._file = ("", None)
        self._pid = pid

    def _forget(self) -> None:
        self._status, self._pid, self._subscribed = {}, None, False

    async def know_file(self, wire: Wire) -> None:
        """Learn where the G-code proper of the loaded file begins and ends."""
        stats = self._status.get("print_stats")
        filename = observation.text(stats.get("filename")) if isinstance(stats, dict) else ""
        if not filename or filename == self._file[0]:
            return
        try:
            found = await wire.call("server.files.metadata", {"filename": filename}, timeout_s=self._timeout_s)
            self._file = (filename, observation.file_facts(found) if isinstance(found, dict) else None)
        except Refused:
            self._file = (filename, None)

    def observation(self) -> Observation:
        """Return what is known now."""
        reports = Reports(
            server=self._server, status=self._status, eventtime=self._eventtime, klippy_pid=self._pid, current_file=self._file[1]
        )
        return observation.read(reports, observed_at=datetime.now(tz=UTC), source="ws")


def _monotonic() -> float:
    return asyncio.get_running_loop().time()


async def _wait(news: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(max(seconds, 0.0)):
            await news.wait()
    except TimeoutError:
        return
