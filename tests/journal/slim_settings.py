"""The journal and the toy app alone: for processes that tests start and kill by the dozen."""

from __future__ import annotations

from farmos.settings.test import *  # noqa: F403

INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "apps.journal", "tests.toy"]
AUTH_USER_MODEL = "auth.User"
MIDDLEWARE = []
