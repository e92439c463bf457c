"""Who may do what with print attempts."""

from __future__ import annotations

from apps.accounts.rights import ADMINS, EVERYBODY, FLOOR, PLANNING, QUALITY, SERVICES, declare, seen

declare(
    "runs",
    acts={
        "queue_run": FLOOR | PLANNING,
        "dispatch_run": FLOOR,
        "pause_run": FLOOR,
        "resume_run": FLOOR,
        "abort_run": FLOOR,
        "emergency_stop": FLOOR,
        "restart_firmware": FLOOR,
        "refresh_run": FLOOR | PLANNING | QUALITY,
        "clear_bed": FLOOR,
        "record_outcomes": FLOOR | QUALITY,
        "correct_outcome": FLOOR | QUALITY,
        "add_photos": FLOOR | QUALITY,
        "reprint_items": FLOOR | QUALITY,
        "adopt_machine_state": FLOOR,
        "keep_platform_state": ADMINS,
        "begin_upload": SERVICES,
        "record_upload": SERVICES,
        "record_start_sent": SERVICES,
        "confirm_start": SERVICES,
        "requeue_run": SERVICES,
        "fail_run": SERVICES,
        "note_progress": SERVICES,
        "reconcile_run": SERVICES,
        "unpark_run": SERVICES,
    },
    sights={
        "run": seen(EVERYBODY, "plate__site"),
        "incident": seen(EVERYBODY, "site"),
        "incidentrun": seen(EVERYBODY, "incident__site"),
        "itemoutcome": seen(EVERYBODY, "run__plate__site"),
        "outcomephoto": seen(EVERYBODY, "outcome__run__plate__site"),
    },
)
