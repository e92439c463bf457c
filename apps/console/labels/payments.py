"""What does not fit about money that came, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MISFITS: dict[str, StrOrPromise] = {
    "other-order": _("The provider names another order than the one that was to be paid."),
    "currency-differs": _("It came in another currency than the order's."),
    "paid-already": _("The order was paid already."),
    "amount-differs": _("It is another amount than was asked for."),
}
"""Code of a payment that a person must look at → what is wrong with it."""
