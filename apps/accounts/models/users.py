"""People who can sign in, and what they may do where."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.hashers import acheck_password, check_password
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from apps.accounts.states import STAFF_ROLES, Role
from apps.journal.constraints import known, signed
from apps.journal.identity import new_id
from apps.journal.versioned import CommandWrites, Versioned

from .sites import Site

if TYPE_CHECKING:
    _UserManager = BaseUserManager["User"]
else:
    _UserManager = BaseUserManager.from_queryset(CommandWrites)


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


class User(AbstractUser, Versioned):
    """Person. Signs in with an e-mail address; what they may do comes from grants (staff) and memberships (customers).

    Nothing is written at a sign-in: that somebody signed in is an event. Django's own staff and superuser flags are answers derived from
    grants, read once per loaded user: load the user again for each request.
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

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles held at any site."""
        return frozenset(self.grants.filter(revoked_at=None).values_list("role", flat=True))

    @cached_property
    def is_staff(self) -> bool:  # type: ignore[override]
        """May this person open the work surfaces at all?"""
        return not STAFF_ROLES.isdisjoint(self.roles)

    @cached_property
    def is_superuser(self) -> bool:  # type: ignore[override]
        """May this person see everything in Django's admin?"""
        return Role.ADMIN in self.roles


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
