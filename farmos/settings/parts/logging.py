"""Logs: one line per event on standard error, readable on a terminal, JSON where a supervisor keeps them (``FARMOS_LOG_FORMAT=json``)."""

from __future__ import annotations

import os

from apps.journal.logs import configuration

LOG_FORMAT = os.environ.get("FARMOS_LOG_FORMAT", "console")
LOG_LEVEL = os.environ.get("FARMOS_LOG_LEVEL", "INFO").upper()
LOGGING = configuration(as_json=LOG_FORMAT == "json", level=LOG_LEVEL)
