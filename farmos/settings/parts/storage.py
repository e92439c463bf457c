"""Where artifacts are kept: a folder, or the S3-compatible bucket that ``FARMOS_STORE_URL`` names; and how static files are served."""

from __future__ import annotations

import os

from .paths import DATA_DIR

FARMOS_STORE_URL = os.environ.get("FARMOS_STORE_URL") or f"file://{DATA_DIR / 'artifacts'}"
FARMOS_MAX_FILE_BYTES = int(os.environ.get("FARMOS_MAX_FILE_MB", "1024")) * 1_048_576
"""The largest single file that is taken in; object storage takes at most 5 GB in one piece."""

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(DATA_DIR / "files")}},
    "staticfiles": {"BACKEND": "farmos.static_files.ModuleStaticFiles"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
