"""Development and the one-machine farm on a trusted network."""

from __future__ import annotations

from .base import *
from .base import SECRET_KEY

SECRET_KEY = SECRET_KEY or "only-for-development-not-a-secret"
DEBUG = False
ALLOWED_HOSTS = ["*"]
