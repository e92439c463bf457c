"""What others ask about sites and roles."""

from __future__ import annotations

from uuid import UUID

from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest
from rest_framework.request import Request

from apps.journal.refusals import Refusal

from . import proof
from .middleware import has_ended
from .models import Grant, Site, User
from .states import Role


def default_site() -> Site:
    """Return the site to which everything belongs that was not told another.

    Raises:
        Refusal: ``no-shop`` before the shop was opened.
    """
    site = Site.objects.filter(is_default=True).first()
    if site is None:
        raise Refusal("no-shop")
    return site


def active_admins(site_id: UUID) -> QuerySet[Grant]:
    """Return the grants that make somebody who can sign in an admin of this site."""
    return Grant.objects.filter(site_id=site_id, role=Role.ADMIN, revoked_at=None, user__is_active=True)


def person_of(request: HttpRequest | Request) -> User:
    """Return who asks.

    Raises:
        Refusal: ``not-signed-in``.
    """
    if not isinstance(request.user, User):
        raise Refusal("not-signed-in")
    return request.user


def listener_of(request: HttpRequest) -> User | AnonymousUser:
    """Return who an open page's socket is for, under the rules of sessions; listening does not count as being there, and writes nothing."""
    person = auth.get_user(request)
    if not isinstance(person, User) or has_ended(request, person, request.session.get(proof.DEVICE, "")):
        return AnonymousUser()
    return person


def sites_of(user_id: UUID) -> QuerySet[Site]:
    """Return the sites where this person has a role."""
    return Site.objects.filter(pk__in=Grant.objects.filter(user_id=user_id, revoked_at=None).values("site_id"))
