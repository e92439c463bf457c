"""What can be done with print attempts."""

from __future__ import annotations

from .anomalies import acknowledge_anomaly, assign_anomaly, complete_playbook, raise_anomaly
from .excluding import drop_exclusion, exclude_item, note_excluded
from .incidents import Hit, open_incident, release_incident, release_printers
from .machine import begin_upload, confirm_start, fail_run, note_progress, record_start_sent, record_upload, requeue_run
from .outcomes import ItemVerdict, correct_outcome, record_outcomes, reprint_items
from .people import abort_and_requeue, abort_run, clear_bed, pause_run, resume_run
from .photos import MOST_PHOTOS, add_photos
from .queueing import dispatch_run, queue_run, unpark_run
from .reconciling import adopt_machine_state, keep_platform_state, reconcile_run, refresh_run
from .snapshots import keep_snapshot
from .stopping import emergency_stop, restart_firmware

__all__ = [
    "MOST_PHOTOS",
    "Hit",
    "ItemVerdict",
    "abort_and_requeue",
    "abort_run",
    "acknowledge_anomaly",
    "add_photos",
    "adopt_machine_state",
    "assign_anomaly",
    "begin_upload",
    "clear_bed",
    "complete_playbook",
    "confirm_start",
    "correct_outcome",
    "dispatch_run",
    "drop_exclusion",
    "emergency_stop",
    "exclude_item",
    "fail_run",
    "keep_platform_state",
    "keep_snapshot",
    "note_excluded",
    "note_progress",
    "open_incident",
    "pause_run",
    "queue_run",
    "raise_anomaly",
    "reconcile_run",
    "record_outcomes",
    "record_start_sent",
    "record_upload",
    "refresh_run",
    "release_incident",
    "release_printers",
    "reprint_items",
    "requeue_run",
    "restart_firmware",
    "resume_run",
    "unpark_run",
]
