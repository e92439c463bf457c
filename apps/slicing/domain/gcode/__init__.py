"""Reads G-code, ours and others', and says what it would do: where it extrudes, how hot, how long, and what is wrong with it."""

from __future__ import annotations

from .checks import judge
from .facts import Finding, GcodeCode, GcodeFacts, ObjectExtent, Severity
from .reader import ReadingLimits, read_gcode

__all__ = ["Finding", "GcodeCode", "GcodeFacts", "ObjectExtent", "ReadingLimits", "Severity", "judge", "read_gcode"]
