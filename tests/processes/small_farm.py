"""A supervisor over one small role, without Django: ``python -m tests.processes.small_farm DIRECTORY ROLE``.

``ROLE`` is ``nest`` (starts a grandchild in a process group of its own and writes its pid to DIRECTORY/grandchild), ``fails`` (ends at once
with status 3, while another role lives on), ``deaf`` (ignores SIGTERM) or ``prints`` (prints a few lines and waits). On SIGUSR1 the supervisor
finds every disk full from then on, and a new process refused once.
"""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from farmos.supervisor import birth
from farmos.supervisor.child import Child
from farmos.supervisor.logs import Console, LogFile
from farmos.supervisor.place import Place
from farmos.supervisor.roles import Role
from farmos.supervisor.supervisor import Supervisor

FOREVER_S = 600


def wait() -> int:
    time.sleep(FOREVER_S)
    return 0


def fails() -> int:
    return 3


def deaf() -> int:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("deaf from now on", flush=True)
    return wait()


def prints() -> int:
    print('{"event": "all is well", "level": "info"}')
    print('{"event": "the printer smokes", "level": "warning", "printer": "left"}')
    print("no JSON at all")
    return wait()


def fall_on_hard_times() -> None:
    sys.stdout.write("a word that will not fit on the disk")
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    real = birth.fork

    def refused(*_arguments: Any, **_more: Any) -> int:
        birth.fork = real
        raise BlockingIOError("no more processes")

    birth.fork = refused


def nest(directory: Path) -> Callable[[], int]:
    def run() -> int:
        grandchild = subprocess.Popen(["sleep", str(FOREVER_S)], process_group=0)
        (directory / "grandchild").write_text(str(grandchild.pid))
        return wait()

    return run


def main(directory: Path, wanted: str) -> int:
    place = Place(directory)
    place.prepare()
    place.claim()
    work = {"nest": nest(directory), "fails": fails, "deaf": deaf, "prints": prints}[wanted]
    children = [Child(Role(name, run, grace_s=1.0), place, {}) for name, run in ((wanted, work), ("calm", wait))]
    console = Console(LogFile(place.logs / "supervisor.log"))
    signal.signal(signal.SIGUSR1, lambda *_: fall_on_hard_times())
    return Supervisor(place, "http://nowhere/", children, console, is_ready=lambda: True).run()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
