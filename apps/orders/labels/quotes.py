"""Refusals about price lists and quotes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "price-list-version-exists",
    status=409,
    title=_("This version exists"),
    detail=_("The price list already has this version, and versions are never rewritten."),
    fix=_("Use the next number."),
    constraint="one_price_list_per_version",
)
declare(
    "price-list-in-force",
    status=409,
    title=_("Another version is in force"),
    detail=_("Of a price list one version is in force at a time."),
    fix=_("Retire that version first, then release this one."),
    constraint="one_price_list_in_force_per_key",
)
declare(
    "price-list-version-invalid",
    status=422,
    title=_("Versions start at 1"),
    detail=_("A price list version is a whole number from 1 on."),
    fix=_("Use 1 for the first version."),
    constraint="price_list_list_version_at_least_1",
)
declare(
    "price-list-currency-invalid",
    status=422,
    title=_("That is not a currency"),
    detail=_("A currency is three capital letters."),
    fix=_("Use an ISO 4217 code such as EUR."),
    constraint="price_list_currency_is_a_currency",
)
declare(
    "price-list-hash-invalid",
    status=422,
    title=_("That is not a SHA-256"),
    detail=_("A price list is known by the SHA-256 of its rates: 64 hexadecimal digits."),
    fix=_("Store the hash of the rates' canonical JSON."),
    constraint="price_list_sha256_is_a_sha256",
)
declare(
    "price-list-release-undated",
    status=422,
    title=_("When was it released?"),
    detail=_("A price list beyond draft says when it was released; a draft does not."),
    fix=_("Release it with its command."),
    constraint="only_released_price_lists_leave_draft",
)
declare(
    "price-list-release-unsigned",
    status=422,
    title=_("Who released it?"),
    detail=_("Releasing a price list names who did it and when."),
    fix=_("Give both."),
    constraint="price_list_releases_say_who_and_when",
)
declare(
    "quote-number-taken",
    status=409,
    title=_("This quote number is taken"),
    detail=_("The site already has a quote with this number."),
    fix=_("Take the next number of the series."),
    constraint="one_quote_per_number",
)
declare(
    "quote-superseded",
    status=409,
    title=_("It was replaced already"),
    detail=_("Another quote already takes the place of this one."),
    fix=_("Replace the latest one instead."),
    constraint="a_quote_is_superseded_once",
)
declare(
    "quote-currency-invalid",
    status=422,
    title=_("That is not a currency"),
    detail=_("A currency is three capital letters."),
    fix=_("Use an ISO 4217 code such as EUR."),
    constraint="quote_currency_is_a_currency",
)
declare(
    "quote-hash-invalid",
    status=422,
    title=_("That is not a SHA-256"),
    detail=_("What a quote was calculated from is pinned by a SHA-256: 64 hexadecimal digits."),
    fix=_("Store the hash of the pinned inputs."),
    constraint="quote_quote_hash_is_a_sha256",
)
declare(
    "quote-lead-time-invalid",
    status=422,
    title=_("Ready before it was ordered"),
    detail=_("A lead time cannot be negative."),
    fix=_("Leave it empty while it is not known."),
    constraint="quote_lead_time_minutes_at_least_0",
)
declare(
    "quote-unnumbered",
    status=422,
    title=_("The quote needs a number"),
    detail=_("A quote without a number cannot be referred to."),
    fix=_("Take the next number of the series."),
    constraint="quotes_have_a_number",
)
declare(
    "quote-total-inconsistent",
    status=422,
    title=_("The total does not add up"),
    detail=_("Shipping and tax are contained in the total and none of them is negative."),
    fix=_("Calculate the total again."),
    constraint="quote_totals_contain_shipping_and_tax",
)
declare(
    "quote-not-pinned",
    status=409,
    title=_("It is not ready to be sent"),
    detail=_("A sent quote fixes what it was calculated from and says until when it is valid."),
    fix=_("Calculate it, set its end, then send it."),
    constraint="sent_quotes_are_pinned_and_end",
)
declare(
    "quote-expired-when-sent",
    status=422,
    title=_("That time is over already"),
    detail=_("A quote is valid for some time after it was sent."),
    fix=_("Choose a later end."),
    constraint="quotes_are_valid_after_sending",
)
declare(
    "quote-settlement-undated",
    status=422,
    title=_("When was it settled?"),
    detail=_("A quote that was accepted, declined, replaced or has expired says when; no other does."),
    fix=_("Settle it with its command."),
    constraint="settled_quotes_say_when",
)
declare(
    "quote-settlement-unsigned",
    status=422,
    title=_("Who settled it?"),
    detail=_("Settling a quote names who did it and when."),
    fix=_("Give both."),
    constraint="settled_quotes_say_who",
)
declare(
    "quote-acceptance-incomplete",
    status=422,
    title=_("Who accepted it, and how?"),
    detail=_("An accepted quote names the customer and how it was accepted; no other does."),
    fix=_("Name the customer and the way."),
    constraint="accepted_quotes_say_who_and_how",
)
declare(
    "quote-break-exists",
    status=409,
    title=_("This quantity has a price"),
    detail=_("A line of a quote has one price for each quantity."),
    fix=_("Change that price, or choose another quantity."),
    constraint="one_price_per_quantity",
)
declare(
    "quote-quantity-chosen",
    status=409,
    title=_("Another quantity is chosen"),
    detail=_("Of each line of a quote one quantity is chosen at a time."),
    fix=_("Take the other choice back first."),
    constraint="one_chosen_quantity_per_position",
)
declare(
    "quote-line-position-invalid",
    status=422,
    title=_("Lines start at 1"),
    detail=_("A line number is a whole number from 1 on."),
    fix=_("Number the lines from 1."),
    constraint="quote_line_position_at_least_1",
)
declare(
    "quote-quantity-invalid",
    status=422,
    title=_("How many?"),
    detail=_("A quantity is a whole number from 1 on."),
    fix=_("Ask for one or more."),
    constraint="quote_line_quantity_at_least_1",
)
declare(
    "quote-line-empty",
    status=422,
    title=_("One of what?"),
    detail=_("A line of a quote names a part or a product."),
    fix=_("Choose a part, or give the product's SKU."),
    constraint="quote_lines_say_what",
)
declare(
    "quote-price-negative",
    status=422,
    title=_("Less than nothing"),
    detail=_("A price cannot be negative."),
    fix=_("Give a discount as a lower price."),
    constraint="quote_prices_are_not_negative",
)
