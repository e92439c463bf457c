"""The driver of Klipper printers with Moonraker, the reference. aiohttp is loaded when the first connection is opened, not before."""

from __future__ import annotations

from .client import Moonraker

__all__ = ["Moonraker"]
