"""What Celery runs for the journal. Tasks carry no data: the database knows what is owed."""

from __future__ import annotations

import time

from celery import shared_task

from . import heads, lanes, leases, sweeping, wakeups

TURN_S = 2.0
"""How long one message may keep a worker's thread with effect after effect."""


@shared_task(acks_late=True, ignore_result=True)
def drain(lane: str) -> None:
    """Hand out what ``lane`` owes until nothing is due, or for a turn. May run any number of times at once.

    Whoever begins wakes another one while more is due: one message that came through, such as the sweep's after a worker's death, is enough to
    put all of a worker's threads to work. Whoever had a turn leaves the rest to a message, its own or the one it sent when it began, behind what
    came in meanwhile: else a long queue of small effects would keep the other lanes out. Each message sends one more at most, so they do not pile up.
    """
    turn_ends = time.monotonic() + TURN_S
    has_woken = False

    def wake_another() -> None:
        nonlocal has_woken
        due = {lane}.intersection(lanes.lanes_with_due_work())
        wakeups.wake(due)
        has_woken = bool(due)

    goes_on = lanes.hand_out_next(lane, before=wake_another)
    while goes_on and time.monotonic() < turn_ends:
        goes_on = lanes.hand_out_next(lane)
    if goes_on and not has_woken:
        wakeups.wake([lane])


@shared_task(ignore_result=True)
def sweep() -> None:
    """Wake every lane that has due work (a lost wake-up, a dead worker) and forget what may be forgotten."""
    leases.free_of_the_dead()
    wakeups.wake(lanes.lanes_with_due_work())
    sweeping.forget_old_receipts()


@shared_task(ignore_result=True)
def export_head() -> None:
    """Write the signed head of the log outside the database."""
    heads.export()
