"""Who is in front of the page: the person of the session, with what the session proves, until they have been away for too long."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.journal import clock

from . import proof
from .models import Device, User

SEEN_AT = "seen_at"
IDLE_ON_SHARED_DEVICE = timedelta(minutes=10)
IDLE_AT_WORK = timedelta(hours=12)
IDLE_CUSTOMER = timedelta(days=14)
NOTED_EVERY = timedelta(minutes=1)
"""How exactly it is kept when somebody was last here: each note is a write."""


class PersonMiddleware(AuthenticationMiddleware):
    """Django's own, but sessions end when their person has been away too long or their shared device was revoked."""

    def process_request(self, request: HttpRequest) -> None:
        """Let views find the person at their first question."""
        request.user = SimpleLazyObject(partial(_person, request))  # type: ignore[assignment]


def _person(request: HttpRequest) -> User | AnonymousUser:
    if not hasattr(request, "_cached_user"):
        request._cached_user = _looked_up(request)  # type: ignore[attr-defined]
    found: User | AnonymousUser = request._cached_user  # type: ignore[attr-defined]
    return found


def _looked_up(request: HttpRequest) -> User | AnonymousUser:
    person = auth.get_user(request)
    if not isinstance(person, User):
        return AnonymousUser()
    device_id = request.session.get(proof.DEVICE, "")
    if _is_over(request, person, device_id):
        request.session.flush()
        return AnonymousUser()
    person.device = device_id
    person.has_proof = proof.is_fresh(request)
    return person


def _is_over(request: HttpRequest, person: User, device_id: str) -> bool:
    """Was this person away for too long, or their shared device revoked? Notes that they are here."""
    if has_ended(request, person, device_id):
        return True
    now = clock.now()
    if _is_a_persons_doing(request) and (SEEN_AT not in request.session or now - _seen_at(request) > NOTED_EVERY):
        request.session[SEEN_AT] = now.isoformat()
    return False


def has_ended(request: HttpRequest, person: User, device_id: str) -> bool:
    """Was this person away for too long, or their shared device revoked? Writes nothing."""
    limit = IDLE_ON_SHARED_DEVICE if device_id else IDLE_AT_WORK if person.works_here else IDLE_CUSTOMER
    if clock.now() - _seen_at(request) > limit:
        return True
    return bool(device_id) and not Device.objects.filter(pk=device_id, revoked_at=None).exists()


def _seen_at(request: HttpRequest) -> datetime:
    return datetime.fromisoformat(request.session[SEEN_AT]) if SEEN_AT in request.session else clock.now()


def _is_a_persons_doing(request: HttpRequest) -> bool:
    """Did a person do this, and not a page that refreshes itself?"""
    return request.method == "POST" or request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
