"""``./farm demo``: a shop with simulated printers, all its processes real. ``--once`` takes orders to shipped parts and judges the result."""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from apps.fleet.simulator.ports import BELOW, FROM
from farmos.demo import directory
from farmos.demo.directory import CannotDemonstrate
from farmos.supervisor import sessions
from farmos.supervisor.place import ROOT, Place

from . import apt

READY_S = 300.0
STOP_S = 60.0
RESTARTS = 50
"""How often a process of the demo that was killed is started again before we give up."""

PORT_TRIES = 200

EXAMPLES = """examples:
  ./farm demo                                    a shop with three orders, to look at in the browser
  ./farm demo --once                             the same from upload to shipped parts, in minutes; then checks that everything agrees
  ./farm demo --once --model part.stl --quantity 5 --material PETG
  ./farm demo --once --day --moonraker           a day of orders and mishaps in five minutes, on real Moonrakers
  ./farm demo --data DIR                         kept there; started again it goes on where it was, whatever was killed

exit status: 0 all is well, 1 it could not run, 3 something does not agree (the summary says what), 130 stopped by Ctrl-C
"""
LARGEST_QUANTITY = 500
MATERIALS = ("PLA", "PETG")


def parser() -> argparse.ArgumentParser:
    """Return the options of the verb."""
    options = argparse.ArgumentParser(
        prog="./farm demo",
        description="A shop with simulated printers, to look at and to try: customers order, machines print, people check, pack and ship.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument(
        "--once", action="store_true", help="take the orders to their end, print a summary and stop (else it stays up until Ctrl-C)"
    )
    options.add_argument("--model", type=Path, action="append", default=[], metavar="FILE", help="an STL or 3MF to order (repeatable)")
    options.add_argument("--gcode", type=Path, action="append", default=[], metavar="FILE", help="a sliced file to order (repeatable)")
    options.add_argument("--quantity", type=_quantity, default=1, metavar="N", help="pieces of each model (default 1)")
    options.add_argument("--material", type=str.upper, choices=MATERIALS, default="PLA", help="PLA (default) or PETG")
    options.add_argument(
        "--printers", type=_printers, default=0, metavar="P", help="simulated printers (default: 6; 2 with --once, 4 with --day)"
    )
    options.add_argument(
        "--speed",
        type=_speed,
        default=0.0,
        metavar="X",
        help="how much faster than real time they print (default: 300 with --once, else 20)",
    )
    options.add_argument(
        "--data", metavar="DIR", help="where it keeps everything; the same directory again goes on where it was (default: a new one)"
    )
    options.add_argument(
        "--day",
        action="store_true",
        help="with --once: a whole day of mixed orders and mishaps, as fast as --speed says (300: five minutes)",
    )
    options.add_argument(
        "--moonraker",
        action="store_true",
        help="let the real Moonraker speak for each printer (installed at the first use; about 35 MB of memory each)",
    )
    options.add_argument("--json", action="store_true", help="print the summary as JSON on standard output, all else on standard error")
    return options


def _whole(text: str, most: int, what: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of {what}; choose one from 1 to {most}")
    return int(text)


def _quantity(text: str) -> int:
    return _whole(text, LARGEST_QUANTITY, "pieces")


def _printers(text: str) -> int:
    return _whole(text, 200, "printers")


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0.1 <= speed <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no speed; 1 is real time, 300 makes five hours a minute")
    return speed


@dataclass
class Helper:
    """One process the demo keeps running beside the story: the printers, the farm. It outlives a demo that is killed, and is found again."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    output: Path | None = None
    """Where its own words go, when not into the log."""
    pid: int = 0
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0

    def find(self) -> None:
        """Take over the process that an earlier demo on this data directory left running when it was killed, if it did."""
        wanted = "\0".join(self.command).encode() + b"\0"
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and (entry / "cmdline").read_bytes() == wanted:
                    self.pid = int(entry.name)
                    return

    def start(self) -> None:
        """Start it; what it says goes to its log."""
        self.starts += 1
        with self.log.open("ab") as log, (self.output or self.log).open("ab") as out:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=log, start_new_session=True
            )
        self.pid = self.process.pid

    @property
    def lives(self) -> bool:
        """Does it run?"""
        if self.process is not None:
            return self.process.poll() is None
        return bool(self.pid) and sessions.session_of(self.pid) is not None

    def keep_alive(self) -> None:
        """Start it again if it ended.

        Raises:
            CannotDemonstrate: it ended too often.
        """
        if self.lives:
            return
        if self.starts > RESTARTS:
            raise CannotDemonstrate(f"{self.name} ended {self.starts} times. The last words are in {self.log}.")
        self.start()

    def stop(self) -> None:
        """Ask it to end and wait; kill it when it does not."""
        if not self.lives:
            return
        deadline = time.monotonic() + STOP_S
        self._send(signal.SIGTERM)
        while self.lives:
            if time.monotonic() > deadline:
                self._send(signal.SIGKILL)
            time.sleep(0.05)

    def _send(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):  # it was quicker
            os.kill(self.pid, number)


class Demo:
    """The processes of one demo on one data directory."""

    def __init__(self, place: Place, request: dict[str, Any], *, to_the_end: bool, quiet: bool) -> None:
        self.place = place
        self.request = request
        self.to_the_end = to_the_end
        self.quiet = quiet
        self.folder = place.data / "demo"
        self.port = self._port()
        self.environment = {
            **os.environ,
            "FARMOS_DATA": str(place.data),
            "FARMOS_TEST_PAYMENTS": "1",
            "PYTHONPATH": str(ROOT),
        }
        for foreign in ("DATABASE_URL", "REDIS_URL", "FARMOS_STORE_URL"):  # of a real farm: none of the demo's business
            self.environment.pop(foreign, None)
        self.environment.setdefault("DJANGO_SETTINGS_MODULE", "farmos.settings.dev")
        self.printers = self._printers()
        command = [sys.executable, "-P", "-m", "farmos.cli", "up", "--port", str(self.port), "--data", str(place.data)]
        self.farm = Helper("The farm", command, self.environment, self.folder / "farm.log")

    def _printers(self) -> Helper:
        command = [sys.executable, "-P", str(ROOT / "manage.py"), "simulate_printers"]
        command += ["--printers", str(self.request["printers"]), "--speed", str(self.request["speed"])]
        command += ["--state", str(self.folder / "printers"), "--json", *(["--moonraker"] if self.request.get("moonraker") else [])]
        return Helper("The simulated printers", command, self.environment, self.folder / "printers.log", self.folder / "printers.out")

    def _port(self) -> int:
        """Return the port of the web pages: the one from before, when it is free."""
        kept = self.folder / "port"
        before = kept.read_text() if kept.exists() else ""
        for port in (*([int(before)] if before.isdigit() else []), *random.SystemRandom().sample(range(FROM, BELOW), PORT_TRIES)):
            with socket.socket() as trial, contextlib.suppress(OSError, OverflowError):
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                trial.bind(("127.0.0.1", port))
                kept.write_text(str(port))
                return port
        raise CannotDemonstrate("This machine has no free port on 127.0.0.1.")

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.port}/"

    def run(self) -> int:
        """Run everything to the end of the story (or until somebody stops it) and return the exit status."""
        self.printers.find()
        self._end_earlier_farm()
        try:
            self._wait_until_ready()
            return self._play()
        except KeyboardInterrupt:
            self.tell(f"stopping …; to go on where it was:  ./farm demo --data {self.place.data}")
            raise
        finally:
            self.farm.stop()
            self.printers.stop()

    def _end_earlier_farm(self) -> None:
        """Stop the farm that a demo left running here when it was killed: it is started anew, as after any crash.

        One that is still preparing its database ends when that is done.
        """
        deadline = time.monotonic() + READY_S
        while self.place.is_held():
            if isinstance(pid := self.place.status().get("pid"), int):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
            if time.monotonic() > deadline:
                raise CannotDemonstrate(f"Another farm runs on {self.place.data} ({self.place.describe()}) and does not stop.")
            time.sleep(0.2)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_S
        self.tell("starting the simulated printers and the farm …")
        while (status := self.place.status()).get("state") != "running" or status["pid"] != self.farm.pid:
            self.printers.keep_alive()
            self.farm.keep_alive()
            if time.monotonic() > deadline:
                raise CannotDemonstrate(f"The farm was not ready within {READY_S:.0f} s. See {self.farm.log} and {self.place.logs}.")
            time.sleep(0.05)
        self.tell(f"the farm runs. Its shop, as customers see it: {self.url}")

    def _play(self) -> int:
        """Play the story in a process of its own, as customers and operators would: outside the farm's processes."""
        command = [sys.executable, "-P", str(ROOT / "manage.py"), "demo_story", "--url", self.url, *([] if self.to_the_end else ["--stay"])]
        for _attempt in range(RESTARTS):
            environment = {**self.environment, **self.place.environment(), "PYTHONPATH": str(ROOT)}
            story = subprocess.Popen(  # in a session of its own: a Ctrl-C is ours to pass on
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=self._voice(), start_new_session=True
            )
            try:
                while story.poll() is None:
                    self.printers.keep_alive()
                    self.farm.keep_alive()
                    time.sleep(0.1)
            except BaseException:
                story.terminate()
                story.wait()
                raise
            if story.returncode >= 0:
                return story.returncode
            self.tell("the story was interrupted; going on where it was")
        raise CannotDemonstrate("The story was killed too often.")

    def _voice(self) -> IO[str] | int:
        return sys.stderr if self.quiet else sys.stdout

    def tell(self, text: str) -> None:
        """Say what is going on."""
        print(f"demo: {text}", file=sys.stderr if self.quiet else sys.stdout, flush=True)


def demonstrate(asked: argparse.Namespace) -> int:
    """Run the demo that was asked for; return the exit status.

    Raises:
        CannotDemonstrate, apt.CannotInstall: nothing was started.
    """
    apt.ensure((apt.SLICER,))
    is_new = asked.data is None
    for path in (*asked.model, *asked.gcode):
        directory.digest(path)
    place = Place(Path(tempfile.mkdtemp(prefix="farmos-demo-"))) if is_new else Place.chosen(asked.data)
    directory.require_ours(place)
    try:
        place.prepare()
        (place.data / "demo").mkdir(exist_ok=True)
    except OSError as problem:
        raise CannotDemonstrate(f"{place.data} cannot be used: {problem.strerror}. Name another directory with --data DIR.") from problem
    with directory.alone(place):
        goes_on = (place.data / "demo" / "request.json").exists()
        demo = Demo(place, directory.keep_request(place, asked), to_the_end=asked.once, quiet=asked.json)
        if goes_on:
            demo.tell("going on where it was; files, quantity, material, printers and speed stay as they were chosen at first")
        status = demo.run()
    summary = place.data / "demo" / "summary.json"
    if asked.json and summary.exists():
        print(summary.read_text())
    if is_new and asked.once and status == 0:
        shutil.rmtree(place.data, ignore_errors=True)
    else:
        demo.tell(f"everything is kept in {place.data}")
    return status


def main(arguments: Sequence[str]) -> int:
    """Run the verb; return the exit status."""
    options = parser()
    asked = options.parse_args(arguments)
    if asked.day and (not asked.once or asked.model or asked.gcode):
        options.error("--day is for --once, and plays with sample models: leave --model and --gcode away")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a script started us in the background, which ignores it
    try:
        return demonstrate(asked)
    except (CannotDemonstrate, apt.CannotInstall) as problem:
        print(f"farm demo: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("farm demo: stopped; the printers and the farm too", file=sys.stderr)
        return 130
