"""The HTTP edge: JSON in and out, refusals in one shape, nothing unbounded."""

from __future__ import annotations

import os
from typing import Any

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.accounts.authentication.TokenAuthentication", "apps.journal.http.access.BrowserSession"],
    "DEFAULT_PERMISSION_CLASSES": ["apps.journal.http.access.StaffWithPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [],  # bodies are read by apps.journal.http.body, which trusts less
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "apps.journal.http.translation.refuse_in_api",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
CSRF_FAILURE_VIEW = "apps.journal.http.handlers.csrf_failure"
MAX_REQUEST_BYTES = 16 * 1024 * 1024
"""The largest body of any request, refused while it arrives."""
MAX_UPLOAD_BYTES = 256 * 1024 * 1024
"""The largest body where files are taken in. It goes to disk while it arrives, never into memory."""
UPLOAD_ADDRESSES = ("/", "/api/v1/uploads/send", "/api/files/local")
"""Where files are taken in, by POST: exactly these paths."""

FARMOS_REQUESTS_PER_MINUTE = int(os.environ.get("FARMOS_REQUESTS_PER_MINUTE", "600"))
"""Requests to the API of one person or token: to all web processes together where Redis is in use, else to each."""
FARMOS_STRANGERS_REQUESTS_PER_MINUTE = int(os.environ.get("FARMOS_STRANGERS_REQUESTS_PER_MINUTE", "60"))
"""The same for whoever is not signed in, by address."""
FARMOS_NEW_VISITORS_PER_MINUTE = int(os.environ.get("FARMOS_NEW_VISITORS_PER_MINUTE", "10"))
"""New guests of the shop from one address, counted likewise: one sender cannot use up what the shop takes in an hour."""
