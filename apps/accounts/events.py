"""What happened to sites, people and customers. Ids and codes only: an event never holds a name or an address."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.journal.event import event, subject_kind

subject_kind("site", label=_("Site"))
subject_kind("person", label=_("Person"))
subject_kind("grant", label=_("Role"))
subject_kind("account", label=_("Customer"))
subject_kind("token", label=_("API token"))
subject_kind("device", label=_("Shared device"))
subject_kind("circuit", label=_("Circuit"))
subject_kind("sign_in", label=_("Sign-in"))


@event()
@dataclass(frozen=True, kw_only=True)
class SiteOpened:
    """A place where things are made came into being."""

    site_id: UUID
    is_default: bool


@event()
@dataclass(frozen=True, kw_only=True)
class PersonAdded:
    """Somebody can sign in."""

    user_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class PasswordChanged:
    """Somebody signs in with another password from now on."""

    user_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class RoleGranted:
    """Somebody may do more at a site."""

    grant_id: UUID
    user_id: UUID
    site_id: UUID
    role: str


@event()
@dataclass(frozen=True, kw_only=True)
class RoleRevoked:
    """Somebody may do less at a site."""

    grant_id: UUID
    user_id: UUID
    site_id: UUID
    role: str


@event()
@dataclass(frozen=True, kw_only=True)
class AccountOpened:
    """Somebody can buy at a site."""

    account_id: UUID
    site_id: UUID
    user_id: UUID
    kind: str


@event()
@dataclass(frozen=True, kw_only=True)
class GuestOpened:
    """A visitor whom nobody knows yet began to buy."""

    account_id: UUID
    site_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class MemberJoined:
    """A person may act for a customer."""

    account_id: UUID
    user_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class PinSet:
    """Somebody takes their turn at shared devices with another PIN, or with none."""

    user_id: UUID
    has_pin: bool


@event()
@dataclass(frozen=True, kw_only=True)
class DeviceRegistered:
    """People take turns at a screen."""

    device_id: UUID
    site_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class DeviceRevoked:
    """Nobody takes turns at a screen any more."""

    device_id: UUID
    site_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class TokenIssued:
    """A program may act for a person."""

    token_id: UUID
    user_id: UUID
    scopes: list[str]


@event()
@dataclass(frozen=True, kw_only=True)
class TokenRevoked:
    """A program may act for a person no longer."""

    token_id: UUID
    user_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class TokenUsed:
    """A token was used on a day; noted once a day."""

    token_id: UUID
    user_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class SignInTried:
    """Somebody wants to come in. Right ones are followed by ``SignedIn``."""

    try_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Somebody came in, or showed anew that it is them."""

    try_id: UUID | None
    user_id: UUID
    way: str
    device_id: UUID | None


@event()
@dataclass(frozen=True, kw_only=True)
class SignInLinkAsked:
    """A link that works once is owed to somebody."""

    link_id: UUID
    user_id: UUID
    purpose: str


@event()
@dataclass(frozen=True, kw_only=True)
class InvitationAccepted:
    """Somebody who was invited chose their password."""

    link_id: UUID
    user_id: UUID


@event()
@dataclass(frozen=True, kw_only=True)
class CircuitAdded:
    """Printers can be put on another fuse."""

    circuit_id: UUID
    site_id: UUID
    max_heating: int


@event()
@dataclass(frozen=True, kw_only=True)
class CircuitChanged:
    """A fuse is called differently, or more or fewer printers may heat up on it at once."""

    circuit_id: UUID
    site_id: UUID
    max_heating: int


@event()
@dataclass(frozen=True, kw_only=True)
class WorkingHoursSet:
    """When somebody is there in an ordinary week was said anew. Each shift: weekday (0 is Monday), minute it starts at, minutes it lasts."""

    site_id: UUID
    shifts: list[list[int]]


@event()
@dataclass(frozen=True, kw_only=True)
class HolidaysAdded:
    """On these days (ISO 8601) no shift starts."""

    site_id: UUID
    days: list[str]


@event()
@dataclass(frozen=True, kw_only=True)
class HolidayRemoved:
    """On this day (ISO 8601) shifts start after all."""

    site_id: UUID
    day: str


@event()
@dataclass(frozen=True, kw_only=True)
class TimeZoneSet:
    """A site goes by another clock (IANA name)."""

    site_id: UUID
    time_zone: str
