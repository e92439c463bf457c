"""What holds in every environment. ``parts/`` hold the pieces that depend on the machine."""

from __future__ import annotations

import os
from pathlib import Path

import django_stubs_ext

from .parts.broker import *
from .parts.database import DATABASES as DATABASES  # noqa: PLC0414 - re-exported: it is a setting
from .parts.discovery import *
from .parts.http import *
from .parts.logging import *
from .parts.mail import *
from .parts.paths import BASE_DIR
from .parts.paths import DATA_DIR as DATA_DIR  # noqa: PLC0414
from .parts.security import *
from .parts.slicing import FARMOS_PRUSA_SLICER as FARMOS_PRUSA_SLICER  # noqa: PLC0414
from .parts.storage import *

django_stubs_ext.monkeypatch()

INSTALLED_APPS = [
    "apps.console.apps.FarmAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "apps.journal",
    "apps.accounts",
    "apps.artifacts",
    "apps.policy",
    "apps.catalog",
    "apps.inventory",
    "apps.slicing",
    "apps.fleet",
    "apps.profiles",
    "apps.parts",
    "apps.orders",
    "apps.planning",
    "apps.runs",
    "apps.fulfilment",
    "apps.board",
    "apps.storefront",
    "apps.notify",
    "apps.console",
    "farmos",
]

MIDDLEWARE = [
    "apps.journal.http.middleware.RequestIdMiddleware",  # outermost: every answer carries the request's id
    "django.middleware.security.SecurityMiddleware",
    "apps.journal.http.headers.SecurityHeadersMiddleware",
    "apps.journal.http.middleware.ProblemMiddleware",  # within those two, so that refusals carry their headers too
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "apps.accounts.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "farmos.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "admin:login"
AUTHENTICATION_BACKENDS = ["apps.accounts.backends.GrantsBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("FARMOS_STATIC_ROOT", DATA_DIR / "static"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FARMOS_HEADS_DIR = Path(os.environ.get("FARMOS_HEADS_DIR", DATA_DIR / "heads"))
"""Where signed heads of the event log are kept: best on another disk."""
FARMOS_TEST_PAYMENTS = False
"""Whether orders can be paid with pretended money. A shop's own farm must not."""
FARMOS_TELEMETRY_DAYS = int(os.environ.get("FARMOS_TELEMETRY_DAYS", "365"))
"""How long temperatures and progress of attempts are kept."""
FARMOS_PAYMENT_WORDS = os.environ.get("FARMOS_PAYMENT_WORDS", "")
"""How customers pay where no provider is connected, in the shop's own words; empty: a plain sentence that the shop writes to them."""
