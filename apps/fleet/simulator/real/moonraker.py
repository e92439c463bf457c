"""One real Moonraker: its folder, its configuration, its process."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sqlite3
import sys
from contextlib import closing, suppress
from pathlib import Path

import aiohttp

from apps.fleet.simulator.ports import HeldPort

from .environment import python_with

PACKAGE, VERSION = "moonraker", "0.11.0"
PATIENCE_S = 60.0
"""Longer than it takes to start or to end, also on a computer that has other work: only what hangs is waited for so long."""

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
        self._port: HeldPort | None = None
        self._process: asyncio.subprocess.Process | None = None

    @property
    def address(self) -> str:
        """Where it answers, on this machine only."""
        return f"http://127.0.0.1:{self._port.number if self._port is not None else 0}"

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
        self._port = self._port or HeldPort(
            "127.0.0.1"
        )  # where it cannot have its port it does not end, and somebody else answers in its place
        configuration = self._folder / "config" / "moonraker.conf"
        configuration.write_text(_CONFIGURATION.format(port=self._port.number, klippy=self._klippy, camera=camera))
        log = self._folder / "logs" / "moonraker.log"
        arguments = ["-m", "moonraker", "-d", str(self._folder), "-c", str(configuration), "-l", str(log), "-n"]
        told = {"PATH": os.environ.get("PATH", ""), "HOME": str(self._folder), "TMPDIR": str(self._folder / "tmp"), "LANG": "C.UTF-8"}
        with (self._folder / "logs" / "said.log").open("ab") as said:
            self._process = await asyncio.create_subprocess_exec(
                str(python), *arguments, env=told, stdout=said, stderr=said, preexec_fn=_die_with_parent, start_new_session=True
            )
        if not await self._answers():
            await self.end(gracefully=False)
            raise OSError(f"Moonraker does not answer; its log: {log}")

    async def _answers(self) -> bool:
        """Wait until it answers; False: it has ended, or hangs."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S), aiohttp.ClientSession() as session:
                while self.is_running:
                    with suppress(aiohttp.ClientError):
                        async with session.get(f"{self.address}/access/info") as told:
                            if told.status == 200:
                                return True
                    await asyncio.sleep(0.05)
        return False

    async def end(self, *, gracefully: bool) -> None:
        """End its process: asked to, or killed as by a power cut."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGTERM if gracefully else signal.SIGKILL)
        try:
            await asyncio.wait_for(process.wait(), PATIENCE_S)
        except TimeoutError:
            process.kill()
            await process.wait()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what it started to read a file may go on for ever

    def stop_time(self) -> None:
        """Let it hang."""
        if self._process is not None and self.is_running:
            self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on."""
        if self._process is not None and self.is_running:
            self._process.send_signal(signal.SIGCONT)

    def give_up_port(self) -> None:
        """Let others have its port: it does not start again."""
        if self._port is not None:
            self._port.release()

    def api_key(self) -> str:
        """Return the key it made for itself."""
        with closing(sqlite3.connect(self._database, timeout=PATIENCE_S)) as database:
            return str(database.execute("SELECT password FROM authorized_users WHERE username = ?", [_KEY_OF]).fetchone()[0])

    @property
    def _database(self) -> Path:
        return self._folder / "database" / "moonraker-sql.db"


def _die_with_parent() -> None:
    """Be killed when the simulator is, however that ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
