"""What several commands do to people: add them, give them roles, look at what was sent."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import identify_hasher, make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from apps.accounts import events
from apps.accounts.models import Grant, User
from apps.accounts.states import Role
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid


def add_person(ctx: Context, *, email: str, name: str, language: str, password_hash: str = "") -> User:
    """Add somebody who can sign in; without a hash they have no password and must prove their e-mail address first."""
    password = password_hash or make_password(None)
    user = User(email=email, name=name, language=language, password=password, created_at=ctx.now).add()
    record(ctx, event=events.PersonAdded(user_id=user.id), subjects=[Subject("person", user.id)])
    return user


def give_role(ctx: Context, *, user: User, site_id: UUID, role: Role) -> Grant:
    """Let a person do more at a site."""
    grant = Grant(user=user, site_id=site_id, role=role, granted_by=ctx.actor.who, created_at=ctx.now).add()
    happened = events.RoleGranted(grant_id=grant.id, user_id=user.id, site_id=site_id, role=str(role))
    record(ctx, event=happened, subjects=subjects_of(grant))
    return grant


def subjects_of(grant: Grant) -> list[Subject]:
    """Return what an event about a role is about."""
    return [Subject("grant", grant.id), Subject("person", grant.user_id), Subject("site", grant.site_id)]


def refuse_invalid(**problems: str) -> None:
    """Raise ``Invalid`` with the fields that have a problem, if any."""
    found = {field: problem for field, problem in problems.items() if problem}
    if found:
        raise Invalid(found)


def email_problem(email: str) -> str:
    """Return what is wrong with an e-mail address; empty: nothing."""
    try:
        validate_email(email)
    except ValidationError:
        return "is not an e-mail address"
    return "is longer than 254 characters" if len(email) > 254 else ""


def hash_problem(password_hash: str) -> str:
    """Return what is wrong with a password's hash; empty: nothing."""
    try:
        identify_hasher(password_hash)
    except ValueError:
        return "is not a password hash"
    return ""


def zone_problem(time_zone: str) -> str:
    """Return what is wrong with the name of a time zone; empty: nothing."""
    try:
        ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError):
        return "is not a time zone"
    return ""
