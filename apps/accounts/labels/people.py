"""What the accounts app says when the database refuses something."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "site-code-taken",
    status=409,
    title=_("This site code is taken"),
    detail=_("Another site already has this code."),
    fix=_("Choose another code."),
    constraint="one_site_per_code",
)
declare(
    "default-site-exists",
    status=409,
    title=_("There is a default site already"),
    detail=_("Exactly one site is the default, and another one is."),
    fix=_("Take the mark from the other site first."),
    constraint="one_default_site",
)
declare(
    "site-unnamed",
    status=422,
    title=_("The site needs a code and a name"),
    detail=_("A site without a code or a name could not be told from others."),
    fix=_("Give it both."),
    constraint="sites_have_a_code_and_a_name",
)
declare(
    "site-without-time-zone",
    status=422,
    title=_("The site needs a time zone"),
    detail=_("Hours and due dates are judged in the site's time zone, so it cannot be empty."),
    fix=_("Give an IANA name such as Europe/Berlin."),
    constraint="sites_have_a_time_zone",
)
declare(
    "site-currency-invalid",
    status=422,
    title=_("Not a currency"),
    detail=_("A currency is three capital letters."),
    fix=_("Use the ISO 4217 code, such as EUR or USD."),
    constraint="site_currency_is_a_currency",
)
declare(
    "shift-exists",
    status=409,
    title=_("There is such a shift already"),
    detail=_("The site already has a shift that starts then."),
    fix=_("Change that shift, or start this one at another time."),
    constraint="one_shift_per_start",
)
declare(
    "shift-start-invalid",
    status=422,
    title=_("Not a time of day"),
    detail=_("A shift starts between 0 and 1439 minutes after midnight."),
    fix=_("Use a minute of that day; let the shift run past midnight by its length."),
    constraint="shift_starts_minute_in_range",
)
declare(
    "shift-length-invalid",
    status=422,
    title=_("A shift lasts up to a day"),
    detail=_("A shift is 1 to 1440 minutes long."),
    fix=_("Give a length within a day; use two shifts for longer spans."),
    constraint="shift_minutes_in_range",
)
declare(
    "holiday-exists",
    status=409,
    title=_("That day is a holiday already"),
    detail=_("The site already has a holiday on this day."),
    fix=_("Nothing to do: no shift starts on it."),
    constraint="one_holiday_per_day",
)
declare(
    "holidays-end-before-they-begin",
    status=422,
    title=_("The last day is before the first"),
    detail=_("Holidays last from a first day to the same day or a later one."),
    fix=_("Swap the two days, or leave the last one empty."),
)
declare(
    "holidays-too-long",
    status=422,
    title=_("Too many days at once"),
    detail=_("More than {limit} days were named at once, which is rather a slip than a holiday."),
    fix=_("Name them in parts; place a hold on the site when it closes for long."),
)
declare(
    "circuit-name-taken",
    status=409,
    title=_("This circuit name is taken"),
    detail=_("The site already has a circuit with this name."),
    fix=_("Choose another name."),
    constraint="one_circuit_per_name",
)
declare(
    "circuit-unnamed",
    status=422,
    title=_("The circuit needs a name"),
    detail=_("A circuit without a name could not be told from others."),
    fix=_("Give it the name on its fuse."),
    constraint="circuits_have_a_name",
)
declare(
    "circuit-allows-no-heating",
    status=422,
    title=_("At least one printer must be allowed to heat"),
    detail=_("With fewer than one printer heating at once, nothing on this circuit could ever start."),
    fix=_("Allow 1 or more; place a hold to stop work."),
    constraint="circuit_max_heating_at_least_1",
)
declare(
    "email-taken",
    status=409,
    title=_("This e-mail is taken"),
    detail=_("Somebody already signs in with this e-mail address."),
    fix=_("Use another address, or sign in with this one."),
    constraint="one_person_per_email",
)
declare(
    "email-missing",
    status=422,
    title=_("An e-mail is needed"),
    detail=_("People sign in with their e-mail address."),
    fix=_("Give one."),
    constraint="people_have_an_email",
)
declare(
    "email-not-normal",
    status=422,
    title=_("The e-mail is not in its stored spelling"),
    detail=_("Addresses are stored in lower case, so that one address cannot belong to two people."),
    fix=_("Send the address in lower case."),
    constraint="emails_of_people_are_lower_case",
)
declare(
    "language-missing",
    status=422,
    title=_("A language is needed"),
    detail=_("Pages and messages must be written in some language."),
    fix=_("Give a language code such as en."),
    constraint="people_have_a_language",
)
declare(
    "role-held-already",
    status=409,
    title=_("They have this role already"),
    detail=_("This person already holds this role at this site."),
    fix=_("Nothing to do."),
    constraint="one_active_grant_per_role",
)
declare(
    "grant-unsigned",
    status=422,
    title=_("Who grants this?"),
    detail=_("A role must say who gave it."),
    fix=_("Name the person or service that grants it."),
    constraint="grants_say_by_whom",
)
declare(
    "revocation-incomplete",
    status=422,
    title=_("When and by whom was it revoked?"),
    detail=_("A revoked role says both when and by whom; an active one says neither."),
    fix=_("Give both or neither."),
    constraint="revoked_grants_say_when_and_by_whom",
)
declare(
    "revoked-before-granted",
    status=422,
    title=_("Revoked before it was granted"),
    detail=_("A role cannot end before it began."),
    fix=_("Check the times."),
    constraint="grants_end_after_they_began",
)
declare(
    "customer-exists",
    status=409,
    title=_("There is such a customer"),
    detail=_("A customer with this e-mail address already exists at this site."),
    fix=_("Use that customer, or another address."),
    constraint="one_account_per_buyer_email",
)
declare(
    "account-currency-invalid",
    status=422,
    title=_("Not a currency"),
    detail=_("A currency is three capital letters."),
    fix=_("Use the ISO 4217 code, such as EUR or USD."),
    constraint="account_currency_is_a_currency",
)
declare(
    "payment-days-negative",
    status=422,
    title=_("Payment days cannot be negative"),
    detail=_("Invoices cannot be due before they are written."),
    fix=_("Use 0 or more days."),
    constraint="account_payment_days_at_least_0",
)
declare(
    "prepaid-with-payment-days",
    status=422,
    title=_("Who pays first has no payment days"),
    detail=_("This customer pays before production, so there is no time to pay afterwards."),
    fix=_("Set the days to 0, or the terms to paying after delivery."),
    constraint="prepaid_accounts_have_no_payment_days",
)
declare(
    "stop-without-reason",
    status=422,
    title=_("Why is this customer stopped?"),
    detail=_("A stopped customer carries when and why; one that is not stopped carries neither."),
    fix=_("Give a reason."),
    constraint="stopped_accounts_say_why",
)
declare(
    "customer-email-not-normal",
    status=422,
    title=_("The e-mail is not in its stored spelling"),
    detail=_("Addresses are stored in lower case, so that one address is one customer."),
    fix=_("Send the address in lower case."),
    constraint="emails_of_accounts_are_lower_case",
)
declare(
    "member-already",
    status=409,
    title=_("They are a member already"),
    detail=_("This person already acts for this customer."),
    fix=_("Change their role instead."),
    constraint="one_membership_per_person",
)
declare(
    "default-address-exists",
    status=409,
    title=_("There is a default address already"),
    detail=_("This customer already has a default address of this kind."),
    fix=_("Take the mark from the other address first."),
    constraint="one_default_address_per_kind",
)
declare(
    "country-invalid",
    status=422,
    title=_("Not a country code"),
    detail=_("A country is two capital letters."),
    fix=_("Use the ISO 3166 code, such as DE or US."),
    constraint="address_country_is_a_code",
)
declare(
    "address-incomplete",
    status=422,
    title=_("The address is not complete"),
    detail=_("An address needs a recipient, a street line and a town."),
    fix=_("Fill them in."),
    constraint="addresses_can_be_delivered_to",
)
declare(
    "shop-exists",
    status=409,
    title=_("The shop is open already"),
    detail=_("This farm has a site and an owner; a second opening would make a second owner."),
    fix=_("Sign in, or ask an admin to grant you a role."),
)
declare(
    "no-shop",
    status=409,
    title=_("The shop is not open yet"),
    detail=_("There is no site yet to which anything could belong."),
    fix=_("Open the shop: name it and give its owner's e-mail and password."),
)
declare(
    "last-admin",
    status=409,
    title=_("They are the last admin"),
    detail=_("Without this role nobody could grant roles at this site any more."),
    fix=_("Make somebody else an admin first."),
)
declare(
    "role-revoked-already",
    status=409,
    title=_("This role was revoked before"),
    detail=_("The role ended earlier and stays as it is."),
    fix=_("Nothing to do; grant the role again to bring it back."),
)
