"""Refusals about money and numbers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "money-booked",
    status=409,
    title=_("This is booked already"),
    detail=_("The provider's message about this money was booked before."),
    fix=_("Nothing needs to be done."),
    constraint="money_is_booked_once",
)
declare(
    "document-number-taken",
    status=409,
    title=_("This document number is taken"),
    detail=_("Invoices and credit notes have numbers without gaps or repeats."),
    fix=_("Take the next number of the series."),
    constraint="one_document_per_number",
)
declare(
    "ledger-currency-invalid",
    status=422,
    title=_("That is not a currency"),
    detail=_("A currency is three capital letters."),
    fix=_("Use an ISO 4217 code such as EUR."),
    constraint="ledger_entry_currency_is_a_currency",
)
declare(
    "ledger-sign-wrong",
    status=422,
    title=_("In or out?"),
    detail=_("What comes in or is billed is positive, what goes out or is taken back is negative, and nothing but an invoice is zero."),
    fix=_("Check the amount's sign."),
    constraint="ledger_amounts_have_the_sign_of_their_kind",
)
declare(
    "document-number-missing",
    status=422,
    title=_("Number it, or not"),
    detail=_("Invoices and credit notes have a number; no other entry does."),
    fix=_("Take the next number of the series."),
    constraint="only_documents_have_a_number_and_all_do",
)
declare(
    "correction-without-original",
    status=422,
    title=_("Against which entry?"),
    detail=_("A refund, credit note, dispute or reversal names the entry it takes back; no other entry does."),
    fix=_("Name that entry."),
    constraint="corrections_name_what_they_correct",
)
declare(
    "ledger-provider-missing",
    status=422,
    title=_("Whose id is it?"),
    detail=_("An id from outside names the provider it is from."),
    fix=_("Give the provider."),
    constraint="external_ids_name_their_provider",
)
declare(
    "ledger-entry-unsigned",
    status=422,
    title=_("Who recorded it?"),
    detail=_("A money entry names who or what recorded it."),
    fix=_("Say who."),
    constraint="ledger_entries_say_who",
)
declare(
    "number-series-exists",
    status=409,
    title=_("This series exists"),
    detail=_("A site numbers each kind of thing by one series."),
    fix=_("Use the existing one."),
    constraint="one_number_series_per_kind",
)
declare(
    "number-series-invalid",
    status=422,
    title=_("Numbers start at 1"),
    detail=_("The next number of a series is a whole number from 1 on."),
    fix=_("Start at 1."),
    constraint="number_series_next_value_at_least_1",
)
declare(
    "number-width-invalid",
    status=422,
    title=_("That many digits?"),
    detail=_("Numbers are written with 1 to 12 digits."),
    fix=_("Choose a width in between."),
    constraint="number_series_width_in_range",
)
