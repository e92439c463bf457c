"""The codes of printers and their labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.catalog.states import Reason
from apps.fleet.domain.roster import Complaint, Trouble

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Health(models.TextChoices):
    """Is the machine fit to print? Only people clear DEGRADED; reconnecting does not."""

    OK = "OK", _("OK")
    DEGRADED = "DEGRADED", _("Degraded")
    MAINTENANCE = "MAINTENANCE", _("In maintenance")


class Connection(models.TextChoices):
    """Do we hear from it?"""

    ONLINE = "ONLINE", _("Online")
    OFFLINE = "OFFLINE", _("Offline")
    MISCONFIGURED = "MISCONFIGURED", _("Not set up right")
    UNKNOWN = "UNKNOWN", _("Connection not known")


class Bed(models.TextChoices):
    """May something be printed on the bed? Never inferred."""

    CLEAR = "CLEAR", _("Bed is clear")
    NOT_CLEAR = "NOT_CLEAR", _("Bed is not clear")
    UNKNOWN = "UNKNOWN", _("Bed not known")


class Occupancy(models.TextChoices):
    """Whose work is on it?"""

    FREE = "FREE", _("Free")
    OURS = "OURS", _("Printing for us")
    FOREIGN = "FOREIGN", _("Printing something else")


class PrinterState(models.TextChoices):
    """The one word policies judge: the worst of health and connection, from best to worst."""

    OK = "OK", _("Ready")
    DEGRADED = "DEGRADED", _("Degraded")
    MAINTENANCE = "MAINTENANCE", _("In maintenance")
    UNKNOWN = "UNKNOWN", _("Not known")
    OFFLINE = "OFFLINE", _("Offline")
    MISCONFIGURED = "MISCONFIGURED", _("Not set up right")


_FROM_CONNECTION = {
    Connection.ONLINE: PrinterState.OK,
    Connection.UNKNOWN: PrinterState.UNKNOWN,
    Connection.OFFLINE: PrinterState.OFFLINE,
    Connection.MISCONFIGURED: PrinterState.MISCONFIGURED,
}
_RANK = {state: rank for rank, state in enumerate(PrinterState)}


def printer_state(health: str, connection: str) -> PrinterState:
    """Return the worst of ``health`` and ``connection``.

    Raises:
        ValueError: either is not a known code.
    """
    return max(PrinterState(Health(health)), _FROM_CONNECTION[Connection(connection)], key=_RANK.__getitem__)


class ConnectorKind(models.TextChoices):
    """How farmos speaks with the machine."""

    MOONRAKER = "moonraker", _("Klipper with Moonraker")
    OCTOPRINT = "octoprint", _("OctoPrint")
    SIMULATOR = "simulator", _("Simulated printer")


class NozzleMaterial(models.TextChoices):
    """What the fitted nozzle is made of."""

    BRASS = "brass", _("Brass")
    HARDENED = "hardened", _("Hardened steel")
    STAINLESS = "stainless", _("Stainless steel")
    RUBY = "ruby", _("Ruby")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Not known")


class FeedContent(models.TextChoices):
    """What is in a feed."""

    EMPTY = "empty", _("Empty")
    LOADED = "loaded", _("Loaded")
    UNKNOWN = "unknown", _("Not known")


class ConfidenceSource(models.TextChoices):
    """Where a printer's confidence comes from."""

    NONE = "none", _("Not enough prints yet")
    OUTCOMES = "outcomes", _("From recent prints")
    MANUAL = "manual", _("Set by a person")


class CapabilitySource(models.TextChoices):
    """Where a printer's capability comes from."""

    PRINTER_CLASS = "printer_class", _("From its class")
    MACHINE = "machine", _("Read from the machine")
    MANUAL = "manual", _("Entered by a person")


class CalibrationKind(models.TextChoices):
    """What was calibrated or checked."""

    E_STEPS = "e_steps", _("Extruder steps")
    FLOW_FACTOR = "flow_factor", _("Flow factor")
    PRESSURE_ADVANCE = "pressure_advance", _("Pressure advance")
    BED_MESH = "bed_mesh", _("Bed mesh")
    PROBE = "probe", _("Probe")
    NOZZLE = "nozzle", _("Nozzle wear")


class SessionOutcome(models.TextChoices):
    """How a print that was seen on a machine ended."""

    RUNNING = "running", _("Still printing")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")
    ERROR = "error", _("Error")
    INTERRUPTED = "interrupted", _("Interrupted")
    UNKNOWN = "unknown", _("Not known")


class PrinterWait(models.TextChoices):
    """What about a printer itself keeps it from starting the next print."""

    RETIRED = "retired", _("It left the farm")
    MISCONFIGURED = "misconfigured", _("Its connection is not set up right")
    OTHER_MACHINE = "other_machine", _("Another machine answers at its address")
    OFFLINE = "offline", _("It is offline")
    CONNECTION_UNKNOWN = "connection_unknown", _("It is not known whether it is ready")
    MAINTENANCE = "maintenance", _("It is in maintenance")
    DEGRADED = "degraded", _("It is degraded until somebody checked it")
    FOREIGN = "foreign", _("It prints something that is not ours")
    PRINTING = "printing", _("It is printing for us")
    BED_NOT_CLEAR = "bed_not_clear", _("Its bed is not clear")
    BED_UNKNOWN = "bed_unknown", _("Nobody said that its bed is clear")


class MisfitCode(models.TextChoices):
    """In what a machine misses what a plate asks for; the codes are those of ``domain/matching.py``."""

    PROCESS = "process", _("Another technology")
    CLASS = "class", _("Another printer class")
    WIDTH = "width", _("Too wide for it")
    DEPTH = "depth", _("Too deep for it")
    HEIGHT = "height", _("Too tall for it")
    NOZZLE = "nozzle", _("Another nozzle diameter")
    NOZZLE_MATERIAL = "nozzle_material", _("Needs a hardened nozzle")
    NOZZLE_TEMPERATURE = "nozzle_temperature", _("Nozzle does not get hot enough")
    BED_TEMPERATURE = "bed_temperature", _("Bed does not get hot enough")
    CHAMBER_TEMPERATURE = "chamber_temperature", _("Chamber does not get warm enough")
    ENCLOSURE = "enclosure", _("Needs an enclosure")
    MATERIAL_FLAG = "material_flag", _("Cannot take this kind of material")
    TAG = "tag", _("Lacks something the plan asks for")
    SHEET = "sheet", _("Another build sheet")
    MATERIAL = "material", _("Another material is loaded, or none")
    COLOR = "color", _("Another colour is loaded")
    FILAMENT_AMOUNT = "filament_amount", _("Not enough filament on the spool")


class SafetyCheck(models.TextChoices):
    """What a person looks at before a machine that was taken out of work comes back."""

    HEATER_WIRES = "heater_wires", _("Thermistor and heater wires, also where they bend")
    NO_SCORCH_MARKS = "no_scorch_marks", _("No scorch marks, no loose terminals")
    HOLDS_TEMPERATURE = "holds_temperature", _("It holds its temperature for 5 minutes")
    FANS_AND_CABLES = "fans_and_cables", _("Fans and cable chain run free")
    POWER_STAYS = "power_stays", _("Power is back and stays")
    NOTHING_STICKS = "nothing_sticks", _("Nothing sticks to nozzle or bed")
    HOMES_QUIETLY = "homes_quietly", _("It homes without a sound it should not make")
    LOOKED_AT = "looked_at", _("Looked at the machine, not only at the screen")
    NOZZLE_BED_BELTS = "nozzle_bed_belts", _("Nozzle, bed and belts are as they should be")
    CAUSE_FOUND = "cause_found", _("The cause is found, or a test print went well")


_CHECKS: dict[str, tuple[SafetyCheck, ...]] = {
    Reason.THERMAL: (
        SafetyCheck.HEATER_WIRES,
        SafetyCheck.NO_SCORCH_MARKS,
        SafetyCheck.HOLDS_TEMPERATURE,
        SafetyCheck.FANS_AND_CABLES,
    ),
    Reason.POWER_LOSS: (SafetyCheck.POWER_STAYS, SafetyCheck.NOTHING_STICKS, SafetyCheck.HOMES_QUIETLY),
}
_ANY_CHECKS = (SafetyCheck.LOOKED_AT, SafetyCheck.NOZZLE_BED_BELTS, SafetyCheck.CAUSE_FOUND)


def checks_for(reason: str) -> tuple[SafetyCheck, ...]:
    """Return what must be checked before a machine comes back that was taken out of work for ``reason``, in the order of the list."""
    return _CHECKS.get(reason, _ANY_CHECKS)


LIST_TROUBLES: dict[Trouble, StrOrPromise] = {
    Trouble.TOO_LARGE: _("The list is larger than {most} kB. Split it."),
    Trouble.TOO_MANY: _("The list has more than {most} rows. Split it."),
    Trouble.NO_TEXT: _("This is not a text file. Save the table as CSV, then send that."),
    Trouble.NO_ROWS: _("There is no row with a printer in it. The first line names the columns, each further line is a printer."),
    Trouble.UNREADABLE: _("Line {line} cannot be read as CSV: a cell is too long, or a quotation mark is open or stands inside a cell."),
    Trouble.COLUMN_MISSING: _("The first line must name the columns, and “{column}” is not among them. There are: {columns}."),
    Trouble.COLUMN_UNKNOWN: _("There is no column “{column}”. There are: {columns}."),
    Trouble.COLUMN_TWICE: _("The column “{column}” is there twice."),
    Trouble.CELLS: _("It has {cells} cells, the first line names {columns} columns. A cell with a comma in it needs quotation marks."),
    Trouble.MISSING: _("Its {column} is missing."),
    Trouble.TOO_LONG: _("Its {column} is longer than {most} characters."),
    Trouble.CONTROL: _("Its {column} holds a line break or another character that cannot be kept."),
    Trouble.CODE: _("“{code}” cannot be a code: it leads to no page of a printer. Leave out “/”, or choose another word."),
    Trouble.ADDRESS: _("Its address cannot be used: {why}. Write it as http://192.168.1.20:7125."),
    Trouble.CLASS: _("There is no released printer class “{name}”. There are: {names}."),
    Trouble.CIRCUIT: _("There is no circuit “{name}” at this site. There are: {names}."),
    Trouble.CONNECTOR: _("“{name}” is no kind of printer farmos speaks with. There are: {names}."),
    Trouble.CODE_TWICE: _("The code {code} is in the list more than once."),
    Trouble.ADDRESS_TWICE: _("The address {address} is in the list more than once."),
    Trouble.CODE_TAKEN: _("The code {code} belongs to another printer of this site, perhaps to one that left. Choose another code."),
    Trouble.ADDRESS_TAKEN: _("This address is here already: it is {code}."),
}


def complaint_words(complaint: Complaint) -> str:
    """Return what is wrong with a list of printers or a row of it, and how to fix it, in the reader's language."""
    return str(LIST_TROUBLES[complaint.trouble]).format_map(
        {"names": _("none yet"), **{name: text or "-" for name, text in complaint.params.items()}}
    )
