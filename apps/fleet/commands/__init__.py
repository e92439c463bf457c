"""What can be done with printers."""

from __future__ import annotations

from .beds import confirm_bed_clear, report_bed_not_clear
from .condition import acknowledge_printer, begin_maintenance, degrade_printer, record_calibration
from .describing import describe_printer, fit_sheet, move_to_class, rate_printer
from .differing import Differences, correct_capability
from .fittings import empty_feed, fit_nozzle, load_spool
from .identity import accept_machine, swap_addresses
from .importing import ADDED, import_printers
from .observing import end_foreign_print, note_unseen_print, observe_connection, see_foreign_print
from .registering import correct_access, move_to_circuit, register_printer, retire_printer, spelled
from .servicing import record_maintenance, set_maintenance_interval

__all__ = [
    "ADDED",
    "Differences",
    "accept_machine",
    "acknowledge_printer",
    "begin_maintenance",
    "confirm_bed_clear",
    "correct_access",
    "correct_capability",
    "degrade_printer",
    "describe_printer",
    "empty_feed",
    "end_foreign_print",
    "fit_nozzle",
    "fit_sheet",
    "import_printers",
    "load_spool",
    "move_to_circuit",
    "move_to_class",
    "note_unseen_print",
    "observe_connection",
    "rate_printer",
    "record_calibration",
    "record_maintenance",
    "register_printer",
    "report_bed_not_clear",
    "retire_printer",
    "see_foreign_print",
    "set_maintenance_interval",
    "spelled",
    "swap_addresses",
]
