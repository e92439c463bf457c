"""The steps that commands about print attempts share: locking what belongs together, beginning, ending, counting failures."""

from __future__ import annotations

from .attempt import Attempt, lock_attempt, lock_run
from .breakers import count_part_failure, count_plan_failure, count_refused_start, count_run_failure, count_start
from .endings import Cause, abort_now, begin_printing, complete_now, doubt_run, fail_now, leave_printer, nothing_started, requeue_now
from .judging import Verdict, note_outcome, settle_judgement, skip_everything

__all__ = [
    "Attempt",
    "Cause",
    "Verdict",
    "abort_now",
    "begin_printing",
    "complete_now",
    "count_part_failure",
    "count_plan_failure",
    "count_refused_start",
    "count_run_failure",
    "count_start",
    "doubt_run",
    "fail_now",
    "leave_printer",
    "lock_attempt",
    "lock_run",
    "note_outcome",
    "nothing_started",
    "requeue_now",
    "settle_judgement",
    "skip_everything",
]
