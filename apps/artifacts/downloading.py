"""A file on its way to a browser: always as an attachment, never guessed at, its bytes checked before the first is sent."""

from __future__ import annotations

from django.http import FileResponse

from .models import Artifact
from .store import open_verified


def attachment(artifact: Artifact, *, name: str) -> FileResponse:
    """Return the bytes as something to be saved under ``name``; the declared media type is not repeated, whatever was declared.

    Raises:
        Refusal: ``artifact-purged``, ``artifact-missing``, ``artifact-corrupt``, ``store-unavailable``.
    """
    response = FileResponse(open_verified(artifact), as_attachment=True, filename=name, content_type="application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["ETag"] = f'"{artifact.sha256}"'
    response["Cache-Control"] = "private, no-store"
    return response
