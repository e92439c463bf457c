"""What can be done with print attempts."""

from __future__ import annotations

from .machine import begin_upload, confirm_start, fail_run, note_progress, record_start_sent, record_upload, requeue_run
from .outcomes import ItemVerdict, correct_outcome, record_outcomes, reprint_items
from .people import abort_run, clear_bed, pause_run, resume_run
from .photos import MOST_PHOTOS, add_photos
from .queueing import dispatch_run, queue_run, unpark_run
from .reconciling import adopt_machine_state, keep_platform_state, reconcile_run, refresh_run
from .stopping import emergency_stop, restart_firmware

__all__ = [
    "MOST_PHOTOS",
    "ItemVerdict",
    "abort_run",
    "add_photos",
    "adopt_machine_state",
    "begin_upload",
    "clear_bed",
    "confirm_start",
    "correct_outcome",
    "dispatch_run",
    "emergency_stop",
    "fail_run",
    "keep_platform_state",
    "note_progress",
    "pause_run",
    "queue_run",
    "reconcile_run",
    "record_outcomes",
    "record_start_sent",
    "record_upload",
    "refresh_run",
    "reprint_items",
    "requeue_run",
    "restart_firmware",
    "resume_run",
    "unpark_run",
]
