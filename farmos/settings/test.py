"""Tests: a file database (Django's in-memory SQLite fails under threads), fast passwords, no broker unless ``REDIS_URL`` names one."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("FARMOS_DATA", f"{tempfile.gettempdir()}/farmos-test-data-{os.getpid()}")

from .base import *
from .base import DATABASES, INSTALLED_APPS, MIDDLEWARE, REDIS_URL, STORAGES

SECRET_KEY = "tests-only"
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": os.environ.get("FARMOS_TEST_DB", f"{tempfile.gettempdir()}/farmos-test-{os.getpid()}.sqlite3")}
    DATABASES["default"]["OPTIONS"]["timeout"] = 120  # one of ten writers waits long for its turn on a busy computer
if not REDIS_URL:
    CELERY_BROKER_URL = ""
INSTALLED_APPS = [*INSTALLED_APPS, "tests.toy"]
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise")]  # there are no collected files to serve
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
FARMOS_TEST_PAYMENTS = True
FARMOS_DISCOVERY_ADDRESSES = ["127.0.0.1"]  # nobody outside is asked
FARMOS_NEW_VISITORS_PER_MINUTE = 1_000_000  # as below
FARMOS_REQUESTS_PER_MINUTE = FARMOS_STRANGERS_REQUESTS_PER_MINUTE = (
    1_000_000  # tests ask more often than people; those of the limits set their own
)
