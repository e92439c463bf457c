"""``./farm up``: prepare the data directory, then start every process and keep it running."""

from __future__ import annotations

import argparse
import errno
import http.client
import os
import socket
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from farmos.supervisor import prepare, roles
from farmos.supervisor.broker import Broker, CannotChoose, choose, forget_messages
from farmos.supervisor.child import Child
from farmos.supervisor.logs import Console, LogFile
from farmos.supervisor.place import ROOT, AlreadyRunning, Place
from farmos.supervisor.preload import preload, set_up
from farmos.supervisor.supervisor import Supervisor

READY_TIMEOUT_S = 180.0
"""Longer than any machine takes: what ends by itself is told at once."""

ANSWER_TIMEOUT_S = 1.0
LARGEST_PORT = 65535
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class CannotStart(Exception):
    """The farm cannot start; the message says why and what to do."""


@dataclass(frozen=True)
class Address:
    """Where the web listens."""

    host: str
    port: int

    def listen(self) -> socket.socket:
        """Return a listening socket (the supervisor holds it, so a restarting web process refuses nobody).

        Raises:
            CannotStart: the port is taken or the address is not one of this machine.
        """
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((self.host, self.port))
            listening.listen(1024)
        except OSError as problem:
            listening.close()
            raise CannotStart(f"Cannot listen on {self.host} port {self.port}: {problem.strerror}. {_another(problem)}") from problem
        return listening

    @property
    def near(self) -> str:
        """The host name under which this machine itself reaches the web."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104

    @property
    def url(self) -> str:
        """What a person opens on this machine."""
        return f"http://{f'[{self.near}]' if ':' in self.near else self.near}:{self.port}/"


def port_number(text: str) -> int:
    """Return ``text`` as a port.

    Raises:
        ArgumentTypeError: it is none.
    """
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= LARGEST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; choose one from 1024 to {LARGEST_PORT}")
    return int(text)


def parser() -> argparse.ArgumentParser:
    """Return the options of the verb."""
    options = argparse.ArgumentParser(prog="./farm up", description="Start the farm and keep it running (Ctrl-C stops it).")
    options.add_argument("--port", type=port_number, default=8000, help="where to listen (default 8000)")
    options.add_argument("--host", default="127.0.0.1", help="127.0.0.1 (default): only this machine; 0.0.0.0: every device in the network")
    options.add_argument("--data", help="where this farm keeps everything (default: FARMOS_DATA, else ./data beside the code)")
    options.add_argument("--detach", action="store_true", help="go to the background once ready")
    return options


def environment_of(place: Place, address: Address, broker: Broker, given: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of every child of this farm."""
    own = {"FARMOS_DATA": str(place.data), "FARMOS_LOG_FORMAT": "json", "PYTHONPATH": str(ROOT)}
    environment = {**given, **own}
    environment.setdefault("DJANGO_SETTINGS_MODULE", "farmos.settings.dev")
    environment.setdefault("FARMOS_PUBLIC_URL", address.url.rstrip("/"))
    if address.host in LOOPBACK:
        environment.setdefault("FARMOS_ALLOWED_HOSTS", "localhost")
    environment.pop("REDIS_URL", None)
    if broker.url:
        environment["REDIS_URL"] = broker.url
    return environment


def children_of(place: Place, web_socket: int, broker: Broker, environment: Mapping[str, str]) -> list[Child]:
    """Return a child per role, the broker first."""
    own_redis = (roles.redis(broker.server, place, broker.socket),) if broker.server else ()
    return [Child(role, place, environment) for role in (*own_redis, *roles.table(web_socket=web_socket))]


def readiness(address: Address) -> Callable[[], bool]:
    """Return the question whether the farm is ready."""

    def is_ready() -> bool:
        asking = http.client.HTTPConnection(address.near, address.port, timeout=ANSWER_TIMEOUT_S)
        try:
            asking.request("GET", "/readyz", headers={"Host": f"localhost:{address.port}"})
            return asking.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asking.close()

    return is_ready


def in_a_child(work: Callable[[], int]) -> int:
    """Do ``work`` in a forked process and return its exit status: the supervisor itself must never hold a database connection."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = work()
        except BaseException:  # nothing may unwind into the parent's frames
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def to_background(place: Place) -> int | None:
    """Fork. In the child, which lives on without a terminal, return None; in the parent wait until it is ready and return the exit status."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nowhere, descriptor)
        return None
    deadline = time.monotonic() + READY_TIMEOUT_S
    while time.monotonic() < deadline:
        ended, _status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        status = place.status()
        if status.get("pid") == child and status["state"] == "running":
            print(f"farmos runs: {status['url']}  (stop it with ./farm stop --data {place.data})")
            return 0
        time.sleep(0.05)
    print(f"farmos is not ready. See {place.logs / 'supervisor.log'} and ./farm doctor --data {place.data}", file=sys.stderr)
    return 1


def start(place: Place, address: Address, *, detach: bool) -> int:
    """Start the farm in ``place`` and supervise it; return the exit status.

    Raises:
        AlreadyRunning, CannotStart, CannotChoose: nothing was started.
    """
    place.prepare()
    place.claim()  # until this process, or the background one forked from it, ends
    with address.listen() as listening:
        place.say_starting(address.url)
        broker = choose(place, os.environ)
        forget_messages(place)
        environment = environment_of(place, address, broker, os.environ)
        place.keep_environment(environment)
        os.environ.update(environment)
        set_up()
        if in_a_child(prepare.main) != 0:
            raise CannotStart("The farm could not be prepared (see above). Nothing was started.")
        preload()
        status = to_background(place) if detach else None
        if status is not None:
            return status
        place.say_starting(address.url)  # in the background it is another process
        console = Console(LogFile(place.logs / "supervisor.log"))
        console.say(f"starting on {place.data}; messages go through {broker.in_words()}")
        children = children_of(place, listening.fileno(), broker, environment)
        return Supervisor(place, address.url, children, console, readiness(address)).run()


def _another(problem: OSError) -> str:
    if isinstance(problem, socket.gaierror) or problem.errno == errno.EADDRNOTAVAIL:
        return "Name an address of this machine with --host, or leave it out."
    return "Choose another with --port N."


def main(arguments: Sequence[str]) -> int:
    """Run the verb; return the exit status."""
    from django.core.exceptions import ImproperlyConfigured

    asked = parser().parse_args(arguments)
    try:
        return start(Place.chosen(asked.data), Address(asked.host, asked.port), detach=asked.detach)
    except (AlreadyRunning, CannotStart, CannotChoose) as problem:
        print(f"farm up: {problem}", file=sys.stderr)
        return 1
    except ImproperlyConfigured as problem:
        print(f"farm up: {problem}.", file=sys.stderr)
        return 1
