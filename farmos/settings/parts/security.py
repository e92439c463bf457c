"""What browsers are told, in every environment. ``production.py`` adds what only makes sense behind TLS."""

from __future__ import annotations

import os

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
OWN_NAMES = ["localhost", "127.0.0.1", "[::1]"]
"""How the machine itself reaches the farm: health checks, and `farm up` looking whether it is ready."""

BEHIND_PROXY = os.environ.get("FARMOS_BEHIND_PROXY") == "1"
"""Whether exactly one proxy stands in front, whose word about where requests come from counts."""

X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
