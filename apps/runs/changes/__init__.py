"""The steps that commands about print attempts share: locking what belongs together, beginning, ending, counting failures."""

from __future__ import annotations

from .anomalies import RESOLVED, ask_no_more
from .attempt import Attempt, lock_attempt, lock_run
from .breakers import count_part_failure, count_plan_failure, count_refused_start, count_run_failure, count_start
from .endings import Cause, abort_now, begin_printing, complete_now, doubt_run, fail_now, leave_printer, nothing_started, requeue_now
from .exclusions import SETTLED, drop_exclusion_now, record_exclusion
from .judging import Verdict, note_outcome, settle_judgement, skip_everything
from .rating import rate_printer

__all__ = [
    "RESOLVED",
    "SETTLED",
    "Attempt",
    "Cause",
    "Verdict",
    "abort_now",
    "ask_no_more",
    "begin_printing",
    "complete_now",
    "count_part_failure",
    "count_plan_failure",
    "count_refused_start",
    "count_run_failure",
    "count_start",
    "doubt_run",
    "drop_exclusion_now",
    "fail_now",
    "leave_printer",
    "lock_attempt",
    "lock_run",
    "note_outcome",
    "nothing_started",
    "rate_printer",
    "record_exclusion",
    "requeue_now",
    "settle_judgement",
    "skip_everything",
]
