"""What print attempts do because something happened: finding printers for what waits, and acting on printers."""

from __future__ import annotations

from . import anomalies, incidents, machines, requests, scheduling

__all__ = ["anomalies", "incidents", "machines", "requests", "scheduling"]
