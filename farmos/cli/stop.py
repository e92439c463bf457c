"""``./farm stop``: stop the farm of a data directory and wait until it is gone."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence

from farmos.supervisor.place import Place

LONGEST_S = 60.0
"""The supervisor kills what does not stop within its grace, so this is never reached by a working one."""


def stop(place: Place) -> int:
    """Stop the farm in ``place``; return the exit status."""
    if not place.is_held():
        print(f"No farm runs on {place.data}.")
        return 0
    pid = place.status().get("pid")
    if not isinstance(pid, int):
        print("The farm is just starting; try again in a moment.", file=sys.stderr)
        return 1
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + LONGEST_S
    while place.is_held():
        if time.monotonic() > deadline:
            print(f"Process {pid} has not stopped in {LONGEST_S:.0f} s. As a last resort:  kill -9 {pid}", file=sys.stderr)
            return 1
        time.sleep(0.05)
    print("Stopped.")
    return 0


def main(arguments: Sequence[str]) -> int:
    """Run the verb; return the exit status."""
    options = argparse.ArgumentParser(prog="./farm stop", description="Stop the farm and wait until it is gone.")
    options.add_argument("--data", help="which farm (default: FARMOS_DATA, else ./data beside the code)")
    return stop(Place.chosen(options.parse_args(arguments).data))
