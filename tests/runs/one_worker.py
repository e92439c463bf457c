"""A worker for one lane, in a process of its own: ``python -m tests.runs.one_worker LANE`` does what is due and ends."""

from __future__ import annotations

import sys

import django


def main(lane: str) -> None:
    """Do everything that is due."""
    django.setup()
    from apps.journal import lanes

    while lanes.hand_out_next(lane):
        pass


if __name__ == "__main__":
    main(sys.argv[1])
