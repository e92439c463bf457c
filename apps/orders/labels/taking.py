"""Refusals while an order is made, released, changed or canceled."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

FIELD_UNKNOWN = _("is not asked for here")
NOT_TEXT = _("must be text of at most %d characters")
EMAIL_INVALID = _("is not an e-mail address")
TAX_IDS_INVALID = _('must be at most ten of {"kind", "value"}, both text')
REQUIRED = _("is needed")
COUNTRY_INVALID = _("is a country by its two capital letters, such as DE")
SITE_MISSING = _("is needed, unless the order is picked up")
PIECES_INVALID = _("must be a whole number from 1 on")
NO_OWN_PATH = _("must be the path of a page of this farm")
NOTHING_ASKED = _("Name at least one component, each once.")

declare(
    "quote-expired",
    status=410,
    title=_("This quote is over"),
    detail=_("It was valid until {until}. Prices may have changed since."),
    fix=_("Ask for a new quote: it takes a moment."),
)
declare(
    "order-not-awaiting-payment",
    status=409,
    title=_("It does not wait for money"),
    detail=_("This order is: {state}. There is nothing to be paid for it now."),
    fix=_("Look at the order's payments."),
)
declare(
    "order-not-paid",
    status=409,
    title=_("It is not paid"),
    detail=_("This order is: {state}. Only an order that is settled or secured is released to production."),
    fix=_("Record the payment first."),
)
declare(
    "order-is-over",
    status=409,
    title=_("This order is over"),
    detail=_("This order is: {state}. It cannot be changed any more."),
    fix=_("A claim is answered by a replacement order."),
)
declare(
    "pieces-started",
    status=409,
    title=_("Some are made already"),
    detail=_(
        "{asked} pieces are to be cancelled, but only {open} of them are not started yet. What was started is charged by the shop's rule."
    ),
    fix=_("Cancel fewer, or confirm that started pieces go as well."),
)
declare(
    "pieces-too-few",
    status=422,
    title=_("There are not that many"),
    detail=_("{asked} pieces are to be cancelled, but only {left} can be: the others were sent or cancelled before."),
    fix=_("Cancel fewer."),
)
declare(
    "pieces-all-canceled",
    status=409,
    title=_("Nothing would be left"),
    detail=_("That would cancel all that is left of the order."),
    fix=_("Cancel the order itself, with its reason."),
)
