"""What everything else refers to: materials, colors, kinds of printers, reasons."""

from __future__ import annotations

from .capability import CAPABILITY_FIELDS, CapabilityFields, capability_checks, declare_capability_words
from .machines import PrinterClass
from .materials import Color, Material
from .reasons import ReasonCode

__all__ = [
    "CAPABILITY_FIELDS",
    "CapabilityFields",
    "Color",
    "Material",
    "PrinterClass",
    "ReasonCode",
    "capability_checks",
    "declare_capability_words",
]
