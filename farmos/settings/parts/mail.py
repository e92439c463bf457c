"""Mail: by the server ``EMAIL_HOST`` names, or, while none is named, as files in the data directory for people to read."""

from __future__ import annotations

import os

from .paths import DATA_DIR

EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = os.environ.get("EMAIL_USE_SSL", "") == "1"
EMAIL_USE_TLS = not EMAIL_USE_SSL and os.environ.get("EMAIL_USE_TLS", "1") == "1"
EMAIL_TIMEOUT = 20
"""Seconds a silent mail server may take; the mail is tried again later."""
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "farmos@localhost")

FARMOS_PUBLIC_URL = os.environ.get("FARMOS_PUBLIC_URL", "http://127.0.0.1:8000")
"""How people outside reach this farm: the beginning of every link in a mail."""
FARMOS_ESCALATE_MINUTES = int(os.environ.get("FARMOS_ESCALATE_MINUTES", "30"))
"""After how long something urgent that nobody took in hand is told to the leads too."""
