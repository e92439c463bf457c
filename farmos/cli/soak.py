"""``./farm soak NAME [--minutes M | --steps N] [--seed S]``: let chance loose on a throwaway farm for as long as wanted.

``promises`` walks through orders, plates, printers, failures, cancellations, rejects and duplicates, and after every step holds the whole database to
what is promised: nothing is lost, nothing is done twice. A broken promise ends it with the shortest way there and the seed that finds it again.
``fleet`` runs a whole farm with simulated printers and lets it dispatch, while any of its processes is killed at any moment, answers are lost,
late or doubled, and the machines restart under it (``--steps`` is the number of dispatches, ``--moonraker`` puts real Moonrakers before the
printers). The judge is the printers' own log of what physically happened: nothing started twice, nothing lost, no wrong contents, every attempt
in the state its evidence demands.
Nothing of a real farm is read or written: database and files are in a directory of its own that goes with it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence

from farmos.supervisor.place import KEPT, ROOT

SOAKS = {"promises": "tests.flows.soak", "fleet": "tests.flows.fleet_soak"}


def main(arguments: Sequence[str]) -> int:
    """Run the soak; return its exit status."""
    name = arguments[0] if arguments else ""
    if name in ("-h", "--help"):
        print(__doc__)
        return 0
    if name not in SOAKS:
        print(f"usage: ./farm soak NAME [--minutes M | --steps N] [--seed S]\n\nsoaks: {', '.join(SOAKS)}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="farmos-soak-") as directory:
        command = [sys.executable, "-P", "-m", SOAKS[name], *arguments]
        return subprocess.run(command, cwd=ROOT, env=_environment(name, directory), check=False).returncode


def _environment(soak: str, directory: str) -> dict[str, str]:
    """Return an environment in which nothing names a real farm."""
    clean = {name: value for name, value in os.environ.items() if name not in KEPT}
    if soak == "fleet":
        own = {"DJANGO_SETTINGS_MODULE": "farmos.settings.dev", "FARMOS_DATA": f"{directory}/data"}
        return {**clean, **own, "PYTHONPATH": str(ROOT), "FARMOS_SOAK_DIR": directory}
    return {
        **clean,
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "farmos.settings.test",
        "FARMOS_DATA": f"{directory}/data",
        "FARMOS_SOAK_DIR": directory,
        "FARMOS_TEST_DB": f"{directory}/farm.sqlite3",
    }
