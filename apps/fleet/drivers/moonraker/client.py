"""``Moonraker``: everything farmos asks of one machine.

Replies to commands prove little (docs/integrators/simulator.md lists what Moonraker gets wrong): look at ``observe()`` afterwards. A command that
timed out may still be followed later; ``barrier()`` tells when everything sent before was followed or never will be.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apps.fleet.domain import observation
from apps.fleet.domain.identity import MachineIdentity
from apps.fleet.domain.observation import FileFacts, HistoryJob, Observation, Reports
from apps.fleet.drivers.contract import Capability, Driver, OnObservation, OnSample, Pace, Webcam, nowhere
from apps.fleet.drivers.errors import LostReply, MachineError, Refused, StorageFull, UploadCorrupt
from apps.fleet.drivers.files import checked_path, limit_s, require_sha256

from . import remembered, who
from .remembered import NOT_FOUND
from .remembered import mapping as _mapping
from .uploads import alone_on, default_folder

if TYPE_CHECKING:
    from .transport import Transport
    from .watching import Watch

Objects = dict[str, list[str] | None]
OBJECTS: Objects = {
    "webhooks": None,
    "print_stats": None,
    "virtual_sdcard": None,
    "pause_resume": None,
    "exclude_object": ["current_object", "excluded_objects"],
    "extruder": ["temperature", "target"],
    "heater_bed": ["temperature", "target"],
}
"""What is asked of Klippy. An object a machine does not have is simply absent from the answer."""

WHO_S = 5.0
"""For so long it holds which machine answered, over requests that may each be a connection of its own."""

QUEUE_S = 120.0
"""How long to wait for a command: it stands behind running G-code, such as heating up."""

KLIPPY_AWAY = 503
AWAY = {"klippy_connected": False, "klippy_state": "disconnected"}
"""What Moonraker says of itself while Klippy is away; also when it went after Moonraker said that it was there."""

MOST_SENSORS = 16
MOST_OBJECTS = 1000
_OBJECT_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")


class Moonraker(Driver):
    """One machine with Klipper and Moonraker."""

    kind = "moonraker"
    server = "Moonraker"
    capabilities = frozenset(Capability)

    def __init__(self, address: str, *, api_key: str = "", timeout_s: float = 10.0, locks: Path | None = None) -> None:
        super().__init__(address, api_key=api_key, timeout_s=timeout_s, locks=locks)
        self._open: Transport | None = None
        self._known_file: tuple[str, FileFacts] | None = None
        self._objects: tuple[int | None, Objects] | None = None
        self._who: tuple[int | None, float, MachineIdentity] | None = None
        self._watch: Watch | None = None

    async def open(self) -> None:
        """Make the session; nothing is sent yet."""
        from .transport import Transport

        self._open = Transport(self.address, self.api_key, self.timeout_s)
        await self._open.open()

    async def close(self) -> None:
        """Drop every connection."""
        await self.transport.close()

    @property
    def transport(self) -> Transport:
        """The open connection."""
        if self._open is None:
            raise RuntimeError("use Moonraker as a context manager: async with Moonraker(…) as machine")
        return self._open

    # -- looking ------------------------------------------------------------------------------------------------------------------------

    async def identify(self) -> str:
        """Return Moonraker and its version; works while Klippy is down."""
        return f"{self.server} {observation.text((await self.server_info()).get('moonraker_version'))}".strip()

    async def who(self) -> MachineIdentity:
        """Return which machine answers; works while Klippy is down."""
        return await who.who(self.transport.call)

    async def server_info(self) -> dict[str, Any]:
        """Return Moonraker's own state; works while Klippy is down."""
        return _mapping(await self._call("server.info"))

    async def look(self, path: str | None = None) -> Observation:
        """Return what Klippy and Moonraker say now."""
        return observation.read(await self.reports(path), observed_at=datetime.now(tz=UTC), source="poll")

    async def reports(self, path: str | None = None) -> Reports:
        """Return the raw answers behind ``observe``.

        Raises:
            MachineError: nothing usable was heard.
        """
        if self._watch is not None and (told := await self._watch.reports(path)) is not None:
            return told
        known, self._who = self._who, None  # whoever answers after trouble may be somebody else
        server = await self.server_info()
        status, eventtime, pid = await self._klippy(server)
        now = asyncio.get_running_loop().time()
        if known is None or known[0] != pid or now - known[1] > WHO_S:  # the same process id is no proof: computers number alike
            known = (pid, now, await self.who())
        filename = observation.text(_mapping_or_empty(status.get("print_stats")).get("filename"))
        history, metadata = await asyncio.gather(self.history(path), self.metadata(path)) if path else (None, None)
        if metadata is not None and filename == path:
            self._known_file = (filename, metadata)
        found = Reports(
            server=server,
            status=status,
            eventtime=eventtime,
            klippy_pid=pid,
            current_file=await self.current_file(filename) if filename else None,
            history=history,
            metadata=metadata,
            machine=known[2],
        )
        self._who = known
        return found

    async def _klippy(self, server: dict[str, Any]) -> tuple[dict[str, Any], float, int | None]:
        """Return Klippy's objects, its clock and its process; nothing when it is away."""
        if server.get("klippy_connected") is False:
            return {}, 0.0, None
        try:
            pid = observation.whole(_mapping(await self._call("printer.info")).get("process_id"))
            if self._objects is None or self._objects[0] != pid:
                self._objects = (pid, objects_of(await self._call("printer.objects.list")))
            answer = _mapping(await self._call("printer.objects.query", objects=self._objects[1]))
        except Refused as problem:
            if problem.code == KLIPPY_AWAY:
                server.update(AWAY)
                return {}, 0.0, None
            raise
        return _mapping_or_empty(answer.get("status")), observation.number(answer.get("eventtime")) or 0.0, pid

    async def history(self, path: str) -> HistoryJob | None:
        """Return the newest job of ``path`` among the newest ones; None proves nothing, since Moonraker misses some."""
        return await remembered.history(self.transport.call, path)

    async def metadata(self, path: str) -> FileFacts | None:
        """Return what is known of the stored file ``path``, None when there is none."""
        return await remembered.metadata(self.transport.call, path)

    async def current_file(self, filename: str) -> FileFacts | None:
        """Return the facts of the file that is loaded, asked once; a foreign file's name may be anything."""
        if self._known_file is None or self._known_file[0] != filename:
            try:
                found = await self.metadata(filename)
            except Refused:
                return None
            if found is None:
                return None
            self._known_file = (filename, found)
        return self._known_file[1]

    async def watch(self, on_observation: OnObservation, *, on_sample: OnSample = nowhere, pace: Pace | None = None) -> None:
        """Tell every relevant change until cancelled, over a websocket with polls behind it. See ``watching``."""
        from .watching import Watch

        self._watch = Watch(self, on_observation, on_sample, pace or Pace())
        await self._watch.run()

    @property
    def heard_at(self) -> float | None:
        """When it last said something that left all as ``watch`` told it: it tells every change by itself, and every second that it lives."""
        return self._watch.heard_at if self._watch is not None else None

    # -- files --------------------------------------------------------------------------------------------------------------------------

    async def upload(self, path: str, local: Path, sha256: str) -> None:
        """Store ``local`` as ``path``, never printing it. Only ``read_back`` proves what was stored.

        Raises:
            UploadCorrupt: ``local`` is not what ``sha256`` says, or the machine received something else.
            StorageFull: there is no room for it. Moonraker itself says only "Unable to save file", and may keep the part that fitted.
            Refused: among others 403, the file is loaded right now.
        """
        checked_path(path)
        size = local.stat().st_size
        await require_sha256(local, sha256)
        limit = limit_s(size)
        async with alone_on(self.address.host, self.locks or default_folder(), wait_s=limit * 2):
            try:
                answer = await self.transport.send_file(path, local, sha256, timeout_s=limit)
            except Refused as problem:
                if problem.code == 422:
                    raise UploadCorrupt("The machine received something else than was sent.") from problem
                await self._require_room(size, problem)
                raise
            except LostReply as problem:
                await self._require_room(size, problem)
                raise
        stored = _mapping_or_empty(answer.get("item"))
        if stored.get("path") != path or stored.get("size") != size:
            raise UploadCorrupt("The machine stored another size, or under another name.")

    async def _require_room(self, size: int, problem: MachineError) -> None:
        """Say that the storage is full where that is why an upload failed: less is free now than the file takes."""
        try:
            usage = _mapping_or_empty(_mapping(await self._call("server.files.get_directory", path="gcodes")).get("disk_usage"))
        except MachineError:
            return
        free = observation.whole(usage.get("free"))
        if free is not None and free < size:
            raise StorageFull(f"The printer has {free // 1024} KiB left, and the file takes {size // 1024} KiB.") from problem

    async def read_back(self, path: str) -> str:
        """Return the SHA-256 (hex) of what the machine has stored as ``path``.

        Raises:
            Refused: 404, there is no such file.
        """
        digest = hashlib.sha256()
        known = await self.metadata(checked_path(path))
        await self.transport.fetch_file(path, digest.update, timeout_s=limit_s(known.size if known else 0))
        return digest.hexdigest()

    async def delete(self, path: str) -> None:
        """Delete the stored file ``path``; nothing to do when it is not there.

        Raises:
            Refused: 403, it is loaded right now.
        """
        try:
            await self.transport.remove_file(checked_path(path))
        except Refused as problem:
            if problem.code not in NOT_FOUND and "Invalid file path" not in problem.message:
                raise

    # -- commands -----------------------------------------------------------------------------------------------------------------------

    async def start(self, path: str) -> None:
        """Print ``path``. Check first: it replaces a paused print without asking, and prints again what was printed before."""
        await self._command("printer.print.start", filename=checked_path(path))

    async def pause(self) -> None:
        """Ask to pause; answered also when nothing prints."""
        await self._command("printer.print.pause")

    async def resume(self) -> None:
        """Ask to go on; answered also when nothing is paused."""
        await self._command("printer.print.resume")

    async def cancel(self) -> None:
        """Ask to cancel; answered also when nothing prints."""
        await self._command("printer.print.cancel")

    async def objects(self) -> tuple[str, ...]:
        """Return the objects that the loaded file has defined, in capitals. Klipper leaves out a name it does not know without a word."""
        answer = _mapping(await self._call("printer.objects.query", objects={"exclude_object": ["objects"]}))
        listed = _mapping_or_empty(_mapping_or_empty(answer.get("status")).get("exclude_object")).get("objects")
        found = (one for one in listed if isinstance(one, dict)) if isinstance(listed, list) else ()
        names = (observation.text(one.get("name")) for one in found)
        return tuple(name for name in names if name)[:MOST_OBJECTS]

    async def exclude_object(self, name: str) -> None:
        """Ask to leave out one object of the running print. Klipper writes names in capitals."""
        if not _OBJECT_NAME.fullmatch(name):
            raise ValueError(f"{name[:80]!r} is not a name farmos gives to objects")
        await self._command("printer.gcode.script", script=f"EXCLUDE_OBJECT NAME={name}")

    async def barrier(self) -> None:
        """Return when every command sent before has been followed, or never will be."""
        await self._command("printer.gcode.script", script="M117")

    async def emergency_stop(self) -> None:
        """Stop everything at once. Klippy is shut down afterwards; ``print_stats`` goes on saying "printing"."""
        await self._call("printer.emergency_stop")

    async def restart_firmware(self) -> None:
        """Restart Klippy and the boards. It forgets every print."""
        await self._call("printer.firmware_restart")

    async def webcams(self) -> list[Webcam]:
        """Return the cameras that are switched on."""
        try:
            answer = _mapping(await self._call("server.webcams.list"))
        except Refused as problem:
            if problem.code in NOT_FOUND:
                return []
            raise
        listed = answer.get("webcams")
        found = (one for one in listed if isinstance(one, dict)) if isinstance(listed, list) else ()
        return [
            Webcam(observation.text(one.get("name")), observation.text(one.get("snapshot_url")), observation.text(one.get("stream_url")))
            for one in found
            if one.get("enabled") is not False
        ]

    async def _call(self, method: str, **params: Any) -> Any:
        return await self.transport.call(method, params)

    async def _command(self, method: str, **params: Any) -> None:
        await self.transport.call(method, params, timeout_s=max(QUEUE_S, self.timeout_s))


def objects_of(answer: Any) -> Objects:
    """Return what to ask of a machine, given its ``printer.objects.list``: filament sensors have names of their own."""
    listed = _mapping(answer).get("objects")
    names = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
    sensors = [name for name in names if observation.is_filament_sensor(name)]
    return {**OBJECTS, **dict.fromkeys(sensors[:MOST_SENSORS])}


def _mapping_or_empty(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}
