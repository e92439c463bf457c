"""People who can sign in, and what they may do where."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.hashers import acheck_password, check_password
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from apps.accounts import rights
from apps.accounts.states import STAFF_ROLES, MemberRole, Role
from apps.journal.constraints import known, signed
from apps.journal.context import Actor
from apps.journal.identity import new_id
from apps.journal.versioned import CommandWrites, Versioned

from .sites import Site

if TYPE_CHECKING:
    from .access import ApiToken

    _UserManager = BaseUserManager["User"]
else:
    _UserManager = BaseUserManager.from_queryset(CommandWrites)

M = TypeVar("M", bound=models.Model)


def normal_email(text: str) -> str:
    """Return the one spelling of an e-mail address we store and compare: no outer blanks, lower case."""
    return text.strip().lower()


class Users(_UserManager):
    """People, found by e-mail in any spelling. Commands add them; there is no ``create_superuser``."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the person with this e-mail (Django's sign-in asks here).

        Raises:
            User.DoesNotExist: nobody has it.
        """
        return self.get(email=normal_email(username or ""))

    def acting_as(self, who: str, *, now: datetime) -> User | None:
        """Return the person behind an actor (``person:<id>``, or ``token:<id>`` with what that may still do); None: there is nobody, any more."""
        kind, _colon, identifier = who.partition(":")
        if kind == "person":
            return self.filter(pk=identifier).first()
        if kind != "token":
            return None
        person = self.filter(tokens__pk=identifier).first()
        token = person.tokens.get(pk=identifier) if person is not None else None
        if person is None or token is None or not token.is_usable(now):
            return None
        person.token = token
        return person


class User(AbstractUser, Versioned):
    """Person. Signs in with an e-mail address; what they may do comes from grants (staff) and memberships (customers).

    Nothing is written at a sign-in: that somebody signed in is an event. What grants say is read once per loaded user: load
    the user again for each request.
    """

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    date_joined = None  # type: ignore[assignment]
    last_login = None

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=12, default="en", help_text=_("Language of pages and messages, such as en or pt-br"))

    pin = models.CharField(max_length=128, blank=True, help_text=_("Hash of the PIN for shared devices; empty: none"))

    objects = Users()  # type: ignore[assignment,misc]

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta(Versioned.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(fields=["email"], name="one_person_per_email"),
            models.CheckConstraint(condition=~Q(email=""), name="people_have_an_email"),
            models.CheckConstraint(condition=Q(Exact(F("email"), Lower("email"))), name="emails_of_people_are_lower_case"),
            models.CheckConstraint(condition=~Q(language=""), name="people_have_a_language"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def check_password(self, raw_password: str | None) -> bool:
        """Return whether this is the password. Unlike Django's own, never writes (a better hash comes with the next change of password)."""
        return check_password(raw_password, self.password)

    async def acheck_password(self, raw_password: str | None) -> bool:
        """Return whether this is the password, for asynchronous callers."""
        return await acheck_password(raw_password, self.password)

    def get_full_name(self) -> str:
        """Return how this person is called, or the e-mail where no name is known."""
        return str(self)

    def get_short_name(self) -> str:
        """Return the same as ``get_full_name``: names have no parts we could shorten safely."""
        return str(self)

    token: ApiToken | None = None
    """The token by which a program acts for this person now; set by whoever read it, for this request only."""
    device = ""
    """The shared device in front of which they are now, as events name it."""
    has_proof = False
    """Whether they showed just now that it is them."""

    is_superuser = False
    """Nobody passes unasked: rights come from roles, and each role holds at one site."""

    @cached_property
    def roles_by_site(self) -> dict[UUID, frozenset[str]]:
        """The roles held at each site."""
        found: dict[UUID, set[str]] = {}
        for site_id, role in self.grants.filter(revoked_at=None).values_list("site_id", "role"):
            found[site_id] = found.get(site_id, set()) | {role}
        return {site_id: frozenset(roles) for site_id, roles in found.items()}

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles held at any site."""
        return frozenset().union(*self.roles_by_site.values())

    @cached_property
    def is_staff(self) -> bool:  # type: ignore[override]
        """May this person open the work surfaces at all?"""
        return not STAFF_ROLES.isdisjoint(self.roles)

    def has_perm(self, perm: str, obj: models.Model | UUID | None = None) -> bool:
        """May this person do or see it? ``obj`` says where, as in ``GrantsBackend.has_perm``."""
        return super().has_perm(perm, obj)  # type: ignore[arg-type]

    @property
    def works_here(self) -> bool:
        """Is this somebody who works in the shop, or a program that works for it?"""
        return self.is_active and not rights.EVERYBODY.isdisjoint(self.roles)

    def sites_where(self, permission: str) -> frozenset[UUID]:
        """Return the sites at which this person, who may have been switched off, has a right."""
        if not self.is_active:
            return frozenset()
        needed = rights.roles_with(permission) - rights.CUSTOMERS
        sites = frozenset(site_id for site_id, roles in self.roles_by_site.items() if roles & needed)
        return sites if self.token is None else frozenset(site_id for site_id in sites if self.token.allows(permission, site_id))

    @property
    def actor(self) -> Actor:
        """Who is responsible for what they ask for now, as events name it: the person, or the token on their behalf."""
        if self.token is not None:
            return Actor(f"token:{self.token.pk}", on_behalf_of=f"person:{self.pk}")
        return Actor.person(self.pk, device=self.device)

    def must_prove(self, permission: str) -> bool:
        """Does this right ask for proof that it is really them, which they did not give just now? Tokens hold such a right only by its own name."""
        return self.token is None and rights.needs_proof(permission) and not self.has_proof

    def visible(self, model: type[M], permission: str = "") -> models.QuerySet[M]:
        """Return the records of ``model`` at the sites where this person may look at it, or has another ``permission``."""
        return self.among(model._default_manager.all(), permission)

    def among(self, rows: models.QuerySet[M], permission: str = "") -> models.QuerySet[M]:
        """Return those of ``rows`` that ``visible`` would return.

        What belongs to no site is there for whoever has the right anywhere. What nobody declared to be seen is not.
        """
        meta = rows.model._meta
        sight = rights.sight_of(meta.label_lower)
        sites = self.sites_where(permission or f"{meta.app_label}.view_{meta.model_name}")
        if sight is None or not sites:
            return rows.none()
        return at_sites(rows, sight.sites, sites)

    def may_for(self, permission: str, account_id: UUID) -> bool:
        """May this person do or see it for a customer, as a member of theirs?"""
        if not self.is_active or self.token is not None:
            return False
        looks = "view" if ".view_" in permission else "act"
        is_for_members = Role.CUSTOMER in rights.roles_with(permission) or (looks == "view" and rights.is_a_customers(permission))
        roles = {MemberRole.OWNER, MemberRole.BUYER, *([MemberRole.VIEWER] if looks == "view" else [])}
        return is_for_members and self.memberships.filter(account_id=account_id, role__in=roles).exists()

    @cached_property
    def acts_for_customers(self) -> bool:
        """Is this a member of a customer's account, and not a program?"""
        return self.is_active and self.token is None and self.memberships.exists()

    def may_with_own(self, permission: str, record: models.Model) -> bool:
        """May this person do or see it with something that is a customer's for whom they act?"""
        sight = rights.sight_of(record._meta.label_lower)
        if sight is None or not sight.account:
            return False
        found = type(record)._default_manager.filter(pk=record.pk).values_list(sight.account, flat=True).first()
        return found is not None and self.may_for(permission, found)

    def owned(self, model: type[M]) -> models.QuerySet[M]:
        """Return the records of ``model`` that are a customer's for whom this person acts."""
        sight = rights.sight_of(model._meta.label_lower)
        rows = model._default_manager.all()
        if sight is None or not sight.account or not self.is_active or self.token is not None:
            return rows.none()
        return rows.filter(**{f"{sight.account}__in": self.memberships.values("account_id")})


def at_sites(rows: models.QuerySet[M], lookups: tuple[str, ...], sites: frozenset[UUID]) -> models.QuerySet[M]:
    """Return the rows of which one of the ``lookups`` leads to one of ``sites``, and those of no site at all."""
    if not lookups or not Site.objects.exclude(pk__in=sites).exists():
        return rows
    here, nowhere = Q(), Q()
    for lookup in lookups:
        here |= Q(**{f"{lookup}__in": sites})
        nowhere &= Q(**{f"{lookup}__isnull": True})
    if len(lookups) == 1 and _leads_to_one(rows.model, lookups[0]):
        return rows.filter(here | nowhere)
    return rows.filter(pk__in=rows.filter(here | nowhere).values("pk"))  # several ways may lead there: each row once


def _leads_to_one(model: type[models.Model], lookup: str) -> bool:
    """Does a lookup lead from a record to one site at most?"""
    for name in lookup.split("__"):
        if name == "pk":
            return True
        found: Any = model._meta.get_field(name)
        if found.one_to_many or found.many_to_many:
            return False
        model = found.related_model
    return True


class Grant(Versioned):
    """Role: what a person may do at one site. Revoked grants are kept; a site never loses its last admin."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants", db_index=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="grants", db_index=False)
    role = models.CharField(max_length=12, choices=Role.choices)
    granted_by = models.CharField(max_length=120)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=120, blank=True)

    class Meta(Versioned.Meta):
        verbose_name = _("role")
        constraints = [
            models.UniqueConstraint(fields=["user", "site", "role"], condition=Q(revoked_at=None), name="one_active_grant_per_role"),
            known("grant", "role", Role.values),
            models.CheckConstraint(condition=~Q(granted_by=""), name="grants_say_by_whom"),
            signed("revoked_grants_say_when_and_by_whom", "revoked_at", "revoked_by"),
            models.CheckConstraint(condition=Q(revoked_at=None) | Q(revoked_at__gte=F("created_at")), name="grants_end_after_they_began"),
        ]
        indexes = [
            models.Index(fields=["site", "role"], condition=Q(revoked_at=None), name="grant_active_by_site"),
            models.Index(fields=["user", "id"], name="grant_by_user"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.user_id}"

    def revoke(self, *, by: str, now: datetime) -> None:
        """End this grant."""
        self.revoked_at = now
        self.revoked_by = by
