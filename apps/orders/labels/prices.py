"""What is said about a price list that cannot be used, and about what no formula can price."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

PROBLEMS = {
    "missing": _("is missing"),
    "not-a-number": _('must be a number written as text, such as "0.05"'),
    "not-a-whole-number": _("must be a whole number"),
    "not-a-list": _("must be a list"),
    "not-an-object": _("must be an object with names"),
    "not-a-step": _("must have a threshold and an amount and nothing else"),
    "not-rising": _("must be more than the threshold before it"),
    "out-of-range": _("is too small or too large"),
    "unknown-field": _("is not a field of a price list"),
    "unknown-formula": _("is a formula this farmos does not know"),
    "unknown-material": _("is no material family"),
    "unknown-word": _("is not one of the words allowed here"),
    "currency-not-sold-in": _("is not a currency farmos sells in: EUR, USD, GBP, CHF, CAD, AUD, JPY"),
}
"""What can be wrong in a price list, in words."""

declare(
    "no-price-list",
    status=409,
    title=_("There are no prices"),
    detail=_("No price list is in force for this shop or customer, so nothing can be quoted."),
    fix=_("Release a price list first."),
)
declare(
    "quote-quantity-too-large",
    status=422,
    title=_("That many we would like to look at ourselves"),
    detail=_("Line {position}: prices are calculated for up to {limit} pieces of a line."),
    fix=_("Order fewer, or ask us for a quote by hand."),
)
declare(
    "quote-too-heavy",
    status=422,
    title=_("That much we would like to look at ourselves"),
    detail=_("Shipping is calculated for up to {limit} grams; this order is heavier."),
    fix=_("Order less at a time, pick it up where that is offered, or ask us for a quote by hand."),
)
declare(
    "quote-too-large",
    status=422,
    title=_("An order this large we would like to look at ourselves"),
    detail=_("Prices are calculated for orders of up to {limit}."),
    fix=_("Order less at a time, or ask us for a quote by hand."),
)
declare(
    "material-without-price",
    status=422,
    title=_("This material has no price"),
    detail=_("The price list says nothing about {material}."),
    fix=_("Choose another material, or add it to the price list."),
)
declare(
    "material-not-offered",
    status=422,
    title=_("We cannot offer this material or colour"),
    detail=_("Line {position}: the {kind} is not known here or not offered at present."),
    fix=_("Choose another one."),
)
declare(
    "pickup-not-offered",
    status=422,
    title=_("It cannot be picked up"),
    detail=_("The shop sends its orders; picking them up is not offered."),
    fix=_("Choose shipping."),
)
declare(
    "model-cannot-be-made",
    status=409,
    title=_("This model cannot be made as it is"),
    detail=_("Line {position}: the check of the model found {codes}. Until that is settled there is no price."),
    fix=_("Repair or change the model, or ask us to look at it."),
)
declare(
    "findings-unanswered",
    status=409,
    title=_("Your choice is needed first"),
    detail=_("Line {position}: the check of the model found {codes}. It can be made, but you should know and say so."),
    fix=_("Read the findings and accept them, or change the model."),
)
declare(
    "model-not-measured",
    status=409,
    title=_("This model is not measured yet"),
    detail=_("Line {position}: how long it prints and what it weighs is not known, so it has no price yet."),
    fix=_("Wait until the check of the file is done, then ask again."),
)
declare(
    "no-released-profile",
    status=409,
    title=_("We do not print this at that quality"),
    detail=_("Line {position}: no printer here has released settings for {material} at quality {tier}."),
    fix=_("Choose another quality or material, or release a profile for it."),
)
declare(
    "account-stopped",
    status=409,
    title=_("This customer is stopped"),
    detail=_("Nothing new is quoted to or ordered by this customer until the stop is lifted."),
    fix=_("Ask the shop."),
)

LINES_MISSING = _("Ask for 1 to 200 lines.")
QUANTITY_INVALID = _("A quantity is a whole number from 1 on.")
CONSTRAINT_UNKNOWN = _(
    "Each wish is of a known kind: no_support_marks_faces, strength_axis, cosmetic_face, watertight, custom; and says nothing else than "
    "axis, face, faces and text, in 4000 characters."
)
