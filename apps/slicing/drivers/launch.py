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
"""Slicing lets the farm's other processes go first."""

CANNOT_RUN = 127


def main(arguments: list[str]) -> int:
    """Limit this process, then be the program; return only when that cannot be."""
    parent, address_space, cpu, file_size = (int(value) for value in arguments[:4])
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        return CANNOT_RUN
    os.nice(NICENESS)
    wanted = (
        (resource.RLIMIT_AS, address_space),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, limit in wanted:
        hard = resource.getrlimit(kind)[1]
        bound = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (bound, bound))
    try:
        os.execv(arguments[4], arguments[4:])  # noqa: S606 - the point of this file
    except OSError as problem:
        print(f"{arguments[4]}: {problem.strerror}", file=sys.stderr)
    return CANNOT_RUN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
