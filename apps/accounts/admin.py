"""Looking at sites, people and customers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from apps.journal.readonly import ReadOnlyAdmin

from .models import Account, Address, Circuit, Grant, Holiday, Member, Shift, Site, User

admin.site.unregister(Group)  # rights come from roles; Django's page would give them past every command and event


@admin.register(Site)
class SiteAdmin(ReadOnlyAdmin[Site]):
    """Where things are made."""

    list_display = ("name", "code", "is_default", "time_zone", "currency", "legal_entity")
    search_fields = ("name", "code")
    ordering = ("-is_default", "name")


@admin.register(Shift)
class ShiftAdmin(ReadOnlyAdmin[Shift]):
    """When somebody is there."""

    list_display = ("site", "weekday", "starts_minute", "minutes", "name")
    list_filter = ("site", "weekday")
    list_select_related = ("site",)
    ordering = ("site", "weekday", "starts_minute")


@admin.register(Holiday)
class HolidayAdmin(ReadOnlyAdmin[Holiday]):
    """When nobody is there."""

    list_display = ("day", "name", "site")
    list_filter = ("site",)
    list_select_related = ("site",)
    search_fields = ("name",)
    ordering = ("-day",)


@admin.register(Circuit)
class CircuitAdmin(ReadOnlyAdmin[Circuit]):
    """Fuses and how many printers may heat up on each."""

    list_display = ("name", "site", "max_heating")
    list_filter = ("site",)
    list_select_related = ("site",)
    search_fields = ("name",)
    ordering = ("site", "name")


@admin.register(User)
class UserAdmin(ReadOnlyAdmin[User]):
    """Who can sign in."""

    list_display = ("email", "name", "is_active", "language", "created_at")
    list_filter = ("is_active", "language")
    search_fields = ("email", "name", "=id")
    ordering = ("-id",)
    exclude = ("password", "groups", "user_permissions")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Refuse to filter by password: what is not shown must not be found out letter by letter."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)


@admin.register(Grant)
class GrantAdmin(ReadOnlyAdmin[Grant]):
    """Who may do what where, now and in the past."""

    list_display = ("user", "role", "site", "granted_by", "created_at", "revoked_at", "revoked_by")
    list_filter = ("role", "site", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("user", "site")
    search_fields = ("user__email", "=user__id")
    ordering = ("-id",)


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin[Account]):
    """Customers."""

    list_display = ("__str__", "kind", "site", "email", "terms", "currency", "stopped_at", "stop_reason")
    list_filter = ("kind", "terms", "site", ("stopped_at", admin.EmptyFieldListFilter))
    list_select_related = ("site",)
    search_fields = ("name", "email", "=id")
    ordering = ("-id",)


@admin.register(Member)
class MemberAdmin(ReadOnlyAdmin[Member]):
    """Who acts for which customer."""

    list_display = ("account", "user", "role")
    list_filter = ("role",)
    list_select_related = ("account", "user")
    search_fields = ("account__name", "account__email", "user__email")
    ordering = ("-id",)


@admin.register(Address)
class AddressAdmin(ReadOnlyAdmin[Address]):
    """Where customers' things go."""

    list_display = ("recipient", "city", "country", "kind", "is_default", "account")
    list_filter = ("kind", "is_default", "country")
    list_select_related = ("account",)
    search_fields = ("recipient", "company", "city", "postal_code", "account__email")
    ordering = ("-id",)
