"""What can be done with printers."""

from __future__ import annotations

from .beds import confirm_bed_clear, report_bed_not_clear
from .condition import acknowledge_printer, begin_maintenance, degrade_printer, record_calibration
from .fittings import empty_feed, fit_nozzle, load_spool
from .observing import end_foreign_print, observe_connection, see_foreign_print
from .registering import correct_access, register_printer, retire_printer

__all__ = [
    "acknowledge_printer",
    "begin_maintenance",
    "confirm_bed_clear",
    "correct_access",
    "degrade_printer",
    "empty_feed",
    "end_foreign_print",
    "fit_nozzle",
    "load_spool",
    "observe_connection",
    "record_calibration",
    "register_printer",
    "report_bed_not_clear",
    "retire_printer",
    "see_foreign_print",
]
