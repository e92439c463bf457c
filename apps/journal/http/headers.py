"""What every answer tells the browser: run and show only what is ours, be framed by nobody, and keep no page of somebody signed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse

Respond = Callable[[HttpRequest], HttpResponse]

ORIGIN = re.compile(r"https://[a-z0-9.-]+(:[0-9]{1,5})?")
"""Another site, as the policy below can name one: nothing but scheme, host and port."""


def content_security_policy(*, forms_lead_to: Iterable[str] = ()) -> str:
    """Return what a page may do: no script and no style in the page itself, nothing from elsewhere.

    Args:
        forms_lead_to: Other origins on which a form may end. Browsers hold every redirect after a POST to this, too.

    Raises:
        ValueError: one is no plain https origin.
    """
    origins = list(forms_lead_to)
    if wrong := [origin for origin in origins if not ORIGIN.fullmatch(origin)]:
        raise ValueError(f"no origin that a form can end on: {wrong}")
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            " ".join(("form-action 'self'", *origins)),
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )


CONTENT_SECURITY_POLICY = content_security_policy()
"""Of every answer that has none of its own."""
PERMISSIONS_POLICY = "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), serial=(), interest-cohort=()"
"""The camera takes photos of parts; nothing else is used."""


class SecurityHeadersMiddleware:
    """Puts these headers on every answer, refusals and pages of others included."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with the headers."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        person = getattr(request, "_cached_user", None)  # who nobody asked for is not looked up here
        if person is not None and person.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
