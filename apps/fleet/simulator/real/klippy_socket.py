"""Klippy's side of the socket it shares with Moonraker: JSON objects, each ended by one byte, requests one way and news the other."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

from apps.fleet.simulator.connection import Wanted, chosen
from apps.fleet.simulator.klippy import GcodeError, Klippy, KlippyGone
from apps.fleet.simulator.telling import difference, status_of

END = b"\x03"
LARGEST = 20 * 1024 * 1024
MACROS = {"pause_resume/pause": "PAUSE", "pause_resume/resume": "RESUME", "pause_resume/cancel": "CANCEL_PRINT"}
ENDPOINTS = (
    *("info", "emergency_stop", "register_remote_method", "list_endpoints"),
    *("objects/list", "objects/query", "objects/subscribe"),
    *("gcode/help", "gcode/script", "gcode/restart", "gcode/firmware_restart", "gcode/subscribe_output"),
    *MACROS,
)

Given = dict[str, Any]
Spawn = Callable[[Coroutine[Any, Any, None]], None]


class _Client:
    """A Moonraker that is connected, and what it asked to be told."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.wanted: Wanted = {}
        self.about_status: Given = {}
        self.about_output: Given | None = None

    def send(self, message: Given) -> None:
        if not self.writer.is_closing():
            self.writer.write(json.dumps(message).encode() + END)


class KlippySocket:
    """Serves one Klippy.

    Args:
        path: The socket. Paths of sockets are short: at most about 100 bytes.
        klippy: Whom it speaks for.
        spawn: Runs something beside.
        restart: Restarts Klippy; ``firmware`` says how thoroughly.
    """

    def __init__(self, path: Path, klippy: Klippy, spawn: Spawn, restart: Callable[[bool], Coroutine[Any, Any, None]]) -> None:
        self._path = path
        self._klippy = klippy
        self._spawn = spawn
        self._restart = restart
        self._server: asyncio.Server | None = None
        self._clients: set[_Client] = set()
        self._published: dict[str, dict[str, Any]] = {}
        klippy.say = self._say

    async def open(self) -> None:
        """Take connections."""
        self._path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, str(self._path), limit=LARGEST)
        self._path.chmod(0o600)

    async def close(self) -> None:
        """Break all connections and take none any more."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for client in tuple(self._clients):
            client.writer.transport.abort()
        self._clients.clear()
        self._published = {}
        self._path.unlink(missing_ok=True)

    @property
    def is_asked_for_prints(self) -> bool:
        """Is anybody told when a print begins?"""
        return any("print_stats" in client.wanted for client in self._clients)

    def tell(self) -> None:
        """Tell everybody what changed since the last time."""
        status = self._status()
        changed = {name: difference(self._published.get(name, {}), values) for name, values in status.items()}
        for client in self._clients:
            news = {name: chosen(changed.get(name, {}), fields) for name, fields in client.wanted.items()}
            if news := {name: values for name, values in news.items() if values}:
                client.send({**client.about_status, "params": {"eventtime": self._klippy.uptime, "status": news}})
        self._published = status

    def _say(self, line: str) -> None:
        for client in self._clients:
            if client.about_output is not None:
                client.send({**client.about_output, "params": {"response": line}})

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = _Client(writer)
        self._clients.add(client)
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    asked = json.loads((await reader.readuntil(END))[:-1])
                    self._spawn(self._answer(client, asked))
        finally:
            self._clients.discard(client)
            writer.close()

    async def _answer(self, client: _Client, asked: Given) -> None:
        """Answer one request; requests do not wait for each other, but G-code waits for its turn."""
        try:
            answer = {"result": await self._follow(client, str(asked.get("method")), asked.get("params") or {})}
        except GcodeError as problem:
            answer = {"error": {"error": "WebRequestError", "message": str(problem)}}
        except KlippyGone:
            if self._klippy.state not in ("shutdown", "error"):
                return  # nobody answers: its process is gone, and with it the connection
            answer = {"error": {"error": "WebRequestError", "message": self._klippy.state_message}}
        if "id" in asked:
            client.send({"id": asked["id"], **answer})

    async def _follow(self, client: _Client, method: str, params: Given) -> Any:
        match method:
            case "info":
                return self._info()
            case "list_endpoints":
                return {"endpoints": list(ENDPOINTS)}
            case "objects/list":
                return {"objects": list(self._status())}
            case "objects/query":
                return self._queried(params)
            case "objects/subscribe":
                client.wanted, client.about_status = params.get("objects") or {}, params.get("response_template") or {}
                return self._queried(params)
            case "gcode/subscribe_output":
                client.about_output = params.get("response_template") or {}
            case "emergency_stop":
                self._klippy.emergency_stop()
            case "gcode/restart" | "gcode/firmware_restart":
                self._spawn(self._restart(method != "gcode/restart"))
            case "gcode/script":
                await self._script(str(params.get("script", "")))
            case _ if method in MACROS:
                await self._klippy.script(MACROS[method])
            case _ if method not in ENDPOINTS:
                raise GcodeError(f"webhooks: No registered callback for path '{method}'")
        return {}

    async def _script(self, text: str) -> None:
        if text.strip() in ("RESTART", "FIRMWARE_RESTART"):
            self._spawn(self._restart(text.strip() != "RESTART"))
        else:
            await self._klippy.script(text)

    def _queried(self, params: Given) -> Given:
        status, wanted = self._status(), params.get("objects") or {}
        return {"eventtime": self._klippy.uptime, "status": {name: chosen(status.get(name, {}), fields) for name, fields in wanted.items()}}

    def _status(self) -> dict[str, dict[str, Any]]:
        settings = {"virtual_sdcard": {"path": str(self._klippy.gcodes)}, "pause_resume": {}, "display_status": {}}
        heaters = ["extruder", "heater_bed"]
        return {
            **status_of(self._klippy),
            "configfile": {"config": settings, "settings": settings, "warnings": [], "save_config_pending": False},
            "heaters": {"available_heaters": heaters, "available_sensors": heaters, "available_monitors": []},
            "gcode": {"commands": {}},
        }

    def _info(self) -> Given:
        here = str(self._path.parent)
        return {
            "state": self._klippy.state,
            "state_message": self._klippy.state_message,
            "hostname": "simulated",
            "klipper_path": here,
            "python_path": here,
            "process_id": self._klippy.pid,
            "user_id": os.getuid(),
            "group_id": os.getgid(),
            "log_file": f"{here}/klippy.log",
            "config_file": f"{here}/printer.cfg",
            "software_version": "farmos-simulator",
            "cpu_info": "1 core simulated",
        }
