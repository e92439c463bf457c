"""Watching one machine: a websocket for what changes, polls for what the websocket does not tell, patience when neither answers.

Moonraker drops every subscription when Klippy restarts, and hangs without closing its connections. So we subscribe again whenever Klippy is ready,
ask for everything every few seconds over the same stream (the order of answers and updates is then certain), and take silence for what it is.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from apps.fleet.domain import observation
from apps.fleet.domain.identity import MachineIdentity
from apps.fleet.domain.observation import FileFacts, HistoryJob, Observation, Reports
from apps.fleet.domain.telemetry import Sample
from apps.fleet.drivers.contract import OnObservation, OnSample, Pace
from apps.fleet.drivers.errors import MachineError, NotUnderstood, Refused, Unreachable

from . import remembered, who
from .client import AWAY, KLIPPY_AWAY, OBJECTS, objects_of
from .wire import Wire

if TYPE_CHECKING:
    from .client import Moonraker

KLIPPY_CAME_OR_WENT = frozenset({"notify_klippy_ready", "notify_klippy_shutdown", "notify_klippy_disconnected"})

SAMPLE_S = 0.9
"""No sample comes sooner after another: one a second, however often a machine tells its numbers."""

EARLY_S = 0.01
"""A loop's timers run out up to a few milliseconds early; what is due then is due."""


class Watch:
    """Follows one machine until cancelled. Errors of ``on_observation`` end the watch: they are the caller's.

    Updates are laid over what is known as they come. An observation is made of it only when something changed that somebody must know at once, or
    when it is time.
    """

    def __init__(self, machine: Moonraker, on_observation: OnObservation, on_sample: OnSample, pace: Pace) -> None:
        self._machine = machine
        self._on_observation = on_observation
        self._on_sample = on_sample
        self._pace = pace
        self._told: Observation | None = None
        self._told_at = 0.0
        self._failures = 0
        self._resting: Wire | None = None
        self._rested_until: float | None = None
        self._session: tuple[_Session, Wire] | None = None

    @property
    def heard_at(self) -> float | None:
        """When it last said something that had not to be looked at, its sign of life included; None before it ever did."""
        return self._rested_until if self._resting is None else self._resting.heard_at

    async def run(self) -> None:
        """Keep following, session after session; between them poll over HTTP."""
        while True:
            try:
                async with self._machine.transport.websocket("/websocket") as socket:
                    await self._follow(socket)
            except MachineError:
                await self._tell(await self._machine.observe())
            await asyncio.sleep(self._patience())

    async def reports(self, path: str | None) -> Reports | None:
        """Return the answers to all questions, what it remembers of ``path`` included, asked over the open connection.

        None: there is none, or Klippy came or went meanwhile, so that the questions must be asked one after the other.

        Raises:
            MachineError: nothing usable was heard.
        """
        if self._session is None:
            return None
        session, wire = self._session
        try:
            return await session.reports(wire, path)
        except Unreachable:  # the connection went: it is asked anew, which machine answers included
            return None

    def _patience(self) -> float:
        """Return how long to wait before the next attempt: twice as long each time, and never the same for all printers."""
        longest = min(self._pace.longest_retry_s, self._pace.first_retry_s * 2.0 ** min(self._failures, 16))
        self._failures += 1
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, keeps no secret

    async def _follow(self, socket: Any) -> None:
        session = _Session(self._machine.transport.timeout_s, self._on_sample)
        async with Wire(socket, session.notify, heartbeat_s=self._pace.heartbeat_s) as wire:
            self._session = (session, wire)
            try:
                await self._follow_session(session, wire)
            finally:
                self._session = None

    async def _follow_session(self, session: _Session, wire: Wire) -> None:
        due = 0.0
        while True:
            wire.news.clear()
            wire.check()
            if session.stale or time.monotonic() >= due:
                await session.ask(wire)
                due = time.monotonic() + self._pace.poll_s
            await session.know_file(wire)
            session.sample()
            await self._tell(session.observation())
            self._failures = 0
            await self._rest(wire, min(due, self._told_at + self._pace.coarse_s, wire.silent_at))

    async def _rest(self, wire: Wire, until: float) -> None:
        """Wait for what must be looked at, until a moment at most. All else that is said meanwhile proves that everything stands as it was told."""
        self._resting = wire
        try:
            await _wait(wire.news, until - time.monotonic())
        finally:
            self._resting, self._rested_until = None, wire.heard_at

    async def _tell(self, seen: Observation) -> None:
        if observation.differs(self._told, seen) or time.monotonic() >= self._told_at + self._pace.coarse_s - EARLY_S:
            self._told, self._told_at = seen, time.monotonic()
            await self._on_observation(seen)


class _Session:
    """What is known over one websocket."""

    def __init__(self, timeout_s: float, on_sample: OnSample) -> None:
        self._timeout_s = timeout_s
        self._on_sample = on_sample
        self._sampled = 0.0
        self._server: dict[str, Any] = {}
        self._status: dict[str, Any] = {}
        self._eventtime = 0.0
        self._pid: int | None = None
        self._subscribed = False
        self._objects = OBJECTS
        self._file: tuple[str, FileFacts | None] = ("", None)
        self._machine: MachineIdentity | None = None
        self.stale = True

    def notify(self, name: str, params: list[Any]) -> bool:
        """Take a notification in; return whether it must be looked at now."""
        if name == "notify_status_update" and params and isinstance(params[0], dict):
            observation.merge(self._status, params[0])
            self._eventtime = (observation.number(params[1]) if len(params) > 1 else None) or self._eventtime
            self.sample()
            return observation.is_pressing(params[0])
        if name in KLIPPY_CAME_OR_WENT:
            self.stale, self._subscribed = True, False
            return True
        return False

    def sample(self) -> None:
        """Hand out the numbers known now, unless that was done a moment ago."""
        now = time.time()
        if abs(now - self._sampled) < SAMPLE_S or not self._status:
            return
        self._sampled = now
        nozzle, bed = _part(self._status, "extruder"), _part(self._status, "heater_bed")
        stats, number = _part(self._status, "print_stats"), observation.number
        self._on_sample(
            Sample(
                now,
                number(nozzle.get("temperature")),
                number(nozzle.get("target")),
                number(bed.get("temperature")),
                number(bed.get("target")),
                observation.progress(_part(self._status, "virtual_sdcard"), self._file[1]),
                observation.whole(_part(stats, "info").get("current_layer")),
                number(stats.get("filament_used")),
            )
        )

    async def ask(self, wire: Wire) -> None:
        """Ask for everything, and subscribe where that is not the case."""
        self.stale = False
        server = await wire.call("server.info", timeout_s=self._timeout_s)
        if not isinstance(server, dict):
            raise NotUnderstood("Its answer has another shape than Moonraker's.")
        self._server = server
        if self._machine is None:  # one connection leads to one machine
            self._machine = await who.who(lambda method, params: wire.call(method, params, timeout_s=self._timeout_s))
        if server.get("klippy_connected") is False:
            self._forget()
            return
        try:
            await self._ask_klippy(wire)
        except Refused as problem:
            if problem.code != KLIPPY_AWAY:
                raise
            self._server = {**server, **AWAY}
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

    async def reports(self, wire: Wire, path: str | None) -> Reports | None:
        """Ask for everything at once, ``path`` included, and leave what is known as it is; None where this session cannot tell all of it.

        Who answers need not be asked: a connection leads to the machine that it led to.
        """
        if self.stale or not self._subscribed or self._machine is None:
            return None

        async def ask(method: str, params: dict[str, Any]) -> Any:
            return await wire.call(method, params, timeout_s=self._timeout_s)

        questions: list[Awaitable[Any]] = [
            ask("server.info", {}),
            ask("printer.info", {}),
            ask("printer.objects.query", {"objects": self._objects}),
        ]
        if path:
            questions += [remembered.history(ask, path), remembered.metadata(ask, path)]
        answers = await asyncio.gather(*questions, return_exceptions=True)
        problem = next((one for one in answers if isinstance(one, BaseException)), None)
        if isinstance(problem, Refused) and problem.code == KLIPPY_AWAY:
            return None
        if problem is not None:
            raise problem
        server, info, answer = map(remembered.mapping, answers[:3])
        pid = observation.whole(info.get("process_id"))
        if self.stale or pid != self._pid or server.get("klippy_connected") is False:
            return None
        history, metadata = answers[3:] or (None, None)
        return self._reports_of(server, answer, path, cast("HistoryJob | None", history), cast("FileFacts | None", metadata))

    def _reports_of(
        self, server: dict[str, Any], answer: dict[str, Any], path: str | None, history: HistoryJob | None, metadata: FileFacts | None
    ) -> Reports:
        status: dict[str, Any] = {}
        observation.merge(status, _part(answer, "status"))
        filename = observation.text(_part(status, "print_stats").get("filename"))
        loaded = self._file[1] if filename == self._file[0] else None
        return Reports(
            server=server,
            status=status,
            eventtime=observation.number(answer.get("eventtime")) or 0.0,
            klippy_pid=self._pid,
            current_file=metadata if metadata is not None and filename == path else loaded,
            history=history,
            metadata=metadata,
            machine=self._machine or observation.NOBODY,
        )

    def _forget(self) -> None:
        self._status, self._pid, self._subscribed = {}, None, False

    async def know_file(self, wire: Wire) -> None:
        """Learn where the G-code proper of the loaded file begins and ends."""
        filename = observation.text(_part(self._status, "print_stats").get("filename"))
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
            server=self._server,
            status=self._status,
            eventtime=self._eventtime,
            klippy_pid=self._pid,
            current_file=self._file[1],
            machine=self._machine or observation.NOBODY,
        )
        return observation.read(reports, observed_at=datetime.now(tz=UTC), source="ws")


def _part(whole: dict[str, Any], name: str) -> dict[str, Any]:
    found = whole.get(name)
    return found if isinstance(found, dict) else {}


async def _wait(news: asyncio.Event, seconds: float) -> None:
    """Wait for news; its time makes news of its own, which costs a fraction of a cancelled wait."""
    timer = asyncio.get_running_loop().call_later(max(seconds, 0.0), news.set)
    try:
        await news.wait()
    finally:
        timer.cancel()
