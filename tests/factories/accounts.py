"""Sites, people and customers."""

from __future__ import annotations

from datetime import date
from typing import Any

from apps.accounts.models import Account, Address, Circuit, Grant, Holiday, Member, Shift, Site, User
from apps.accounts.states import Role, Weekday
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
