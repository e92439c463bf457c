"""Django's last words (``handler400`` … ``handler500``, the CSRF view), in our one shape."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse

from apps.journal.refusals import Refusal

from .problem import answer
from .translation import refuse


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for handler400, handler403 and handler404."""
    return refuse(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for handler500: called while the error is being handled, which may be the database's rather than ours."""
    error = sys.exc_info()[1]
    return refuse(request, error if error is not None else RuntimeError("handler500 was called without an error"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer for a form without its proof of origin. ``reason`` is Django's and names nothing a person can act on."""
    return answer(request, Refusal("csrf-failed", reason=reason))
