"""What the database refuses about sites, people and customers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.accounts.states import Role, Terms
from tests.factories.accounts import (
    make_account,
    make_address,
    make_api_token,
    make_circuit,
    make_device,
    make_grant,
    make_holiday,
    make_member,
    make_shift,
    make_sign_in_link,
    make_sign_in_try,
    make_site,
    make_user,
    shop,
)
from tests.factories.context import NOW
from tests.violations import Violation, missing, refused, twice, unknown_codes

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]


def twice_the_same_role() -> None:
    user = make_user()
    twice(make_grant, user=user, role=Role.LEAD)


def twice_the_same_member() -> None:
    twice(make_member, account=make_account(), user=make_user())


def two_default_addresses() -> None:
    twice(make_address, account=make_account(), is_default=True)


VIOLATIONS = [
    Violation("one_site_per_code", "site-code-taken", lambda: twice(make_site, code="same")),
    Violation("one_default_site", "default-site-exists", lambda: twice(make_site, is_default=True)),
    Violation("sites_have_a_code_and_a_name", "site-unnamed", lambda: make_site(name="")),
    Violation("sites_have_a_time_zone", "site-without-time-zone", lambda: make_site(time_zone="")),
    Violation("site_currency_is_a_currency", "site-currency-invalid", lambda: make_site(currency="eur")),
    Violation("one_shift_per_start", "shift-exists", lambda: twice(make_shift)),
    Violation("shift_starts_minute_in_range", "shift-start-invalid", lambda: make_shift(starts_minute=1440)),
    Violation("shift_minutes_in_range", "shift-length-invalid", lambda: make_shift(minutes=0)),
    Violation("one_holiday_per_day", "holiday-exists", lambda: twice(make_holiday)),
    Violation("one_circuit_per_name", "circuit-name-taken", lambda: twice(make_circuit, name="F1")),
    Violation("circuits_have_a_name", "circuit-unnamed", lambda: make_circuit(name="")),
    Violation("circuit_max_heating_at_least_1", "circuit-allows-no-heating", lambda: make_circuit(max_heating=0)),
    Violation("one_person_per_email", "email-taken", lambda: twice(make_user, email="a@example.org")),
    Violation("people_have_an_email", "email-missing", lambda: make_user(email="")),
    Violation("emails_of_people_are_lower_case", "email-not-normal", lambda: make_user(email="A@example.org")),
    Violation("people_have_a_language", "language-missing", lambda: make_user(language="")),
    Violation("one_active_grant_per_role", "role-held-already", twice_the_same_role),
    Violation("grants_say_by_whom", "grant-unsigned", lambda: make_grant(granted_by="")),
    Violation("revoked_grants_say_when_and_by_whom", "revocation-incomplete", lambda: make_grant(revoked_at=NOW)),
    Violation(
        "grants_end_after_they_began",
        "revoked-before-granted",
        lambda: make_grant(revoked_at=NOW - timedelta(seconds=1), revoked_by="service:tests"),
    ),
    Violation("one_account_per_buyer_email", "customer-exists", lambda: twice(make_account, email="a@example.org")),
    Violation("account_currency_is_a_currency", "account-currency-invalid", lambda: make_account(currency="EU")),
    Violation("account_payment_days_at_least_0", "payment-days-negative", lambda: make_account(terms=Terms.CREDIT, payment_days=-1)),
    Violation("prepaid_accounts_have_no_payment_days", "prepaid-with-payment-days", lambda: make_account(payment_days=14)),
    Violation("stopped_accounts_say_why", "stop-without-reason", lambda: make_account(stopped_at=NOW)),
    Violation("emails_of_accounts_are_lower_case", "customer-email-not-normal", lambda: make_account(email="A@example.org")),
    Violation("one_membership_per_person", "member-already", twice_the_same_member),
    Violation("one_default_address_per_kind", "default-address-exists", two_default_addresses),
    Violation("address_country_is_a_code", "country-invalid", lambda: make_address(country="de")),
    Violation("addresses_can_be_delivered_to", "address-incomplete", lambda: make_address(city="")),
    Violation("one_token_per_secret", "token-secret-known", lambda: twice(make_api_token)),
    Violation("token_secret_sha256_is_a_sha256", "token-secret-invalid", lambda: make_api_token(secret_sha256="a")),
    Violation("tokens_say_what_for_and_by_whom", "token-unnamed", lambda: make_api_token(name="")),
    Violation("revoked_tokens_say_when_and_by_whom", "token-revocation-incomplete", lambda: make_api_token(revoked_at=NOW)),
    Violation("one_active_device_per_name", "device-name-taken", lambda: twice(make_device, name="Wall")),
    Violation("device_secret_sha256_is_a_sha256", "device-secret-invalid", lambda: make_device(secret_sha256="a")),
    Violation("devices_say_which_and_by_whom", "device-unnamed", lambda: make_device(name="")),
    Violation("revoked_devices_say_when_and_by_whom", "device-revocation-incomplete", lambda: make_device(revoked_at=NOW)),
    Violation("sign_in_try_name_digest_is_a_sha256", "sign-in-name-digest", lambda: make_sign_in_try(name_digest="a")),
    Violation("sign_in_try_address_digest_is_a_sha256", "sign-in-address-digest", lambda: make_sign_in_try(address_digest="a")),
    Violation("sign_in_links_end_after_they_began", "sign-in-link-over", lambda: make_sign_in_link(expires_at=NOW)),
]
FACTORIES = {
    "Grant": make_grant,
    "Shift": make_shift,
    "Account": make_account,
    "Member": make_member,
    "Address": make_address,
    "SignInLink": make_sign_in_link,
}


class TestTheDatabase:
    @pytest.mark.parametrize("violation", [*VIOLATIONS, *unknown_codes("accounts", FACTORIES)], ids=str)
    def test_refuses_in_plain_words(self, violation: Violation) -> None:
        refusal = refused(violation.act)

        assert (refusal.code, refusal.params["constraint"]) == (violation.code, violation.constraint)

    def test_has_no_constraint_that_is_not_broken_here(self) -> None:
        assert missing("accounts", VIOLATIONS) == set()


class TestWhatLooksLikeAViolation:
    def test_is_allowed_where_it_means_something_else(self) -> None:
        user = make_user()
        make_grant(user=user, role=Role.LEAD, revoked_at=NOW, revoked_by="service:tests")
        make_grant(user=user, role=Role.LEAD)
        make_account(email="")
        make_account(email="")
        make_account(email="a@example.org")
        make_account(email="a@example.org", site=make_site())
        account = make_account()
        make_address(account=account)
        make_address(account=account)
        make_address(account=account, is_default=True)

        assert shop().accounts.filter(email="").count() == 2
        assert account.addresses.count() == 3
