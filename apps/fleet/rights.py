"""Who may do what with printers."""

from __future__ import annotations

from apps.accounts.rights import EVERYBODY, FLOOR, LEADS, PLANNING, QUALITY, SERVICES, declare, seen

declare(
    "fleet",
    acts={
        "register_printer": LEADS,
        "import_printers": LEADS,
        "correct_access": LEADS,
        "accept_machine": LEADS,
        "swap_addresses": LEADS,
        "move_to_circuit": LEADS,
        "move_to_class": LEADS,
        "correct_capability": LEADS,
        "describe_printer": LEADS,
        "rate_printer": LEADS | QUALITY,
        "retire_printer": LEADS,
        "confirm_bed_clear": FLOOR,
        "report_bed_not_clear": FLOOR,
        "degrade_printer": FLOOR | QUALITY,
        "begin_maintenance": FLOOR,
        "acknowledge_printer": FLOOR,
        "record_calibration": FLOOR | QUALITY | PLANNING,
        "record_maintenance": FLOOR,
        "set_maintenance_interval": LEADS,
        "load_spool": FLOOR,
        "empty_feed": FLOOR,
        "fit_nozzle": FLOOR,
        "fit_sheet": FLOOR,
        "observe_connection": SERVICES,
        "note_unseen_print": SERVICES,
        "see_foreign_print": SERVICES,
        "end_foreign_print": SERVICES,
    },
    sights={
        "printer": seen(EVERYBODY, "site"),
        "capability": seen(EVERYBODY, "printer__site"),
        "calibration": seen(EVERYBODY, "printer__site"),
        "feed": seen(EVERYBODY, "printer__site"),
        "machinesession": seen(EVERYBODY, "printer__site"),
    },
)
