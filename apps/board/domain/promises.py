"""When a print will be done, and until when somebody must act for a promise to be kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .known import Attempt

LEAST_SLACK_MIN = 60
"""Minutes under which a promise is tight, whatever the length of the print."""

SLACK_SHARE = 5
"""A promise is also tight when the slack is under one fifth of the print."""

NOT_BEGUN = ("queued", "pending_approval", "uploading")


@dataclass(frozen=True, slots=True)
class Promise:
    """The earliest promise a card touches: which order, due when, and the last moment to act for it to be kept (None: not known)."""

    order: str
    due_at: datetime
    act_by: datetime | None = None
    slack_min: int | None = None

    @property
    def lost_at(self) -> datetime:
        """When it is lost if nobody acts: what cards are ordered by."""
        return self.act_by if self.act_by is not None else self.due_at


def remaining(attempt: Attempt) -> timedelta | None:
    """Return how long the attempt still has to print, from the slicer's minutes and the machine's progress; None: nobody knows."""
    if attempt.minutes is None:
        return None
    return left_of(attempt.minutes, 0.0 if attempt.state in NOT_BEGUN else attempt.progress)


def left_of(minutes: int, percent: float) -> timedelta:
    """Return how long a print of ``minutes`` takes from ``percent`` on: what every page expects, so that no two disagree."""
    return timedelta(minutes=minutes * (1.0 - min(max(percent, 0.0), 100.0) / 100))


def done_about(attempt: Attempt, now: datetime) -> datetime | None:
    """Return when the attempt will be done if it prints from ``now`` on; None: nobody knows, or it is over."""
    left = remaining(attempt)
    return None if left is None or attempt.ended_at is not None else now + left


def promise_of(attempt: Attempt, now: datetime, *, from_start: bool = False) -> Promise | None:
    """Return what the attempt promises; None: nothing on it is promised for a date.

    Args:
        attempt: The attempt.
        now: The moment it is looked at.
        from_start: It must be printed from its beginning again: what a doubtful or failed one comes to.
    """
    dated = [part for part in attempt.parts if part.due_at is not None]
    first = min(dated, key=lambda part: (part.due_at or now, part.order), default=None)
    due = first.due_at if first is not None else attempt.due_at
    if due is None:
        return None
    left = _whole(attempt) if from_start else remaining(attempt)
    act_by = None if left is None else due - left
    slack = None if act_by is None else int((act_by - now).total_seconds() // 60)
    return Promise(first.order if first else "", due, act_by, slack)


def is_tight(promise: Promise | None, attempt: Attempt) -> bool:
    """Is there too little slack for something to go wrong? Under an hour, or under a fifth of the print."""
    if promise is None or promise.slack_min is None or attempt.minutes is None:
        return False
    return promise.slack_min < max(LEAST_SLACK_MIN, attempt.minutes // SLACK_SHARE)


def _whole(attempt: Attempt) -> timedelta | None:
    return None if attempt.minutes is None else timedelta(minutes=attempt.minutes)
