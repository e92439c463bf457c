"""The codes every app shares: reasons, materials, quality, technology. Each has exactly one label."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Process(models.TextChoices):
    """A technology; whatever differs between technologies carries one."""

    FFF = "fff", _("Filament printing")


class MaterialFamily(models.TextChoices):
    """Kinds of material that behave alike."""

    PLA = "PLA", _("PLA")
    PETG = "PETG", _("PETG")
    ABS = "ABS", _("ABS")
    ASA = "ASA", _("ASA")
    NYLON = "NYLON", _("Nylon")
    PC = "PC", _("Polycarbonate")
    TPU = "TPU", _("TPU")
    RESIN = "RESIN", _("Resin")
    OTHER = "OTHER", _("Other material")


class QualityTier(models.TextChoices):
    """How good a part has to be."""

    DRAFT = "draft", _("Draft")
    STANDARD = "standard", _("Standard")
    FINE = "fine", _("Fine")
    FUNCTIONAL = "functional", _("Functional")
    COSMETIC = "cosmetic", _("Cosmetic")


class ReasonFamily(models.TextChoices):
    """Groups of reasons that are counted together."""

    FIRST_LAYER = "FIRST_LAYER", _("First layer")
    QUALITY = "QUALITY", _("Print quality")
    EXTRUSION = "EXTRUSION", _("Extrusion")
    THERMAL = "THERMAL", _("Heat")
    MACHINE = "MACHINE", _("Machine")
    CONNECTIVITY = "CONNECTIVITY", _("Connection")
    PROCESS = "PROCESS", _("Model, slice or profile")
    HUMAN = "HUMAN", _("A person's choice")
    QA = "QA", _("Quality check")
    UNKNOWN = "UNKNOWN", _("Unknown")


class Reason(models.TextChoices):
    """Why something stopped. ``UNKNOWN`` needs a note."""

    FIRST_LAYER = "FIRST_LAYER", _("First layer")
    ADHESION = "ADHESION", _("Came loose")
    SPAGHETTI = "SPAGHETTI", _("Spaghetti")
    LAYER_SHIFT = "LAYER_SHIFT", _("Layer shift")
    WARP = "WARP", _("Warped")
    STRINGING = "STRINGING", _("Stringing")
    CLOG = "CLOG", _("Clogged nozzle")
    UNDER_EXTRUSION = "UNDER_EXTRUSION", _("Too little filament")
    FILAMENT_RUNOUT = "FILAMENT_RUNOUT", _("Ran out of filament")
    FILAMENT_TANGLE = "FILAMENT_TANGLE", _("Tangled filament")
    THERMAL = "THERMAL", _("Temperature fault")
    POWER_LOSS = "POWER_LOSS", _("Power cut")
    KLIPPER_SHUTDOWN = "KLIPPER_SHUTDOWN", _("Printer shut down")
    MCU_LOST = "MCU_LOST", _("Controller lost")
    EMERGENCY_STOP = "EMERGENCY_STOP", _("Emergency stop")
    MACHINE_FAULT = "MACHINE_FAULT", _("Machine fault")
    MOONRAKER_ERROR = "MOONRAKER_ERROR", _("Printer connection")
    PRINTER_OFFLINE = "PRINTER_OFFLINE", _("Printer offline")
    DESYNC = "DESYNC", _("State unknown")
    MODEL_DEFECT = "MODEL_DEFECT", _("Fault in the model")
    SLICE_ERROR = "SLICE_ERROR", _("Slicing failed")
    GCODE_ERROR = "GCODE_ERROR", _("Fault in the print file")
    PROFILE_REGRESSION = "PROFILE_REGRESSION", _("Profile got worse")
    OPERATOR_ABORT = "OPERATOR_ABORT", _("Stopped by a person")
    OPERATOR_PAUSE = "OPERATOR_PAUSE", _("Paused by a person")
    CUSTOMER_CANCELED = "CUSTOMER_CANCELED", _("Customer cancelled")
    SUPERSEDED = "SUPERSEDED", _("Replaced")
    QA_DIMENSION = "QA_DIMENSION", _("Wrong size")
    QA_COSMETIC = "QA_COSMETIC", _("Looks wrong")
    QA_STRENGTH = "QA_STRENGTH", _("Not strong enough")
    UNKNOWN = "UNKNOWN", _("Not known")


FAMILY_OF: dict[Reason, ReasonFamily] = {
    reason: family
    for family, reasons in {
        ReasonFamily.FIRST_LAYER: (Reason.FIRST_LAYER,),
        ReasonFamily.QUALITY: (Reason.ADHESION, Reason.SPAGHETTI, Reason.LAYER_SHIFT, Reason.WARP, Reason.STRINGING),
        ReasonFamily.EXTRUSION: (Reason.CLOG, Reason.UNDER_EXTRUSION, Reason.FILAMENT_RUNOUT, Reason.FILAMENT_TANGLE),
        ReasonFamily.THERMAL: (Reason.THERMAL,),
        ReasonFamily.MACHINE: (
            Reason.POWER_LOSS,
            Reason.KLIPPER_SHUTDOWN,
            Reason.MCU_LOST,
            Reason.EMERGENCY_STOP,
            Reason.MACHINE_FAULT,
        ),
        ReasonFamily.CONNECTIVITY: (Reason.MOONRAKER_ERROR, Reason.PRINTER_OFFLINE, Reason.DESYNC),
        ReasonFamily.PROCESS: (Reason.MODEL_DEFECT, Reason.SLICE_ERROR, Reason.GCODE_ERROR, Reason.PROFILE_REGRESSION),
        ReasonFamily.HUMAN: (Reason.OPERATOR_ABORT, Reason.OPERATOR_PAUSE, Reason.CUSTOMER_CANCELED, Reason.SUPERSEDED),
        ReasonFamily.QA: (Reason.QA_DIMENSION, Reason.QA_COSMETIC, Reason.QA_STRENGTH),
        ReasonFamily.UNKNOWN: (Reason.UNKNOWN,),
    }.items()
    for reason in reasons
}
"""The family in which each reason is counted."""


class BedShape(models.TextChoices):
    """Outline of the build area."""

    RECTANGULAR = "rectangular", _("Rectangular")
    ROUND = "round", _("Round")


class ExtruderType(models.TextChoices):
    """Where the filament is pushed."""

    DIRECT = "direct", _("Direct drive")
    BOWDEN = "bowden", _("Bowden")
    UNKNOWN = "unknown", _("Not known")


class Enclosure(models.TextChoices):
    """What is around the build area."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    HEATED = "heated", _("Heated chamber")


class FilamentSensor(models.TextChoices):
    """What the machine notices about its filament."""

    NONE = "none", _("None")
    RUNOUT = "runout", _("Runout switch")
    MOTION = "motion", _("Motion sensor")


class MaterialFlag(models.TextChoices):
    """What a material asks of a machine, and a machine can take."""

    ABRASIVE = "abrasive", _("Abrasive")
    FLEXIBLE = "flexible", _("Flexible")
    HYGROSCOPIC = "hygroscopic", _("Must be kept dry")
    FUMES = "fumes", _("Gives off fumes")


class ClassState(models.TextChoices):
    """Where a version of a printer class stands."""

    DRAFT = "draft", _("Draft")
    RELEASED = "released", _("Released")
    RETIRED = "retired", _("Retired")
