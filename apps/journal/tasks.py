"""What Celery runs for the journal. Tasks carry no data: the database knows what is owed."""

from __future__ import annotations

from celery import shared_task

from . import heads, lanes, leases, sweeping, wakeups


@shared_task(acks_late=True, ignore_result=True)
def drain(lane: str) -> None:
    """Hand out what ``lane`` owes until nothing is due. May run any number of times at once."""
    while lanes.hand_out_next(lane):
        pass


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
