"""Becomes a program that is kept within limits and dies with the process that asked for it. Run by path, without farmos around it.

Usage: launch.py PARENT_PID ADDRESS_SPACE_BYTES CPU_SECONDS FILE_BYTES PROGRAM [ARGUMENT …]
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1
NICENESS = 5
"""What is confined lets the farm's other processes go first."""

LAST_SECONDS = 5
"""Past its seconds a program is told (SIGXCPU, which says why it ended); one that does not listen is killed so much later."""

CANNOT_RUN = 127


def main(arguments: list[str]) -> int:
    """Limit this process, then be the program; return only when that cannot be."""
    parent, address_space, cpu, file_size = (int(value) for value in arguments[:4])
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        return CANNOT_RUN
    os.nice(NICENESS)
    limit(resource.RLIMIT_AS, address_space)
    limit(resource.RLIMIT_CPU, cpu, LAST_SECONDS)
    limit(resource.RLIMIT_FSIZE, file_size)
    limit(resource.RLIMIT_CORE, 0)
    try:
        os.execv(arguments[4], arguments[4:])  # noqa: S606 - the point of this file
    except OSError as problem:
        print(f"{arguments[4]}: {problem.strerror}", file=sys.stderr)
    return CANNOT_RUN


def limit(kind: int, bound: int, slack: int = 0) -> None:
    """Allow ``bound``, and not more than ``slack`` beyond; what was allowed before is never exceeded."""
    hard = resource.getrlimit(kind)[1]
    most = bound + slack if hard == resource.RLIM_INFINITY else min(bound + slack, hard)
    resource.setrlimit(kind, (min(bound, most), most))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
