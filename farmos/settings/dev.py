"""Development and the one-machine farm on a trusted network."""

from __future__ import annotations

import os

from .base import *
from .parts.paths import DATA_DIR
from .parts.secret import secret_key

SECRET_KEY = secret_key(DATA_DIR)
DEBUG = False
ALLOWED_HOSTS = [*os.environ.get("FARMOS_ALLOWED_HOSTS", "*").split(","), *OWN_NAMES]

FARMOS_TEST_PAYMENTS = os.environ.get("FARMOS_TEST_PAYMENTS") == "1"

# What `check --deploy` asks for and a farm reached by plain http in its own network cannot have:
SILENCED_SYSTEM_CHECKS = [
    "security.W004",  # HSTS
    "security.W008",  # redirect to https
    "security.W012",  # session cookie over https only
    "security.W016",  # CSRF cookie over https only
    "security.W020",  # any host name: tablets use the machine's address, `farm up` narrows it when it serves this machine only
]
