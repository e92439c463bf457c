"""How people and programs come in: API tokens, shared devices, tries to sign in, and links that work once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts import rights
from apps.accounts.states import LinkPurpose
from apps.journal.constraints import known, sha256_hex, signed
from apps.journal.versioned import Versioned

from .sites import Site
from .users import User


class ApiToken(Versioned):
    """API token: lets a program act for a person, with some of their rights, at some of their sites, until it ends.

    The secret is shown once and never kept: only its SHA-256 is (a secret of 256 random bits needs no slow hash).
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80, help_text=_("What it is for"))
    hint = models.CharField(max_length=12, help_text=_("How its secret begins, to tell tokens apart"))
    secret_sha256 = models.CharField(max_length=64)
    scopes = models.JSONField(default=list, help_text=_("Rights, roles, or 'read'"))
    site_ids = models.JSONField(default=list)
    expires_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.CharField(max_length=120)
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=120, blank=True)

    class Meta(Versioned.Meta):
        verbose_name = _("API token")
        constraints = [
            models.UniqueConstraint(fields=["secret_sha256"], name="one_token_per_secret"),
            sha256_hex("token", "secret_sha256"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(issued_by=""), name="tokens_say_what_for_and_by_whom"),
            signed("revoked_tokens_say_when_and_by_whom", "revoked_at", "revoked_by"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    def is_usable(self, now: datetime) -> bool:
        """May it still be used?"""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def allows(self, permission: str, site_id: UUID) -> bool:
        """Is a right of its person's also this token's, at a site?"""
        return str(site_id) in self.site_ids and any(rights.is_within(permission, scope) for scope in self.scopes)

    def revoke(self, *, by: str, now: datetime) -> None:
        """End it."""
        self.revoked_at = now
        self.revoked_by = by


class Device(Versioned):
    """Device: a shared screen on the floor, where people take turns with a PIN. It knows a secret; only the secret's SHA-256 is kept."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="devices", db_index=False)
    name = models.CharField(max_length=80)
    secret_sha256 = models.CharField(max_length=64)
    registered_by = models.CharField(max_length=120)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=120, blank=True)

    class Meta(Versioned.Meta):
        verbose_name = _("shared device")
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], condition=Q(revoked_at=None), name="one_active_device_per_name"),
            sha256_hex("device", "secret_sha256"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(registered_by=""), name="devices_say_which_and_by_whom"),
            signed("revoked_devices_say_when_and_by_whom", "revoked_at", "revoked_by"),
        ]

    def __str__(self) -> str:
        return self.name

    def revoke(self, *, by: str, now: datetime) -> None:
        """Let nobody take turns here any more."""
        self.revoked_at = now
        self.revoked_by = by


class SignInTry(Versioned):
    """Try to sign in: written before the proof is looked at and taken away when it was right, so that what stays are the wrong ones.

    Whose and from where are kept as keyed digests only; rows go when their window is over.
    """

    name_digest = models.CharField(max_length=64)
    address_digest = models.CharField(max_length=64)

    class Meta(Versioned.Meta):
        verbose_name = _("try to sign in")
        verbose_name_plural = _("tries to sign in")
        constraints = [sha256_hex("sign_in_try", "name_digest"), sha256_hex("sign_in_try", "address_digest")]
        indexes = [
            models.Index(fields=["name_digest", "created_at"], name="sign_in_try_by_name"),
            models.Index(fields=["address_digest", "created_at"], name="sign_in_try_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"


class SignInLink(Versioned):
    """Sign-in link: sent by mail, works once, proves that the address is theirs."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sign_in_links")
    purpose = models.CharField(max_length=8, choices=LinkPurpose.choices)
    onward = models.CharField(max_length=300, blank=True, help_text=_("The page of this farm to go on to"))
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta(Versioned.Meta):
        verbose_name = _("sign-in link")
        constraints = [
            known("sign_in_link", "purpose", LinkPurpose.values),
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("created_at")), name="sign_in_links_end_after_they_began"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {self.user_id}"

    def is_usable(self, now: datetime) -> bool:
        """Does it still work?"""
        return self.used_at is None and now < self.expires_at
