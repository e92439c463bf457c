"""What browsers are told, in every environment. ``production.py`` adds what only makes sense behind TLS."""

from __future__ import annotations

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
OWN_NAMES = ["localhost", "127.0.0.1", "[::1]"]
"""How the machine itself reaches the farm: health checks, and `farm up` looking whether it is ready."""

X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
