"""``OctoPrint``: everything farmos asks of one machine behind an OctoPrint server.

What its API says that is not so (measured with 1.11): a select or start that is refused because the printer is not connected is refused as "already
printing"; after a stop or a disconnect the file is forgotten and nothing says why its print ended; when the server dies during a print, nothing says
that there was one. ``choose`` is the answer to the last: while the chosen file is still there, the server has not been restarted.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apps.fleet.domain import observation
from apps.fleet.domain.identity import MachineIdentity
from apps.fleet.domain.observation import FileFacts, Observation
from apps.fleet.drivers.contract import Capability, Driver, OnObservation, OnSample, Pace, Webcam, nowhere
from apps.fleet.drivers.errors import AccessRejected, MachineError, NotUnderstood, Refused, TimedOut, Unreachable, UploadCorrupt
from apps.fleet.drivers.files import checked_path, limit_s, require_sha256
from apps.fleet.drivers.polling import ask_for_ever

from .reading import OCTOPRINT_ITSELF, file_facts, firmware_state, read
from .starting import is_starting

if TYPE_CHECKING:
    from apps.fleet.drivers.web import Web

DISCOVERY = "/plugin/discovery/discovery.xml"
_UNIQUE_NAME = re.compile(rb"<UDN>uuid:([0-9a-fA-F-]{32,36})</UDN>")
COMMAND_S = 30.0
CONFLICT = 409
NOT_FOUND = 404
BROKEN_DOWN = 500
DISCONNECTED_S = 10.0
"""How long OctoPrint may take to let go of the printer before it is told to connect again."""

LOOK_AGAIN_S = 0.2


class OctoPrint(Driver):
    """One machine behind OctoPrint."""

    kind = "octoprint"
    server = "OctoPrint"
    capabilities = frozenset({Capability.EMERGENCY_STOP, Capability.RESTART_FIRMWARE, Capability.WEBCAMS})

    def __init__(self, address: str, *, api_key: str = "", timeout_s: float = 10.0, locks: Path | None = None) -> None:
        super().__init__(address, api_key=api_key, timeout_s=timeout_s, locks=locks)
        self._open: Web | None = None
        self._software = ""
        self._who: MachineIdentity | None = None

    async def open(self) -> None:
        """Make the session; nothing is sent yet."""
        from apps.fleet.drivers.web import Web

        self._open = Web(self.address, self.api_key, self.timeout_s)
        await self._open.open()

    async def close(self) -> None:
        """Drop every connection."""
        await self.web.close()

    @property
    def web(self) -> Web:
        """The open connection."""
        if self._open is None:
            raise RuntimeError("use OctoPrint as a context manager: async with OctoPrint(…) as machine")
        return self._open

    # -- looking ------------------------------------------------------------------------------------------------------------------------

    async def identify(self) -> str:
        """Return OctoPrint and its version; asked once a connection. Moonraker and farmos answer the same address under names of their own."""
        if not self._software:
            said = observation.text((await self._get("/api/version")).get("text"))
            if not OCTOPRINT_ITSELF.fullmatch(said):
                raise NotUnderstood(f"It answers as {said[:60] or 'nothing we know'}, not as OctoPrint.")
            self._software = said
        return self._software

    async def who(self) -> MachineIdentity:
        """Return which installation answers: OctoPrint tells it to everybody in its network, unless that plugin is switched off."""
        from apps.fleet.drivers.web import read_bounded

        async with self.web.request("GET", DISCOVERY) as response:
            told = await read_bounded(response.content) if response.status == 200 else b""
        found = _UNIQUE_NAME.search(told)
        return MachineIdentity.of(install=found[1].decode()) if found else observation.NOBODY

    async def look(self, path: str | None = None) -> Observation:
        """Return what OctoPrint says of its printer now."""
        try:
            await self.identify()
            if self._who is None:
                self._who = await self.who()
            job = await self._get("/api/job")
            loaded = _loaded(job)
            record = await self._record(loaded) if loaded else None
            asked = record if path == loaded else await self._record(path) if path else None
            printer = await self._printer()
        except MachineError:
            self._software, self._who = "", None  # whoever answers next may be somebody else
            raise
        return replace(read(job, printer, record=record, asked=asked, now=datetime.now(tz=UTC)), machine=self._who)

    async def _printer(self) -> dict[str, Any]:
        """Return temperatures, which OctoPrint refuses to say while it is not connected."""
        try:
            return await self._get("/api/printer?exclude=sd,history")
        except Refused as problem:
            if problem.code == CONFLICT:
                return {}
            raise

    async def watch(self, on_observation: OnObservation, *, on_sample: OnSample = nowhere, pace: Pace | None = None) -> None:
        """Ask again and again until cancelled."""
        await ask_for_ever(self.observe, on_observation, on_sample, pace or Pace())

    async def metadata(self, path: str) -> FileFacts | None:
        """Return what is known of the stored file ``path``, and how its last print ended; None when there is none."""
        return await self._record(checked_path(path))

    async def _record(self, path: str) -> FileFacts | None:
        """Return the record of a file; a foreign one's name may be anything, so only plain ones are asked about."""
        try:
            return file_facts(await self._get(f"/api/files/local/{checked_path(path)}"))
        except ValueError:
            return None
        except Refused as problem:
            if await self._is_missing(path, problem):
                return None
            raise

    async def _is_missing(self, path: str, problem: Refused) -> bool:
        """Does ``problem`` mean that ``path`` is not there? Where its folder is not either, OctoPrint breaks down (500) instead of saying so."""
        folder = path.rpartition("/")[0]
        if problem.code != BROKEN_DOWN or not folder:
            return problem.code == NOT_FOUND
        try:
            await self._get(f"/api/files/local/{folder}")
        except Refused as about_folder:
            return await self._is_missing(folder, about_folder)
        return False

    # -- files --------------------------------------------------------------------------------------------------------------------------

    async def upload(self, path: str, local: Path, sha256: str) -> None:
        """Store ``local`` as ``path``, neither chosen nor printed."""
        import aiohttp

        folder, _slash, name = checked_path(path).rpartition("/")
        size = local.stat().st_size
        await require_sha256(local, sha256)
        with local.open("rb") as content:
            form = aiohttp.FormData(quote_fields=False)
            form.add_field("path", folder)
            form.add_field("file", content, filename=name, content_type="application/octet-stream")
            answer = await self._ask("POST", "/api/files/local", timeout_s=limit_s(size), data=form)
        stored = _part(_part(answer, "files"), "local")
        if stored.get("path") != path:
            raise UploadCorrupt("The machine stored it under another name.")

    async def read_back(self, path: str) -> str:
        """Return the SHA-256 (hex) of what is downloaded as ``path``."""
        known, digest = await self.metadata(path), hashlib.sha256()
        limit = limit_s(known.size if known else 0)
        await self.web.fetch(f"/downloads/files/local/{path}", digest.update, refusal=_file_refusal, timeout_s=limit)
        return digest.hexdigest()

    async def delete(self, path: str) -> None:
        """Delete ``path``; 409 while it is printed."""
        try:
            await self._ask("DELETE", f"/api/files/local/{checked_path(path)}")
        except Refused as problem:
            if not await self._is_missing(path, problem):
                raise

    async def choose(self, path: str) -> None:
        """Select ``path``. It stays selected until somebody selects another, the printer is disconnected, or the server is restarted."""
        await self._command(f"/api/files/local/{checked_path(path)}", command="select", print=False)

    # -- commands -----------------------------------------------------------------------------------------------------------------------

    async def start(self, path: str) -> None:
        """Select and print ``path``, which is refused while anything prints or is paused."""
        await self._command(f"/api/files/local/{checked_path(path)}", command="select", print=True)

    async def pause(self) -> None:
        """Ask to pause; refused when nothing prints."""
        await self._command("/api/job", command="pause", action="pause")

    async def resume(self) -> None:
        """Ask to go on; refused when nothing is paused."""
        await self._command("/api/job", command="pause", action="resume")

    async def cancel(self) -> None:
        """Ask to stop; refused when nothing prints."""
        await self._command("/api/job", command="cancel")

    async def barrier(self) -> None:
        """Return when the server answers again. A start it had taken in by then is followed at once, and while it prints another is refused."""
        await self._ask("GET", "/api/job", timeout_s=COMMAND_S)

    async def emergency_stop(self) -> None:
        """Send M112. OctoPrint then closes its connection, and says "Offline after error" until it is told to connect again."""
        await self._command("/api/printer/command", command="M112")

    async def restart_firmware(self) -> None:
        """Disconnect from the printer and connect again, with OctoPrint's own settings. It forgets every print."""
        await self._command("/api/connection", command="disconnect")
        try:
            async with asyncio.timeout(DISCONNECTED_S):
                while firmware_state(observation.text((await self._get("/api/job")).get("state"))) not in ("disconnected", "error"):
                    await asyncio.sleep(LOOK_AGAIN_S)
        except TimeoutError as problem:
            raise TimedOut("It did not let go of the printer.") from problem
        await self._command("/api/connection", command="connect")

    async def webcams(self) -> list[Webcam]:
        """Return the cameras of OctoPrint's settings; which the key may have to be allowed to read."""
        webcam = _part(await self._get("/api/settings"), "webcam")
        listed = webcam.get("webcams")
        found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        cameras = [
            Webcam(
                observation.text(one.get("displayName") or one.get("name")),
                observation.text(_part(one, "compat").get("snapshot")),
                observation.text(_part(one, "compat").get("stream")),
            )
            for one in found
        ]
        return [one for one in cameras if webcam.get("webcamEnabled") is not False and (one.snapshot_url or one.stream_url)]

    # -- asking -------------------------------------------------------------------------------------------------------------------------

    async def _get(self, path: str) -> dict[str, Any]:
        return await self._ask("GET", path)

    async def _command(self, path: str, **said: Any) -> None:
        await self._ask("POST", path, timeout_s=max(COMMAND_S, self.timeout_s), json=said)

    async def _ask(self, verb: str, path: str, *, timeout_s: float | None = None, **content: Any) -> dict[str, Any]:
        """Ask and return the answer, empty where there is none."""
        try:
            return await self._answer(verb, path, timeout_s, content)
        except NotUnderstood as problem:
            if await is_starting(self.web):
                raise Unreachable("OctoPrint is starting.") from problem
            raise

    async def _answer(self, verb: str, path: str, timeout_s: float | None, content: dict[str, Any]) -> dict[str, Any]:
        from apps.fleet.drivers.web import parse, read_bounded

        async with self.web.request(verb, path, timeout_s=timeout_s, **content) as response:
            body = await read_bounded(response.content)
            if response.status in (200, 201):
                return parse(body)
            if response.status == 204:
                return {}
        raise refusal(response.status, body)


def refusal(status: int, body: bytes) -> MachineError:
    """Return the error that an HTTP status stands for. OctoPrint says 403 to a wrong key, to none, and to one that may not do this."""
    from apps.fleet.drivers.web import GATEWAY_DOWN, parse, refuse_status

    if status in GATEWAY_DOWN or status == 401:
        try:
            refuse_status(status)
        except MachineError as problem:
            return problem
    if status == 403:
        return AccessRejected("It does not accept our key, or the key's user may not do this.")
    try:
        said = parse(body).get("error")
    except NotUnderstood:
        said = None
    if not isinstance(said, str):
        return NotUnderstood(f"It answers with HTTP {status}.")
    if status == 400 and "CSRF" in said:  # a wrong key makes us a browser that nobody knows
        return AccessRejected("It does not accept our key.")
    return Refused(status, said[:500])


def _file_refusal(status: int, body: bytes) -> MachineError:
    """Return the error of a download: that page is no answer of the API's."""
    return Refused(NOT_FOUND, "There is no such file.") if status == NOT_FOUND else refusal(status, body)


def _loaded(job: dict[str, Any]) -> str:
    file = _part(_part(job, "job"), "file")
    return observation.text(file.get("path")) if file.get("origin") == "local" else ""


def _part(found: dict[str, Any], name: str) -> dict[str, Any]:
    part = found.get(name)
    return part if isinstance(part, dict) else {}
