"""Sites, customers, people, their roles and their programs in the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver

from apps.journal.http.acting import act
from apps.journal.http.filters import by_code, by_flag, by_id, by_text
from apps.journal.http.reading import read
from apps.journal.http.scope import Scoped, at_site
from apps.journal.http.shown import Code, ShownVersioned

from . import commands, models


class Site(ShownVersioned):
    """Site: where printers, plates, policies, stock, price lists and roles belong. Times are stored in UTC and judged in its time zone."""

    model = models.Site

    code: str
    name: str
    time_zone: str
    currency: str
    legal_entity: str
    is_default: bool


class Account(ShownVersioned):
    """Customer: a person or company that buys."""

    model = models.Account

    site_id: UUID
    kind: Code
    name: str
    email: str
    language: str
    currency: str
    terms: Code
    payment_days: int
    tax_ids: list[Any]
    price_list_id: UUID | None


class Member(ShownVersioned):
    """A person who may act for a customer."""

    model = models.Member

    account_id: UUID
    user_id: UUID
    role: Code


class Person(ShownVersioned):
    """Somebody who can sign in."""

    model = models.User

    email: str
    name: str
    language: str
    is_active: bool


class Grant(ShownVersioned):
    """What a person may do at one site."""

    model = models.Grant

    user_id: UUID
    site_id: UUID
    role: Code
    granted_by: str
    revoked_at: datetime | None
    revoked_by: str


class ApiToken(ShownVersioned):
    """API token: lets a program act for a person. Its secret was shown once and is not kept."""

    model = models.ApiToken

    user_id: UUID
    name: str
    hint: str
    scopes: list[str]
    site_ids: list[str]
    expires_at: datetime | None
    issued_by: str
    last_used_on: date | None
    revoked_at: datetime | None
    revoked_by: str


class Device(ShownVersioned):
    """Device: a shared screen on the floor, where people take turns."""

    model = models.Device

    site_id: UUID
    name: str
    registered_by: str
    revoked_at: datetime | None
    revoked_by: str


class Circuit(ShownVersioned):
    """Circuit: printers on one fuse. At most ``max_heating`` of them heat up at once."""

    model = models.Circuit

    site_id: UUID
    name: str
    max_heating: int


class Shift(ShownVersioned):
    """Shift: a weekly span in which somebody is there, in site time. It may run past midnight."""

    model = models.Shift

    site_id: UUID
    weekday: int
    starts_minute: int
    minutes: int


class Holiday(ShownVersioned):
    """Holiday: a day on which no shift of the site starts."""

    model = models.Holiday

    site_id: UUID
    day: date
    name: str


class Shifts(Scoped):
    """Shifts of the asker's sites."""

    model = models.Shift


class Holidays(Scoped):
    """Holidays of the asker's sites."""

    model = models.Holiday


class Circuits(Scoped):
    """Circuits of the asker's sites."""

    model = models.Circuit


class Sites(Scoped):
    """The sites where the asker has a role."""

    model = models.Site


class Accounts(Scoped):
    """Customers of the asker's sites; for customers, themselves."""

    model = models.Account


class Members(Scoped):
    """Who acts for those customers."""

    model = models.Member


class People(Scoped):
    """People with a role at the asker's sites."""

    model = models.User


class Grants(Scoped):
    """Roles at the asker's sites."""

    model = models.Grant


class Tokens(Scoped):
    """Tokens of people with a role at the asker's sites."""

    model = models.ApiToken


class Devices(Scoped):
    """Devices at the asker's sites."""

    model = models.Device


routes: list[URLPattern | URLResolver] = [
    *read("sites", Sites, Site),
    *read("accounts", Accounts, Account, customers=True, filters=(by_code(models.Account, "kind"), by_text("email", "With this address."))),
    *read("members", Members, Member, customers=True, filters=(by_id("account"), by_id("user"))),
    *read("people", People, Person, single="person", filters=(by_text("email", "With this address."),)),
    *read(
        "grants",
        Grants,
        Grant,
        filters=(
            by_code(models.Grant, "role"),
            by_id("user"),
            by_id("site"),
            by_flag("open", "revoked_at__isnull", "Whether they hold."),
        ),
    ),
    *read("tokens", Tokens, ApiToken, filters=(by_id("user"), by_flag("open", "revoked_at__isnull", "Whether they were not revoked."))),
    *read("devices", Devices, Device, filters=(by_id("site"), by_flag("open", "revoked_at__isnull", "Whether they were not revoked."))),
    *read("circuits", Circuits, Circuit, filters=(by_id("site"),)),
    act("circuits/add", commands.add_circuit, checks=(at_site,), creates=models.Circuit, location="api:circuit"),
    act("circuits/<uuid:circuit_id>/change", commands.change_circuit, Circuits),
    *read("shifts", Shifts, Shift, filters=(by_id("site"),)),
    *read("holidays", Holidays, Holiday, filters=(by_id("site"),)),
    act("sites/<uuid:site_id>/set-time-zone", commands.set_time_zone, Sites),
    act("sites/<uuid:site_id>/set-working-hours", commands.set_working_hours, Sites),
    act("holidays/add", commands.add_holidays, checks=(at_site,)),
    act("holidays/<uuid:holiday_id>/remove", commands.remove_holiday, Holidays),
    act("tokens/<uuid:token_id>/revoke", commands.revoke_token, Tokens),
    act("devices/<uuid:device_id>/revoke", commands.revoke_device, Devices),
    act("people/invite", commands.invite_person, checks=(at_site,)),
    act("people/<uuid:user_id>/send-invitation", commands.send_invitation, People),
    act("accounts/open", commands.open_account, checks=(at_site,), creates=models.Account, location="api:account"),
    act("grants/give", commands.grant_role, refers={"user_id": models.User}, checks=(at_site,), creates=models.Grant, location="api:grant"),
    act("grants/<uuid:grant_id>/revoke", commands.revoke_grant, Grants),
]
