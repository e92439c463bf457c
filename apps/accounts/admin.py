"""Looking at sites, people and customers."""

from __future__ import annotations

from typing import Any, TypeVar

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.http import HttpRequest

from apps.journal.readonly import ReadOnlyAdmin

from .models import Account, Address, ApiToken, Circuit, Device, Grant, Holiday, Member, Shift, SignInLink, SignInTry, Site, User

M = TypeVar("M", bound=Model)

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

    list_display = ("site", "weekday", "starts_minute", "minutes")
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
    exclude = ("password", "pin", "groups", "user_permissions")

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Refuse to filter by password or PIN: what is not shown must not be found out letter by letter."""
        return not lookup.startswith(("password", "pin")) and super().lookup_allowed(lookup, value, request)


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


class SecretAdmin(ReadOnlyAdmin[M]):
    """Records with a digest of a secret, which is neither shown nor asked about."""

    exclude = ("secret_sha256",)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Refuse to filter by the digest: what is not shown must not be found out letter by letter."""
        return not lookup.startswith("secret") and super().lookup_allowed(lookup, value, request)


@admin.register(ApiToken)
class ApiTokenAdmin(SecretAdmin[ApiToken]):
    """Programs that act for people."""

    list_display = ("name", "hint", "user", "issued_by", "expires_at", "last_used_on", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("name", "user__email", "=id")
    ordering = ("-id",)


@admin.register(Device)
class DeviceAdmin(SecretAdmin[Device]):
    """Screens where people take turns."""

    list_display = ("name", "site", "registered_by", "created_at", "revoked_at")
    list_filter = ("site", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("site",)
    search_fields = ("name", "=id")
    ordering = ("-id",)


@admin.register(SignInTry)
class SignInTryAdmin(ReadOnlyAdmin[SignInTry]):
    """Wrong passwords and PINs of the last minutes."""

    list_display = ("created_at",)
    search_fields = ("=id",)
    ordering = ("-id",)
    exclude = ("name_digest", "address_digest")


@admin.register(SignInLink)
class SignInLinkAdmin(ReadOnlyAdmin[SignInLink]):
    """Links sent by mail."""

    list_display = ("user", "purpose", "created_at", "expires_at", "used_at")
    list_filter = ("purpose",)
    list_select_related = ("user",)
    search_fields = ("user__email", "=id")
    ordering = ("-id",)
