"""Logs: one line per event on standard error, readable on a terminal, JSON where a supervisor keeps them (``FARMOS_LOG_FORMAT=json``)."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured

from apps.journal.logs import configuration

LOG_FORMAT = os.environ.get("FARMOS_LOG_FORMAT", "console")
LOG_LEVEL = os.environ.get("FARMOS_LOG_LEVEL", "INFO").upper()
if LOG_LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
    raise ImproperlyConfigured("FARMOS_LOG_LEVEL is one of DEBUG, INFO, WARNING, ERROR, CRITICAL")
LOGGING = configuration(as_json=LOG_FORMAT == "json", level=LOG_LEVEL)
