"""Tests: a file database (Django's in-memory SQLite fails under threads), fast passwords."""

from __future__ import annotations

import os
import tempfile

from .base import *
from .base import DATABASES

SECRET_KEY = "tests-only"
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": os.environ.get("FARMOS_TEST_DB", f"{tempfile.gettempdir()}/farmos-test-{os.getpid()}.sqlite3")}
