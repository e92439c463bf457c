"""What happened to machines. Evidence stays with the printer: an event names facts, not log lines."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.journal.event import event, subject_kind

subject_kind("printer", label=_("Printer"))
subject_kind("session", label=_("Print seen"))


@event()
@dataclass(frozen=True, kw_only=True)
class PrinterRegistered:
    """A machine joined the farm."""

    printer_id: UUID
    printer_class_id: UUID
    connector: str


@event()
@dataclass(frozen=True, kw_only=True)
class PrinterStateChanged:
    """One of the four facts about a printer changed: ``fact`` is health, connection, bed or occupancy."""

    printer_id: UUID
    fact: str
    from_state: str
    to_state: str
    reason: str = ""


@event()
@dataclass(frozen=True, kw_only=True)
class BedCleared:
    """Somebody said that nothing is on the bed."""

    printer_id: UUID
    run_id: UUID | None = None


@event()
@dataclass(frozen=True, kw_only=True)
class CalibrationRecorded:
    """Something was measured or checked on a machine."""

    printer_id: UUID
    calibration_id: UUID
    kind: str
    passed: bool


@event()
@dataclass(frozen=True, kw_only=True)
class SpoolLoaded:
    """What is in a feed is known (or known to be unknown, or empty)."""

    printer_id: UUID
    position: int
    content: str
    spool_id: UUID | None = None


@event()
@dataclass(frozen=True, kw_only=True)
class PrinterCircuitChanged:
    """A printer hangs on another fuse, or on none that is named."""

    printer_id: UUID
    circuit_id: UUID | None = None


@event()
@dataclass(frozen=True, kw_only=True)
class LastPrintNoted:
    """A machine was seen at rest for the first time: what it printed before, if anything, is none that anybody missed."""

    printer_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class ForeignPrintSeen:
    """A machine prints something that is not ours."""

    printer_id: UUID
    session_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class SessionEnded:
    """A print that was seen on a machine ended, ours or not."""

    printer_id: UUID
    session_id: UUID
    outcome: str
    print_s: int | None = None


@event()
@dataclass(frozen=True, kw_only=True)
class BedClearNoted:
    """Somebody said that the bed is clear while something is still open on the printer; it counts when that has ended."""

    printer_id: UUID
    run_id: UUID | None = None


@event()
@dataclass(frozen=True, kw_only=True)
class PrinterRated:
    """The confidence in a printer changed."""

    printer_id: UUID
    percent: int
    source: str


@event()
@dataclass(frozen=True, kw_only=True)
class PrinterAccessChanged:
    """What a printer runs, its address or its key was corrected."""

    printer_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class PrinterRetired:
    """A machine left the farm; its history stays."""

    printer_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class NozzleFitted:
    """Another nozzle is in a machine, or it is known now which one."""

    printer_id: UUID
    diameter_um: int | None
    material: str


@event()
@dataclass(frozen=True, kw_only=True)
class SheetFitted:
    """Another build sheet is on a machine, or it is (not) known now which one; its name stays with the printer."""

    printer_id: UUID
    is_known: bool


@event()
@dataclass(frozen=True, kw_only=True)
class PrinterDescribed:
    """A machine's name, group or notes were corrected."""

    printer_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class PrinterMovedToClass:
    """A machine belongs to another class, or another version of its class."""

    printer_id: UUID
    printer_class_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class CapabilityCorrected:
    """What a machine can otherwise than its class was said anew: these columns (none: it is like its class)."""

    printer_id: UUID
    differs: list[str]


@event()
@dataclass(frozen=True, kw_only=True)
class RatingWithdrawn:
    """How much a person trusted a machine counts no longer; its own prints say it again."""

    printer_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class MaintenanceIntervalSet:
    """After so many hours of printing a machine is to be serviced (None: nobody wants to be told)."""

    printer_id: UUID
    hours: int | None


@event()
@dataclass(frozen=True, kw_only=True)
class MaintenanceDue:
    """A machine has printed as long as it may between two services. Told once; it keeps nothing from printing."""

    printer_id: UUID
    hours: int


@event()
@dataclass(frozen=True, kw_only=True)
class MaintenanceRecorded:
    """A machine was serviced, after so many hours of printing since the time before."""

    printer_id: UUID
    hours: int


@event()
@dataclass(frozen=True, kw_only=True)
class MachineNoted:
    """Which machine a printer is was noted when it first said so."""

    printer_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class MachineAccepted:
    """Somebody said that what answers at a printer's address is that machine: with a new board, installed anew, or from a copied card."""

    printer_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class AddressesSwapped:
    """Two printers have each other's address from now on: that is where they answer."""

    printer_id: UUID
    other_id: UUID
