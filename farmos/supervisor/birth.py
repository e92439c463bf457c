"""How a role's process comes to life: forked from the supervisor, which has loaded the code already.

Forking shares that memory between all roles (half of what they would need each by themselves) and makes a restart quick. It asks for three
things: the supervisor has one thread only, it never opens a database connection, and a child never runs its way back into it.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import sys
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from . import forks
from .roles import Role

PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15
LOCK_WAIT_S = 5.0
LOCKED = 75
"""Exit status (EX_TEMPFAIL): the role is still taken, or the supervisor has gone meanwhile."""

_libc = ctypes.CDLL(None)


def fork(role: Role, *, lock: Path, environment: Mapping[str, str], output: int) -> int:
    """Start ``role`` in a new process that leads its own session; return its pid.

    Args:
        role: What it will be.
        lock: Held by the process as long as it lives: the same role never runs twice on one data directory.
        environment: Added to ours.
        output: Where what it prints goes.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):  # they go to a file on a full disk: no reason not to start anybody
            stream.flush()
    parent = os.getpid()
    pid = forks.fork()
    if pid == 0:
        _live(role, lock, environment, output, parent)
    return pid


def _live(role: Role, lock: Path, environment: Mapping[str, str], output: int, parent: int) -> NoReturn:
    status = 1
    try:
        os.setsid()
        _die_with(parent)
        _forget_signals()
        _keep_only(output, role.inherits)
        _take(lock)
        os.environ.update(environment)
        _name(role.name)
        status = role.run()
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:  # nothing may unwind into the supervisor's own frames
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _die_with(parent: int) -> None:
    """Have the kernel kill this process when the supervisor is gone (also when it went before we could ask)."""
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(LOCKED)


def _forget_signals() -> None:
    """Let go of the supervisor's handlers. Who was asked to stop by now ends here."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # forgets one that waits: a Ctrl-C was for the supervisor, which asks us in its own way
    signal.signal(signal.SIGINT, signal.default_int_handler)
    forks.let_signals_in()


def _keep_only(output: int, inherits: tuple[int, ...]) -> None:
    """Print to ``output``, read nothing, and close what belongs to the supervisor."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(source, target)
    last = 2
    for kept in sorted(inherits):
        os.closerange(last + 1, kept)
        last = kept
    os.closerange(last + 1, os.sysconf("SC_OPEN_MAX"))
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]


def _take(lock: Path) -> None:
    """Hold ``lock`` until this process, whatever it becomes, ends. Waits a little for a predecessor that is dying."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + LOCK_WAIT_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > deadline:
                holder = os.pread(descriptor, 40, 0).decode(errors="replace").strip() or "?"
                print(f"this role already runs as process {holder} ({lock})", file=sys.stderr)
                sys.exit(LOCKED)
            time.sleep(0.05)
    with contextlib.suppress(OSError):  # a full disk: the note is missing, the lock holds
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    os.set_inheritable(descriptor, True)


def _name(role: str) -> None:
    """Be called ``farmos-ROLE`` in ``ps`` and ``top``, where all of us would look alike."""
    if sys.platform == "linux":
        _libc.prctl(PR_SET_NAME, f"farmos-{role}".encode()[:15], 0, 0, 0)
