"""What every answer tells the browser: run and show only what is ours, be framed by nobody, and keep no page of somebody signed in."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Respond = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""No script and no style in the page itself, nothing from elsewhere. An answer that is stricter keeps its own."""
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
