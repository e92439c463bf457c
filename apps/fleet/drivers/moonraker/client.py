"""``Moonraker``: everything farmos asks of one machine.

Replies to commands prove little (docs/integrators/simulator.md lists what Moonraker gets wrong): look at ``observe()`` afterwards. A command that
timed out may still be followed later; ``barrier()`` tells when everything sent before was followed or never will be.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apps.fleet.domain import observation
from apps.fleet.domain.observation import FileFacts, HistoryJob, Observation, Reports
from apps.fleet.drivers.contract import Capability, Driver, OnObservation, Pace, Webcam
from apps.fleet.drivers.errors import NotUnderstood, Refused, UploadCorrupt
from apps.fleet.drivers.files import checked_path, limit_s, require_sha256

from .uploads import alone_on, default_folder

if TYPE_CHECKING:
    from .transport import Transport

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

QUEUE_S = 120.0
"""How long to wait for a command: it stands behind running G-code, such as heating up."""

NOT_FOUND = frozenset({404, -32601})
"""Moonraker's codes for "no such file"; over JSON-RPC it is the code of an unknown method."""

KLIPPY_AWAY = 503
MOST_SENSORS = 16
NEWEST_JOBS = 200
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
        server = await self.server_info()
        status, eventtime, pid = await self._klippy(server)
        filename = observation.text(_mapping_or_empty(status.get("print_stats")).get("filename"))
        return Reports(
            server=server,
            status=status,
            eventtime=eventtime,
            klippy_pid=pid,
            current_file=await self.current_file(filename) if filename else None,
            history=await self.history(path) if path else None,
            metadata=await self.metadata(path) if path else None,
        )

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
                return {}, 0.0, None
            raise
        return _mapping_or_empty(answer.get("status")), observation.number(answer.get("eventtime")) or 0.0, pid

    async def history(self, path: str) -> HistoryJob | None:
        """Return the newest job of ``path`` among the newest ones; None proves nothing, since Moonraker misses some."""
        answer = _mapping(await self._call("server.history.list", limit=NEWEST_JOBS, order="desc"))
        jobs = answer.get("jobs")
        found = (job for job in jobs if isinstance(job, dict)) if isinstance(jobs, list) else ()
        return next((observation.history_job(job) for job in found if job.get("filename") == path), None)

    async def metadata(self, path: str) -> FileFacts | None:
        """Return what is known of the stored file ``path``, None when there is none."""
        try:
            return observation.file_facts(_mapping(await self._call("server.files.metadata", filename=path)))
        except Refused as problem:
            if problem.code in NOT_FOUND:
                return None
            raise

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

    async def watch(self, on_observation: OnObservation, *, pace: Pace | None = None) -> None:
        """Tell every relevant change until cancelled, over a websocket with polls behind it. See ``watching``."""
        from .watching import Watch

        await Watch(self, on_observation, pace or Pace()).run()

    # -- files --------------------------------------------------------------------------------------------------------------------------

    async def upload(self, path: str, local: Path, sha256: str) -> None:
        """Store ``local`` as ``path``, never printing it. Only ``read_back`` proves what was stored.

        Raises:
            UploadCorrupt: ``local`` is not what ``sha256`` says, or the machine received something else.
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
                raise
        stored = _mapping_or_empty(answer.get("item"))
        if stored.get("path") != path or stored.get("size") != size:
            raise UploadCorrupt("The machine stored another size, or under another name.")

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


def _mapping(found: Any) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise NotUnderstood("Its answer has another shape than Moonraker's.")
    return found


def _mapping_or_empty(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}
