"""``./farm sim [--data DIR] [--printers N] [--speed X] [--state DIR] [--moonraker] [--json]``: simulated printers, until Ctrl-C."""

from __future__ import annotations

from collections.abc import Sequence

from farmos.cli import manage


def main(arguments: Sequence[str]) -> int:
    """Become ``manage.py simulate_printers``; the data directory only says where the state is kept by default."""
    data: list[str] = []
    rest = list(arguments)
    if "--data" in rest and rest.index("--data") + 1 < len(rest):
        at = rest.index("--data")
        data = ["--data", rest[at + 1]]
        del rest[at : at + 2]
    manage.main([*data, "simulate_printers", *rest])
    return 0
