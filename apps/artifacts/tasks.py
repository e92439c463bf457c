"""What Celery runs for the store. Tasks carry no data."""

from __future__ import annotations

from celery import shared_task

from apps.journal import clock

from .sweep import sweep


@shared_task(ignore_result=True)
def sweep_store() -> None:
    """Collect what nobody registered and look again at what was damaged. A few times a day is plenty."""
    sweep(clock.now())
