"""A throw-away PostgreSQL and Redis for the tests, from Debian's packages.

Each lives in a private temporary directory, is reachable only from this machine, belongs to this process and goes with it:
``with postgres() as url: ...``, the fixtures ``postgres_url`` and ``redis_url``, or from a shell ``python -m tests.services run -- CMD…``,
which gives ``CMD`` a ``DATABASE_URL`` and a ``REDIS_URL``.

Nothing here is durable: PostgreSQL runs without fsync, Redis without persistence.
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import os
import pwd
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import quote

from apps.fleet.simulator.ports import BELOW, FROM

START_SECONDS = 120.0
"""How long a service may take to answer before we give up."""

STOP_SECONDS = 60.0
"""How long a service may take to stop before it is killed."""

OLDEST_POSTGRES = 15
POSTGRES_SETTINGS = (
    "fsync=off",
    "autovacuum=off",  # statistics that arrive at some moment change which index a tiny table is read by
    "full_page_writes=off",
    "max_connections=200",
    "shared_buffers=128MB",
    "jit=off",
    "deadlock_timeout=200ms",
)
PREFIX = "farmos-services-"


class ServiceMissing(RuntimeError):
    """A Debian package that the tests need is not installed; the message names it."""


class ServiceFailed(RuntimeError):
    """A service did not start; the message ends with what it printed."""


def postgres_bin(root: Path = Path("/usr/lib/postgresql")) -> Path:
    """Return the directory with the newest PostgreSQL's programs.

    Raises:
        ServiceMissing: none is installed that is new enough.
    """
    programs = [found.parent for found in root.glob("*/bin/postgres") if found.parent.parent.name.isdigit()]
    versions = [(int(program.parent.name), program) for program in programs]
    newest = max(versions, default=(0, root))
    if newest[0] < OLDEST_POSTGRES:
        raise ServiceMissing(f"PostgreSQL {OLDEST_POSTGRES} or newer is not installed. Run: apt-get install postgresql")
    return newest[1]


def redis_server() -> Path:
    """Return the path of ``redis-server``.

    Raises:
        ServiceMissing: it is not installed.
    """
    found = shutil.which("redis-server")
    if found is None:
        raise ServiceMissing("Redis is not installed. Run: apt-get install redis-server")
    return Path(found)


def identity(*candidates: str) -> tuple[pwd.struct_passwd, list[str]]:
    """Return whom a service runs as and the words to put before its command.

    PostgreSQL refuses to run as root, so as root it becomes the first of ``candidates`` that exists. Whoever it is, the kernel stops it
    when the thread that started it is gone, however that went.

    Raises:
        ServiceMissing: we are root and there is nobody else to be.
    """
    prefix = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()), [*prefix, "--"]
    for name in candidates:
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            return account, [*prefix, f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups", "--"]
    raise ServiceMissing(f"None of the users {', '.join(candidates)} exists; the services refuse to run as root.")


class Home:
    """A private directory and the process that lives in it, owned by the first of ``candidates`` when we are root."""

    def __init__(self, *candidates: str) -> None:
        sweep()
        account, self._prefix = identity(*candidates)
        self.path = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=base()))
        self.process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            os.chown(self.path, account.pw_uid, account.pw_gid)
        atexit.register(self.close)

    def run(self, *command: str | Path) -> None:
        """Run ``command`` to its end.

        Raises:
            ServiceFailed: it ended with an error.
        """
        done = subprocess.run([*self._prefix, *command], cwd=self.path, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ServiceFailed(f"{command[0]} failed:\n{done.stdout}{done.stderr}")

    def start(self, *command: str | Path, ready: Callable[[], bool]) -> subprocess.Popen[bytes]:
        """Start ``command`` in the background and return its process once ``ready()``.

        Raises:
            ServiceFailed: it ended, or was not ready within ``START_SECONDS``.
        """
        words = [*self._prefix, *command]
        with (self.path / "log").open("wb") as log:
            self.process = subprocess.Popen(words, cwd=self.path, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise ServiceFailed(f"{command[0]} did not start:\n{(self.path / 'log').read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        return self.process

    def close(self) -> None:
        """Stop the process and remove the directory; harmless when done already, or when called in a fork."""
        atexit.unregister(self.close)
        if not self.path.name.startswith(f"{PREFIX}{os.getpid()}-"):
            return
        if self.process is not None:
            stop(self.process)
        shutil.rmtree(self.path, ignore_errors=True)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask ``process`` to stop (SIGINT: PostgreSQL's *fast* shutdown), then kill it with its whole session."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)  # a test may have stopped it to play dead
            process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def base() -> Path:
    """Return where the private directories are made: a socket's path has at most 107 characters, so not deep in somebody's TMPDIR."""
    usual = tempfile.gettempdir()
    return Path(usual if len(usual) < 40 else "/tmp")


def sweep() -> None:
    """Remove directories whose owner was killed before it could."""
    for left in base().glob(f"{PREFIX}*"):
        owner = re.match(rf"{PREFIX}(\d+)-", left.name)
        if owner is not None and not Path(f"/proc/{owner[1]}").exists():
            shutil.rmtree(left, ignore_errors=True)


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """Run a PostgreSQL on a private socket; yield the URL of its empty database ``farmos``, whose owner is a superuser."""
    programs = postgres_bin()
    with contextlib.closing(Home("postgres", "nobody")) as home:
        data = home.path / "data"
        home.run(programs / "initdb", "-D", data, "--username=farmos", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        settings = [word for setting in POSTGRES_SETTINGS for word in ("-c", setting)]
        home.start(
            programs / "postgres",
            *("-D", data, "-k", home.path, "-h", ""),
            *settings,
            ready=lambda: _answers(programs / "pg_isready", "-q", "-h", home.path),
        )
        home.run(programs / "createdb", "-h", home.path, "-U", "farmos", "farmos")
        yield f"postgresql://farmos@{quote(str(home.path), safe='')}/farmos"


@dataclass(frozen=True)
class Redis:
    """A running Redis: where it is, and its process for tests that stop or kill it."""

    url: str
    process: subprocess.Popen[bytes]


@contextlib.contextmanager
def redis() -> Iterator[Redis]:
    """Run a Redis without persistence on a free loopback port."""
    server = redis_server()
    with contextlib.closing(Home("redis", "nobody")) as home:
        port = free_port()
        process = home.start(
            *(server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", home.path),
            *("--maxmemory-policy", "noeviction"),
            ready=lambda: _accepts(port),
        )
        yield Redis(url=f"redis://127.0.0.1:{port}/0", process=process)


def free_port() -> int:
    """Return a loopback TCP port that nothing listened on a moment ago, and that the kernel gives to nobody who asks for any."""
    while True:
        port = random.SystemRandom().randrange(FROM, BELOW)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def _answers(*command: str | Path) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _accepts(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as conversation:
            conversation.sendall(b"PING\r\n")
            return conversation.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def run(command: Sequence[str], services: Sequence[str]) -> int:
    """Run ``command`` with the named services up and their URLs in its environment; return its exit status."""
    with contextlib.ExitStack() as stack:
        environment = dict(os.environ)
        if "postgres" in services:
            environment["DATABASE_URL"] = stack.enter_context(postgres())
        if "redis" in services:
            environment["REDIS_URL"] = stack.enter_context(redis()).url
        child = subprocess.Popen(command, env=environment)

        def forward(number: int, _frame: FrameType | None) -> None:
            child.send_signal(number)

        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, forward)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to the child as well; we wait for its answer
        status = child.wait()
        return status if status >= 0 else 128 - status


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, run, return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.services", description="Run a command with throw-away services.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    runs = verbs.add_parser("run", help="run CMD with DATABASE_URL and REDIS_URL set")
    runs.add_argument("--only", choices=["postgres", "redis"], action="append", help="start only this service (may be repeated)")
    runs.add_argument("command", nargs="+", metavar="CMD", help="after --, the command and its arguments")
    asked = parser.parse_args(arguments)
    try:
        return run(asked.command, asked.only or ["postgres", "redis"])
    except (ServiceMissing, ServiceFailed) as problem:
        print(f"tests.services: {problem}", file=sys.stderr)
        return 69  # EX_UNAVAILABLE


if __name__ == "__main__":
    sys.exit(main())
