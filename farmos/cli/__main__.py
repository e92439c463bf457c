"""``./farm VERB``: find the verb's module and run it."""

from __future__ import annotations

import errno
import sys
from importlib import import_module

VERBS = {
    "up": ("farmos.cli.up", "start the farm on this machine and keep it running"),
    "stop": ("farmos.cli.stop", "stop the farm"),
    "doctor": ("farmos.cli.doctor", "look at everything and say what is wrong"),
    "manage": ("farmos.cli.manage", "run one of Django's or farmos' management commands for this farm"),
    "test": ("farmos.cli.test", "check the code: lint, types, tests (--all: everything, on both databases)"),
    "demo": ("farmos.cli.demo", "a shop with simulated printers; --once takes orders from upload to shipped parts"),
    "sim": (
        "farmos.cli.sim",
        "simulated printers that speak Moonraker: ./farm sim --printers N [--speed X] [--state DIR] [--moonraker] [--json]",
    ),
    "bench": ("farmos.cli.bench", "measure: ./farm bench NAME [--json]"),
    "soak": ("farmos.cli.soak", "let chance loose for hours: ./farm soak NAME [--minutes M | --steps N] [--seed S]"),
}


def usage() -> str:
    """Return the help text."""
    lines = ["usage: ./farm VERB [options]", ""]
    lines += [f"  {verb:<8} {what}" for verb, (_module, what) in VERBS.items()]
    return "\n".join(
        [*lines, "", "Each verb explains itself with --help. Where a farm keeps its data: --data DIR, or FARMOS_DATA, or ./data."]
    )


def main(arguments: list[str]) -> int:
    """Run the verb; return its exit status."""
    verb, *rest = arguments or ["help"]
    if verb in ("help", "-h", "--help"):
        print(usage())
        return 0
    if verb not in VERBS:
        print(f"farm: there is no verb {verb!r}.\n\n{usage()}", file=sys.stderr)
        return 2
    try:
        status: int = import_module(VERBS[verb][0]).main(rest)
    except KeyboardInterrupt:
        return 130
    except OSError as problem:
        if problem.filename is None:
            raise
        print(f"farm {verb}: {problem.filename} cannot be used: {problem.strerror}. {_way_out(problem)}", file=sys.stderr)
        return 1
    return status


def _way_out(problem: OSError) -> str:
    """Return what to do about a file or directory that cannot be used."""
    if isinstance(problem, PermissionError):
        return "Run it as the user the farm belongs to, or name another directory with --data DIR."
    if problem.errno == errno.ENOSPC:
        return "Free some space, then run it again."
    return "Name another directory with --data DIR."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
