"""The codes of accounts and their labels."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do at a site."""

    VIEWER = "viewer", _("Viewer")
    OPERATOR = "operator", _("Operator")
    LEAD = "lead", _("Lead")
    PLANNER = "planner", _("Planner")
    QUALITY = "quality", _("Quality")
    ADMIN = "admin", _("Admin")
    INTEGRATOR = "integrator", _("Integrator")
    CUSTOMER = "customer", _("Customer")


STAFF_ROLES = frozenset({Role.VIEWER, Role.OPERATOR, Role.LEAD, Role.PLANNER, Role.QUALITY, Role.ADMIN})
"""Roles of people who work in the shop and may open its work surfaces. Integrators come by API, customers by the storefront."""


class AccountKind(models.TextChoices):
    """What a customer is."""

    PERSON = "person", _("Person")
    COMPANY = "company", _("Company")


class Terms(models.TextChoices):
    """When a customer pays."""

    PREPAID = "prepaid", _("Pays before production")
    CREDIT = "credit", _("Pays after delivery")


class MemberRole(models.TextChoices):
    """What a person may do for a customer."""

    OWNER = "owner", _("Owner")
    BUYER = "buyer", _("Buyer")
    VIEWER = "viewer", _("Viewer")


class AddressKind(models.TextChoices):
    """What an address is for."""

    SHIPPING = "shipping", _("Shipping")
    BILLING = "billing", _("Billing")


class LinkPurpose(models.TextChoices):
    """What a link in a mail is for."""

    SIGN_IN = "sign_in", _("Sign in")
    INVITE = "invite", _("Invitation")


class SignInWay(models.TextChoices):
    """How somebody proved who they are."""

    PASSWORD = "password", _("Password")
    PIN = "pin", _("PIN")
    LINK = "link", _("Link by mail")


class Weekday(models.IntegerChoices):
    """Days as Python counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


COUNTRIES = (
    ("AU", _("Australia")),
    ("AT", _("Austria")),
    ("BE", _("Belgium")),
    ("BG", _("Bulgaria")),
    ("CA", _("Canada")),
    ("HR", _("Croatia")),
    ("CY", _("Cyprus")),
    ("CZ", _("Czechia")),
    ("DK", _("Denmark")),
    ("EE", _("Estonia")),
    ("FI", _("Finland")),
    ("FR", _("France")),
    ("DE", _("Germany")),
    ("GR", _("Greece")),
    ("HU", _("Hungary")),
    ("IS", _("Iceland")),
    ("IE", _("Ireland")),
    ("IT", _("Italy")),
    ("JP", _("Japan")),
    ("LV", _("Latvia")),
    ("LI", _("Liechtenstein")),
    ("LT", _("Lithuania")),
    ("LU", _("Luxembourg")),
    ("MT", _("Malta")),
    ("NL", _("Netherlands")),
    ("NZ", _("New Zealand")),
    ("NO", _("Norway")),
    ("PL", _("Poland")),
    ("PT", _("Portugal")),
    ("RO", _("Romania")),
    ("SK", _("Slovakia")),
    ("SI", _("Slovenia")),
    ("ES", _("Spain")),
    ("SE", _("Sweden")),
    ("CH", _("Switzerland")),
    ("GB", _("United Kingdom")),
    ("US", _("United States")),
)
"""Countries things can be sent to: their ISO 3166-1 codes and names, in the alphabetical order of English."""

_NAMES = dict(COUNTRIES)


def country_name(code: str) -> str:
    """Return what a country is called; a code nobody knows is returned as it is."""
    return str(_NAMES.get(code, code))
