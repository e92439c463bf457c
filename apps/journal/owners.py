"""Under which name a worker holds what it does, and how to tell that the worker of such a name no longer lives.

A lease normally runs out by itself. When its holder was a process of this very machine that has ended, nobody needs to wait for that: after a
kill the work goes on at once. Only what can be proved counts: the same boot, the same process namespace, and no process with that number that
began at that moment.
"""

from __future__ import annotations

import hashlib
import os
import socket
import threading
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
_START = 19
"""Which field after the name in ``/proc/PID/stat`` is the moment a process began (proc(5): the 22nd of all)."""


def machine() -> str:
    """Return a name for this boot of this machine and this process namespace; empty where it cannot be told."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        namespace = (_PROC / "self/ns/pid").readlink()
    except OSError:
        return ""
    return hashlib.sha256(f"{boot} {namespace}".encode()).hexdigest()[:12]


def began(pid: int) -> str:
    """Return the moment process ``pid`` began, in clock ticks since boot; empty when there is none (or only its zombie)."""
    with suppress(OSError, IndexError):
        fields = (_PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
        return "" if fields[0] in "ZX" else fields[_START]
    return ""


def name() -> str:
    """Return the name under which this thread holds leases: host, machine, process and when it began, thread."""
    pid = os.getpid()
    return f"{socket.gethostname()[:40]}/{machine()}/{pid}/{began(pid)}/{threading.get_ident() % 1_000_000}"


def is_dead(owner: str) -> bool:
    """Has the process that goes by this name ended for certain? False for other machines, and wherever it cannot be told."""
    match owner.split("/"):
        case [_host, where, pid, start, _thread] if where and start and where == machine() and pid.isdigit():
            return began(int(pid)) != start
    return False
