"""Sentences of printers, spools, materials, profiles and files."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.artifacts.states import Damage, PurgeReason
from apps.catalog.states import MaterialFamily
from apps.fleet.states import (
    Bed,
    CalibrationKind,
    ConfidenceSource,
    Connection,
    ConnectorKind,
    FeedContent,
    Health,
    Occupancy,
    SessionOutcome,
)
from apps.inventory.states import SpoolState

from .words import say

_FACTS = (Health, Connection, Bed, Occupancy)

say("PrinterRegistered", _("Printer {printer} joined the farm"), "printer", key=True, connector=ConnectorKind)
say("PrinterStateChanged", _("Printer {printer}: {from_state}, now {to_state}"), "printer", from_state=_FACTS, to_state=_FACTS)
say("BedCleared", _("The bed of printer {printer} is clear"), "brush")
say("BedClearNoted", _("Somebody noted that the bed of printer {printer} is clear"), "brush")
say("CalibrationRecorded", _("Printer {printer} was checked: {kind}"), "ruler", kind=CalibrationKind)
say("SpoolLoaded", _("Feed {position} of printer {printer}: {content}"), "spool", content=FeedContent)
say("PrinterCircuitChanged", _("Printer {printer} hangs on another circuit"), "zap")
say("ForeignPrintSeen", _("Printer {printer} prints something that is not ours"), "user-x", key=True, tone="amber")
say("LastPrintNoted", _("Printer {printer} was seen at rest for the first time"), "printer")
say("SessionEnded", _("A print seen on printer {printer} ended: {outcome}"), "printer", outcome=SessionOutcome)
say("PrinterRated", _("Confidence in printer {printer} is {percent} %"), "radar", source=ConfidenceSource)
say("PrinterAccessChanged", _("The kind, address or key of printer {printer} was corrected"), "key-round")
say("MachineNoted", _("Which machine printer {printer} is was noted"), "fingerprint")
say("MachineAccepted", _("Somebody said that what answers is printer {printer}"), "fingerprint", key=True)
say("AddressesSwapped", _("Printer {printer} has another printer's address, and that one its"), "repeat", key=True)
say("PrinterRetired", _("Printer {printer} left the farm"), "archive", key=True)
say("MaintenanceIntervalSet", _("How often printer {printer} is to be serviced was set"), "wrench")
say("MaintenanceDue", _("Printer {printer} is due for maintenance after {hours} h of printing"), "wrench", key=True, tone="amber")
say("MaintenanceRecorded", _("Printer {printer} was serviced after {hours} h of printing"), "wrench", key=True)
say("NozzleFitted", _("Another nozzle is in printer {printer}"), "wrench")
say("SheetFitted", _("Another build sheet is on printer {printer}"), "layers")
say("PrinterDescribed", _("What printer {printer} is called, or where it stands, was corrected"), "printer")
say("PrinterMovedToClass", _("Printer {printer} belongs to another class"), "printer", key=True)
say("CapabilityCorrected", _("What printer {printer} can otherwise than its class was corrected"), "printer", key=True)
say("RatingWithdrawn", _("How much printer {printer} is trusted is left to its own prints again"), "radar")
say("LotReceived", _("A lot of material came in"), "package")
say("SpoolReceived", _("A spool came in"), "spool")
say("SpoolStateChanged", _("A spool: {from_state}, now {to_state}"), "spool", from_state=SpoolState, to_state=SpoolState)
say("SpoolWeighed", _("A spool was weighed"), "spool")
say("FilamentUsed", _("A print took filament off a spool"), "spool")
say("MaterialDefined", _("A material can be chosen: {family}"), "palette", family=MaterialFamily)
say("ColorDefined", _("A color can be chosen: #{hex_rgb}"), "palette")
say("OfferChanged", _("What is offered changed"), "palette")
say("PrinterClassDrafted", _("Printer class {key}, version {class_version}, is being written"), "printer")
say("PrinterClassReleased", _("Printer class {key}, version {class_version}, is released"), "printer", key=True)
say("PrinterClassRetired", _("Printer class {key}, version {class_version}, is retired"), "archive")
say("ProfileDefined", _("A profile was defined for {material_family}"), "settings-2", material_family=MaterialFamily)
say("ProfileVersionCreated", _("Profile version {number} was made"), "git-branch")
say("ProfileVersionNominated", _("Profile version {number} is a candidate"), "flask-conical", key=True)
say("ProfileVersionRetired", _("Profile version {number} is retired"), "archive")
say("ProfileVersionRestored", _("New plans use profile version {number} again"), "undo-2", key=True)
say("ProfilePromoted", _("New plans use profile version {number}"), "git-branch", key=True, decision=True)
say("ProfileRolledBack", _("Profile version {number} was taken back as bad"), "undo-2", key=True, decision=True, tone="amber")
say("ArtifactStored", _("A file was stored"), "file-check")
say("ArtifactErased", _("The bytes of a file were erased: {reason}"), "x", key=True, reason=PurgeReason)
say("ArtifactDamaged", _("A stored file is damaged: {damage}"), "octagon-alert", key=True, tone="red", damage=Damage)
say("ArtifactRepaired", _("A damaged file is whole again"), "circle-check", key=True)
