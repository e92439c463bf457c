"""Customers: who buys, who acts for them, where things go."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Lower, Upper
from django.db.models.lookups import Exact
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.states import AccountKind, AddressKind, MemberRole, Terms
from apps.journal.constraints import at_least, currency_code, known, signed
from apps.journal.prefixes import folded
from apps.journal.versioned import Versioned

from .sites import Site
from .users import User


class Account(Versioned):
    """Customer: a person or company that buys at a site. Orders keep a snapshot of it, so changing it never changes a promise.

    An erased account keeps its row and loses its name, e-mail, addresses and tax ids.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="accounts")
    kind = models.CharField(max_length=8, choices=AccountKind.choices, default=AccountKind.PERSON)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    language = models.CharField(max_length=12, default="en")
    currency = models.CharField(max_length=3, help_text=_("ISO 4217; prices and invoices are in it"))
    terms = models.CharField(max_length=8, choices=Terms.choices, default=Terms.PREPAID)
    payment_days = models.SmallIntegerField(default=0, help_text=_("Days after the invoice; 0 for those who pay first"))
    tax_ids = models.JSONField(default=list, blank=True, help_text=_('[{"kind": "eu_vat", "value": "DE123456789"}]'))
    price_list_id = models.UUIDField(null=True, blank=True, help_text=_("A price list of orders; none: the site's own"))
    stopped_at = models.DateTimeField(null=True, blank=True)
    stop_reason = models.CharField(max_length=300, blank=True)

    class Meta(Versioned.Meta):
        verbose_name = _("customer")
        constraints = [
            models.UniqueConstraint(fields=["site", "email"], condition=~Q(email=""), name="one_account_per_buyer_email"),
            known("account", "kind", AccountKind.values),
            known("account", "terms", Terms.values),
            currency_code("account", "currency"),
            at_least("account", "payment_days", 0),
            models.CheckConstraint(condition=~Q(terms=Terms.PREPAID) | Q(payment_days=0), name="prepaid_accounts_have_no_payment_days"),
            signed("stopped_accounts_say_why", "stopped_at", "stop_reason"),
            models.CheckConstraint(condition=Q(Exact(F("email"), Lower("email"))), name="emails_of_accounts_are_lower_case"),
        ]
        indexes = [
            models.Index(fields=["site", "id"], condition=Q(stopped_at__isnull=False), name="account_stopped"),
            models.Index(folded("name"), name="account_by_name"),
            models.Index(folded("email"), name="account_by_email"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or gettext("A guest")


class Member(Versioned):
    """Member: a person who may act for a customer."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="members", db_index=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=8, choices=MemberRole.choices, default=MemberRole.OWNER)

    class Meta(Versioned.Meta):
        verbose_name = _("member")
        constraints = [
            models.UniqueConstraint(fields=["account", "user"], name="one_membership_per_person"),
            known("member", "role", MemberRole.values),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.user_id}"


class Address(Versioned):
    """Address: where a customer's things or invoices go. Orders copy it; it may change or go at any time."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="addresses")
    kind = models.CharField(max_length=8, choices=AddressKind.choices, default=AddressKind.SHIPPING)
    is_default = models.BooleanField(default=False)
    recipient = models.CharField(max_length=200)
    company = models.CharField(max_length=200, blank=True)
    line1 = models.CharField(max_length=200)
    line2 = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=120)
    postal_code = models.CharField(max_length=20, blank=True)
    region = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, help_text=_("ISO 3166-1 alpha-2"))
    phone = models.CharField(max_length=40, blank=True)

    class Meta(Versioned.Meta):
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.UniqueConstraint(fields=["account", "kind"], condition=Q(is_default=True), name="one_default_address_per_kind"),
            known("address", "kind", AddressKind.values),
            models.CheckConstraint(
                condition=Q(Exact(Length("country"), 2)) & Q(Exact(F("country"), Upper("country"))),
                name="address_country_is_a_code",
            ),
            models.CheckConstraint(condition=~Q(recipient="") & ~Q(line1="") & ~Q(city=""), name="addresses_can_be_delivered_to"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}, {self.city}"
