"""Another farm: ``python -m tests.runs.second_farm ADDRESS KEY`` prints a file of its own on that printer, as far as the printer lets it.

It has a database and a data directory of its own, and knows nothing of the first farm. It says as JSON what became of its attempt.
"""

from __future__ import annotations

import json
import sys

import django
from django.conf import settings


def main(address: str, key: str) -> None:
    """Give one attempt to the printer, do what is owed for it, and tell."""
    django.setup()
    from apps.fleet.domain import sealing
    from apps.fleet.models import Printer
    from apps.journal import lanes
    from tests.factories.fleet import make_capability, make_printer
    from tests.runs.floor import fresh, gcode, give, hand_out_all, make_work

    lanes.FIRST_WAIT_S, lanes.LONGEST_WAIT_S = 0.05, 0.5
    printer = make_printer(address=address, access_key_sealed=sealing.seal(key, secret=settings.SECRET_KEY, at=0), connector="simulator")
    make_capability(printer=printer)
    run = make_work(printer, gcode(3600, mark="of the second farm"), seconds=3600)
    print("ready", flush=True)
    sys.stdin.readline()
    give(run, printer)
    path = fresh(run).remote_path
    hand_out_all()
    found = {"path": path, "state": fresh(run).state, "occupancy": Printer.objects.get(pk=printer.pk).occupancy}
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
