"""A farm like any other, with the toy app in it, so that there is something to owe."""

from __future__ import annotations

from farmos.settings.dev import *  # noqa: F403
from farmos.settings.dev import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.toy"]
