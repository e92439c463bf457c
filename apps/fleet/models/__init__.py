"""The machines: what they can do, what state they are in, what they printed."""

from __future__ import annotations

from .machine import Calibration, Capability, Feed
from .printer import Printer
from .sessions import MachineSession

__all__ = ["Calibration", "Capability", "Feed", "MachineSession", "Printer"]
