"""One real Moonraker: its folder, its configuration, its process."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import socket
import sqlite3
import sys
from contextlib import closing, suppress
from pathlib import Path

import aiohttp

from .environment import python_with

PACKAGE, VERSION = "moonraker", "0.11.0"
START_S, END_S = 30.0, 5.0
_PR_SET_PDEATHSIG = 1
_KEY_OF = "_API_KEY_USER_"

_CONFIGURATION = """\
[server]
host: 127.0.0.1
port: {port}
klippy_uds_address: {klippy}
[machine]
provider: none
validate_service: False
[authorization]
[history]
[file_manager]
check_klipper_config_path: False
[announcements]
enable_moonlight: False
[webcam bed]
location: printer
service: mjpegstreamer
stream_url: {camera}
snapshot_url: {camera}
"""


class Moonraker:
    """A Moonraker of its own data and its own temporary folder: two that share one spoil each other's uploads.

    Args:
        folder: Its data.
        klippy: The socket of its Klippy.
    """

    def __init__(self, folder: Path, klippy: Path) -> None:
        self._folder = folder
        self._klippy = klippy
        self._port = 0
        self._process: asyncio.subprocess.Process | None = None

    @property
    def address(self) -> str:
        """Where it answers, on this machine only."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def is_running(self) -> bool:
        """Is its process there?"""
        return self._process is not None and self._process.returncode is None

    async def start(self, *, camera: str) -> None:
        """Start it and wait until it answers; ``camera`` is where its camera is.

        Raises:
            NotInstalled: it cannot be had.
            OSError: it does not start; the text says where its log is.
        """
        python = await asyncio.to_thread(python_with, PACKAGE, VERSION)
        for name in ("config", "logs", "gcodes", "tmp"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        self._port = self._port or free_port()
        configuration = self._folder / "config" / "moonraker.conf"
        configuration.write_text(_CONFIGURATION.format(port=self._port, klippy=self._klippy, camera=camera))
        log = self._folder / "logs" / "moonraker.log"
        arguments = ["-m", "moonraker", "-d", str(self._folder), "-c", str(configuration), "-l", str(log), "-n"]
        told = {"PATH": os.environ.get("PATH", ""), "HOME": str(self._folder), "TMPDIR": str(self._folder / "tmp"), "LANG": "C.UTF-8"}
        with (self._folder / "logs" / "said.log").open("ab") as said:
            self._process = await asyncio.create_subprocess_exec(
                str(python), *arguments, env=told, stdout=said, stderr=said, preexec_fn=_die_with_parent, start_new_session=True
            )
        try:
            await self._until_it_answers()
        except TimeoutError as problem:
            await self.end(gracefully=False)
            raise OSError(f"Moonraker does not answer; its log: {log}") from problem

    async def _until_it_answers(self) -> None:
        async with asyncio.timeout(START_S), aiohttp.ClientSession() as session:
            while True:
                with suppress(aiohttp.ClientError):
                    async with session.get(f"{self.address}/access/info") as told:
                        if told.status == 200:
                            return
                await asyncio.sleep(0.05)

    async def end(self, *, gracefully: bool) -> None:
        """End its process: asked to, or killed as by a power cut."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGTERM if gracefully else signal.SIGKILL)
        try:
            await asyncio.wait_for(process.wait(), END_S)
        except TimeoutError:
            process.kill()
            await process.wait()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what it started to read a file may go on for ever

    def stop_time(self) -> None:
        """Let it hang."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def api_key(self) -> str:
        """Return the key it made for itself."""
        with closing(sqlite3.connect(self._database)) as database:
            return str(database.execute("SELECT password FROM authorized_users WHERE username = ?", [_KEY_OF]).fetchone()[0])

    @property
    def _database(self) -> Path:
        return self._folder / "database" / "moonraker-sql.db"


def _die_with_parent() -> None:
    """Be killed when the simulator is, however that ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def free_port(address: str = "127.0.0.1") -> int:
    """Return a port that is free at an address of this machine."""
    with socket.socket() as one:
        one.bind((address, 0))
        return int(one.getsockname()[1])
