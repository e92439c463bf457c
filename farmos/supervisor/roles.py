"""The role table: which processes make a farm, what each runs, and what is expected of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from .place import Place


@dataclass(frozen=True)
class Role:
    """One kind of process.

    Args:
        name: What it is called in logs, locks and heartbeats.
        run: What the forked process does; its result is the exit status.
        grace_s: Seconds it may take to finish its work when asked to stop; then its whole session is killed.
        has_heartbeat: Does it sign in the database (then ``/readyz`` expects it)?
        stops_last: The others need it until they are gone.
        on_console: Do its warnings go to the console, beside its log?
        inherits: Open descriptors it keeps.
    """

    name: str
    run: Callable[[], int]
    grace_s: float = 10.0
    has_heartbeat: bool = True
    stops_last: bool = False
    on_console: bool = True
    inherits: tuple[int, ...] = ()


def _web(listening: int) -> int:
    from farmos import web

    return web.main([str(listening)])


def _work(role: str) -> int:
    from farmos import work

    return work.main(role)


def _manage(command: str) -> int:
    from django.core.management import call_command

    call_command(command)
    return 0


def _become(program: tuple[str, ...]) -> NoReturn:
    os.execv(program[0], program)  # noqa: S606 - our own words, no shell


def table(*, web_socket: int = -1) -> tuple[Role, ...]:
    """Return the roles of a farm, in the order they are started. ``web_socket`` is the descriptor of the listening socket."""
    return (
        Role("web", partial(_web, web_socket), grace_s=12.0, inherits=(web_socket,)),
        Role("sequencer", partial(_manage, "sequencer"), grace_s=5.0),
        Role("worker", partial(_work, "worker"), grace_s=20.0),
        Role("dispatch", partial(_work, "dispatch"), grace_s=20.0),
        Role("slice", partial(_work, "slice"), grace_s=20.0),
        Role("beat", partial(_work, "beat"), grace_s=5.0),
        Role("connectors", partial(_manage, "connectors")),
    )


def expected() -> tuple[str, ...]:
    """Return the roles whose heartbeats a healthy farm has."""
    return tuple(role.name for role in table() if role.has_heartbeat)


def redis(server: str, place: Place, socket: str) -> Role:
    """Return the role of the farm's own Redis: on a socket, without persistence (the database is the truth), refusing rather than forgetting."""
    options = (
        "--port",
        "0",
        "--unixsocket",
        socket,
        "--unixsocketperm",
        "700",
        "--dir",
        str(place.run),
        "--save",
        "",
        "--appendonly",
        "no",
    )
    limits = ("--maxmemory", "64mb", "--maxmemory-policy", "noeviction", "--databases", "1", "--loglevel", "warning", "--daemonize", "no")
    program = (server, *options, *limits)
    return Role("redis", partial(_become, program), grace_s=5.0, has_heartbeat=False, stops_last=True, on_console=False)
