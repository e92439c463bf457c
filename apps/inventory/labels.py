"""What the inventory app says when the database refuses something."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

declare(
    "lot-exists",
    status=409,
    title=_("There is such a lot"),
    detail=_("The site already has a lot of this material with this code."),
    fix=_("Use that lot."),
    constraint="one_lot_per_code",
)
declare(
    "lot-without-code",
    status=422,
    title=_("The lot needs a code"),
    detail=_("Lots are found and recalled by their code."),
    fix=_("Use what is on the label, or a code of your own."),
    constraint="lots_have_a_code",
)
declare(
    "lot-price-negative",
    status=422,
    title=_("A price cannot be negative"),
    detail=_("What a kilogram cost is 0 or more."),
    fix=_("Leave it empty when it is not known."),
    constraint="lot_price_per_kg_minor_at_least_0",
)
declare(
    "lot-currency-invalid",
    status=422,
    title=_("Not a currency"),
    detail=_("A currency is three capital letters."),
    fix=_("Use the ISO 4217 code, such as EUR or USD."),
    constraint="lot_currency_is_a_currency",
)
declare(
    "spool-code-taken",
    status=409,
    title=_("This spool code is taken"),
    detail=_("The site already has a spool with this code."),
    fix=_("Choose another code."),
    constraint="one_spool_per_code",
)
declare(
    "spool-without-code",
    status=422,
    title=_("The spool needs a code"),
    detail=_("Spools are found by the code on their label."),
    fix=_("Give it one."),
    constraint="spools_have_a_code",
)
declare(
    "spool-full-weight-invalid",
    status=422,
    title=_("A full spool weighs something"),
    detail=_("The filament on a new spool weighs more than nothing."),
    fix=_("Give it in milligrams (1 kg is 1000000), or leave it empty."),
    constraint="spool_full_mg_at_least_1",
)
declare(
    "spool-tare-negative",
    status=422,
    title=_("A tare cannot be negative"),
    detail=_("An empty core weighs 0 or more."),
    fix=_("Give it in milligrams, or leave it empty."),
    constraint="spool_tare_mg_at_least_0",
)
declare(
    "spool-below-empty",
    status=409,
    title=_("Less than nothing would be left"),
    detail=_("There is not that much filament on this spool."),
    fix=_("Weigh the spool and record what is really on it."),
    constraint="spool_remaining_mg_at_least_0",
)
declare(
    "spool-amount-incomplete",
    status=422,
    title=_("How is the amount known?"),
    detail=_("An amount says whether it was weighed or estimated, and when; an unknown amount says nothing, and is never zero."),
    fix=_("Give the amount, how it is known and when, or say that it is not known."),
    constraint="known_amounts_say_how_and_when",
)
declare(
    "sealed-spool-opened",
    status=422,
    title=_("Sealed or opened?"),
    detail=_("A sealed spool has no time at which it was opened."),
    fix=_("Leave the time out, or say that the spool is open."),
    constraint="sealed_spools_were_never_opened",
)
declare(
    "spool-end-undated",
    status=422,
    title=_("When did it end?"),
    detail=_("An empty or discarded spool says when; one that can be used does not."),
    fix=_("Give the time it was used up or thrown away."),
    constraint="ended_spools_say_when",
)
declare(
    "weighing-tare-negative",
    status=422,
    title=_("A tare cannot be negative"),
    detail=_("An empty core weighs 0 or more."),
    fix=_("Check the tare."),
    constraint="weighing_tare_mg_at_least_0",
)
declare(
    "weighing-under-tare",
    status=422,
    title=_("Lighter than the empty core"),
    detail=_("The scale shows less than the empty core weighs."),
    fix=_("Weigh again, or correct the spool's tare first."),
    constraint="weighing_is_not_under_the_tare",
)
declare(
    "weighing-unsigned",
    status=422,
    title=_("Who weighed it?"),
    detail=_("A weighing says who did it."),
    fix=_("Name the person or service."),
    constraint="weighings_say_by_whom",
)
declare(
    "spool-not-usable",
    status=409,
    title=_("This spool is used up"),
    detail=_("{spool} is {state}; only a sealed or open spool can be used or weighed."),
    fix=_("Check the code on the spool, or take another one."),
)
declare(
    "spool-tare-unknown",
    status=422,
    title=_("How heavy is the empty core?"),
    detail=_("What is left on {spool} is the weight without its core, and that is not known."),
    fix=_("Give the weight of the empty core, or weigh an empty spool of the same maker."),
)
declare(
    "spool-lot-contradiction",
    status=422,
    title=_("The lot is something else"),
    detail=_("Lot {lot} is of another material or color than this spool."),
    fix=_("Check the lot on the label, or leave it empty."),
)
