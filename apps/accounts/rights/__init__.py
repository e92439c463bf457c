"""Who may do what: the words in which each app's ``rights.py`` says it, and the book in which all of it ends up.

A right is named like the command it allows (``runs.pause_run``) or like what it lets one look at (``runs.view_run``). People have rights through
their roles, and each role holds at one site. Customers are no staff: what the tables say of ``customer`` is meant for the members of an account
and for what is that account's (``backends.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from apps.accounts.states import STAFF_ROLES, Role

Roles = frozenset[str]
T = TypeVar("T")

EVERYBODY: Roles = frozenset({*STAFF_ROLES, Role.INTEGRATOR})
"""Whoever works here, and the programs that work for them."""
WORKERS: Roles = STAFF_ROLES - {Role.VIEWER}
FLOOR: Roles = frozenset({Role.OPERATOR, Role.LEAD, Role.ADMIN})
QUALITY: Roles = frozenset({Role.QUALITY, Role.LEAD, Role.ADMIN})
PLANNING: Roles = frozenset({Role.PLANNER, Role.LEAD, Role.ADMIN})
ENGINEERS: Roles = frozenset({Role.PLANNER, Role.ADMIN})
"""Who sets recipes and the limits of automation for everybody."""
LEADS: Roles = frozenset({Role.LEAD, Role.ADMIN})
"""Money, people, customers, audit."""
ADMINS: Roles = frozenset({Role.ADMIN})
INTEGRATORS: Roles = frozenset({Role.INTEGRATOR})
CUSTOMERS: Roles = frozenset({Role.CUSTOMER})
SERVICES: Roles = frozenset()
"""Nobody asks for it: farmos does it by itself, or a page does it for whoever is in front of it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Who may look at the records of a model, and at which of them.

    Args:
        roles: Who may look.
        sites: Lookups that lead from a record to its site, such as ``plate__site``. None: it belongs to no site, and whoever may look anywhere
            may look at it. A record where all of them lead nowhere counts as such too.
        account: The lookup that leads to the customer whose it is; members of that account may look at it. Empty: never a customer's.
    """

    roles: Roles
    sites: tuple[str, ...] = ()
    account: str = ""


def seen(roles: Roles, *sites: str, account: str = "") -> Seen:
    """Return who may look at a model and by which lookups its site is found."""
    return Seen(roles, sites, account)


_acts: dict[str, Roles] = {}
_sights: dict[str, Seen] = {}
_proven: set[str] = set()
READ = "read"
"""The scope of a token that may look at whatever its person may."""


def declare(app: str, *, acts: Mapping[str, Roles], sights: Mapping[str, Seen] | None = None, proven: Iterable[str] = ()) -> None:
    """Say who may ask for each command of ``app`` (and use its further rights), and who may look at each of its models.

    ``proven`` names the acts before which people show anew that it is them: on a shared device anybody may stand in front of the screen.

    Raises:
        ValueError: something is declared twice.
    """
    for name, roles in acts.items():
        _once(_acts, f"{app}.{name}", roles)
    for model, sight in (sights or {}).items():
        _once(_sights, f"{app}.view_{model}", sight)
    _proven.update(f"{app}.{name}" for name in proven)


def _once(book: dict[str, T], name: str, value: T) -> None:
    if name in book:
        raise ValueError(f"the right {name} is declared twice")
    book[name] = value


def acts() -> dict[str, Roles]:
    """Return every right to do something, with the roles that have it."""
    return dict(_acts)


def sights() -> dict[str, Seen]:
    """Return every right to look at something."""
    return dict(_sights)


def roles_with(permission: str) -> Roles:
    """Return the roles that have a right; none for one that nobody declared."""
    sight = _sights.get(permission)
    return sight.roles if sight is not None else _acts.get(permission, SERVICES)


def sight_of(label: str) -> Seen | None:
    """Return who may look at a model, given by its lower-case label (``runs.run``)."""
    app, _dot, model = label.partition(".")
    return _sights.get(f"{app}.view_{model}")


def is_declared(permission: str) -> bool:
    """Is there such a right?"""
    return permission in _acts or permission in _sights


def apps_with(roles: Iterable[str]) -> frozenset[str]:
    """Return the apps of which these roles may see at least something."""
    held = frozenset(roles)
    return frozenset(name.partition(".")[0] for name, sight in _sights.items() if held & sight.roles)


def is_a_customers(permission: str) -> bool:
    """Can what this right lets one look at be a customer's own?"""
    sight = _sights.get(permission)
    return sight is not None and sight.account != ""


def needs_proof(permission: str) -> bool:
    """Do people show anew that it is them before they use this right?"""
    return permission in _proven


def is_within(permission: str, scope: str) -> bool:
    """Does a token's scope (a right, a role, or ``read``) hold this right?"""
    if scope == READ:
        return permission in _sights
    if scope in Role.values:
        return scope in roles_with(permission) and not needs_proof(permission)
    return permission == scope


def is_scope(scope: str) -> bool:
    """Is this something a token can be limited to?"""
    return scope == READ or (scope in Role.values and scope != Role.CUSTOMER) or is_declared(scope)
