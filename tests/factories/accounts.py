"""Sites, people and customers."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

from apps.accounts.models import (
    Account,
    Address,
    ApiToken,
    Circuit,
    Device,
    Grant,
    Holiday,
    Member,
    Shift,
    SignInLink,
    SignInTry,
    Site,
    User,
)
from apps.accounts.states import LinkPurpose, Role, Weekday
from tests.factories.context import NOW
from tests.factories.filling import filled, stored, unique


def shop() -> Site:
    """Return the default site, made when there is none."""
    return Site.objects.filter(is_default=True).first() or make_site(code="main", name="Workshop", is_default=True)


def make_site(**overrides: Any) -> Site:
    """Return a further site; ``shop`` is the default one."""
    return stored(Site, filled(overrides, code=lambda: unique("site"), name=lambda: "Second workshop"))


def make_shift(**overrides: Any) -> Shift:
    """Return a Monday early shift."""
    values = {"weekday": Weekday.MONDAY, "starts_minute": 6 * 60, "minutes": 8 * 60, **overrides}
    return stored(Shift, filled(values, site=shop))


def make_holiday(**overrides: Any) -> Holiday:
    """Return a day off."""
    return stored(Holiday, filled({"day": date(2026, 12, 25), **overrides}, site=shop))


def make_circuit(**overrides: Any) -> Circuit:
    """Return a fuse that carries two heating printers."""
    return stored(Circuit, filled({"max_heating": 2, **overrides}, site=shop, name=lambda: unique("fuse")))


def make_user(*roles: Role, site: Site | None = None, **overrides: Any) -> User:
    """Return somebody who can sign in, with these roles at ``site`` (the shop)."""
    user = stored(User, filled(overrides, email=lambda: f"{unique('someone')}@example.org"))
    for role in roles:
        make_grant(user=user, site=site or shop(), role=role)
    return user


def make_grant(**overrides: Any) -> Grant:
    """Return an operator's role."""
    return stored(Grant, filled({"role": Role.OPERATOR, "granted_by": "service:tests", **overrides}, user=make_user, site=shop))


def make_account(**overrides: Any) -> Account:
    """Return a person who buys at the shop."""
    return stored(Account, filled({"currency": "EUR", **overrides}, site=shop, email=lambda: f"{unique('buyer')}@example.org"))


def make_member(**overrides: Any) -> Member:
    """Return somebody who acts for a customer."""
    return stored(Member, filled(overrides, account=make_account, user=make_user))


def make_address(**overrides: Any) -> Address:
    """Return where a customer's things go."""
    values = {"recipient": "A. Buyer", "line1": "High Street 1", "city": "Springfield", "country": "DE", **overrides}
    return stored(Address, filled(values, account=make_account))


def make_api_token(secret: str = "fos_secret-of-tests", **overrides: Any) -> ApiToken:
    """Return a lead's token that may read at the shop."""
    site = overrides.pop("site", None) or shop()
    values = {
        "name": "Web store",
        "hint": secret[:10],
        "secret_sha256": hashlib.sha256(secret.encode()).hexdigest(),
        "scopes": ["read"],
        "site_ids": [str(site.pk)],
        "issued_by": "service:tests",
        **overrides,
    }
    return stored(ApiToken, filled(values, user=lambda: make_user(Role.LEAD, site=site)))


def make_device(secret: str = "device-secret", **overrides: Any) -> Device:
    """Return a shared tablet at the shop."""
    values = {"secret_sha256": hashlib.sha256(secret.encode()).hexdigest(), "registered_by": "service:tests", **overrides}
    return stored(Device, filled(values, site=shop, name=lambda: unique("tablet")))


def make_sign_in_try(**overrides: Any) -> SignInTry:
    """Return a wrong try to sign in."""
    return stored(SignInTry, filled({"name_digest": "a" * 64, "address_digest": "b" * 64, **overrides}))


def make_sign_in_link(**overrides: Any) -> SignInLink:
    """Return a link sent to a customer."""
    values = {"purpose": LinkPurpose.SIGN_IN, "expires_at": NOW + timedelta(minutes=30), **overrides}
    return stored(SignInLink, filled(values, user=make_user))
