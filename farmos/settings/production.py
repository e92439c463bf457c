"""A farm behind TLS, usually with PostgreSQL, Redis and S3 named by the environment. ``manage.py check --deploy`` finds nothing here."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured

from .base import *
from .parts.paths import DATA_DIR
from .parts.secret import secret_key

ONE_YEAR_S = 365 * 24 * 3600


def _hosts() -> list[str]:
    named = [host.strip() for host in os.environ.get("FARMOS_ALLOWED_HOSTS", "").split(",") if host.strip()]
    if not named or "*" in named:
        raise ImproperlyConfigured(
            "Set FARMOS_ALLOWED_HOSTS to the names this farm is reached by, such as farm.example.com (several: with commas)."
        )
    return named


SECRET_KEY = secret_key(DATA_DIR)
DEBUG = False
ALLOWED_HOSTS = [*_hosts(), *OWN_NAMES]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in _hosts()]

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_HSTS_SECONDS = int(os.environ.get("FARMOS_HSTS_SECONDS", str(ONE_YEAR_S)))
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if BEHIND_PROXY:  # only when a proxy in front sets (and strips) this header
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# The other names under the shop's domain are not ours to decide about:
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS for all subdomains
    "security.W021",  # HSTS preload list
]
