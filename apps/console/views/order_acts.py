"""Buttons on orders: money, release, fewer pieces, refunds, the end of an order."""

from __future__ import annotations

import re
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Grant
from apps.board.templatetags.farmos import NO_MINOR_UNIT
from apps.journal.http.access import may
from apps.journal.http.page_command import Form
from apps.journal.refusals import Invalid
from apps.orders import commands
from apps.orders.commands import FewerPieces
from apps.orders.models import Intent, Requirement
from apps.orders.states import CancelReason

from .record import RecordAct

_AMOUNT = re.compile(r"[0-9]{1,9}([.,][0-9]{1,2})?")


def minor_from(text: str, currency: str, field: str = "amount") -> int:
    """Return an amount as people type it ("21.19", "21,19") in minor units.

    Raises:
        Invalid: it is no amount, or has more decimals than the currency.
    """
    decimals = 0 if currency in NO_MINOR_UNIT else 2
    if not _AMOUNT.fullmatch(text) or (decimals == 0 and not text.isdigit()):
        raise Invalid({field: _("is not an amount such as %(example)s") % {"example": "21.19" if decimals else "2119"}})
    whole, _point, rest = text.replace(",", ".").partition(".")
    return int(whole) * (100 if decimals else 1) + (int(rest.ljust(2, "0")) if decimals and rest else 0)


def minor_as_text(minor: int, currency: str) -> str:
    """Return an amount as a field shows it."""
    return str(minor) if currency in NO_MINOR_UNIT else f"{minor // 100}.{minor % 100:02d}"


def works_alone(site_id: UUID) -> bool:
    """Does one person alone work at this site? Then one confirmation is enough."""
    return Grant.objects.filter(site_id=site_id, revoked_at=None, user__is_active=True).values("user_id").distinct().count() <= 1


class Passing(RecordAct):
    """A button that may pass a policy's block: with the right to, a reason, and the record's code typed where more than one person works."""

    def must_prove(self, request: HttpRequest) -> bool:
        """Whoever passes a block shows first that it is them."""
        person: Any = request.user
        return super().must_prove(request) or ("override" in request.POST and bool(person.must_prove("policy.override")))

    def override_of(self, form: Form, site_id: UUID, code: str) -> dict[str, Any]:
        """Return the command's ``override``; nothing where none is wished.

        Raises:
            PermissionDenied: they may not pass blocks here.
            Invalid: no reason, or another code was typed.
        """
        if "override" not in self.request.POST:
            return {}
        if not may(self.request.user, "policy.override", site_id):
            raise PermissionDenied
        reason = form.required("override", most=2000)
        if not works_alone(site_id) and form.text("typed").casefold() != code.casefold():
            raise Invalid({"typed": _("is not %(code)s") % {"code": code}})
        return {"override": reason}


class OrderAct(RecordAct):
    """A button about an order."""

    model = Intent
    key = "intent_id"
    kind = "intent"

    @property
    def intent(self) -> Intent:
        """The order as it is now."""
        return Intent.objects.get(pk=self.kwargs["intent_id"])


class Pay(OrderAct):
    """Book money that came another way."""

    command = staticmethod(commands.record_manual_payment)
    receipt = gettext_lazy("The payment is booked")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return how much, in the order's currency."""
        currency = self.intent.currency
        amount = minor_from(form.required("amount", most=14), currency)
        return {
            "amount_minor": amount,
            "currency": currency,
            "reference": form.text("reference", most=120),
            "note": form.text("note", most=500),
        }


class Release(OrderAct, Passing):
    """Let an order be produced, or ask whether it may."""

    command = staticmethod(commands.release_intent)
    versioned = False
    receipt = gettext_lazy("Released to production")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return why a block is passed, where it is."""
        intent = self.intent
        return self.override_of(form, intent.site_id, intent.number)


class Refund(OrderAct):
    """Give money back."""

    command = staticmethod(commands.request_refund)
    receipt = gettext_lazy("The refund is on its way")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return how much and why."""
        return {
            "amount_minor": minor_from(form.required("amount", most=14), self.intent.currency),
            "note": form.required("note", most=500),
        }


class Fewer(OrderAct):
    """Promise fewer pieces."""

    command = staticmethod(commands.amend_cancel_qty)
    receipt = gettext_lazy("The order was changed")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return how many fewer of which component."""
        return {
            "lines": fewer_from(form, self.kwargs["intent_id"]),
            "confirm_started": form.text("confirm_started") == "yes",
            "note": form.text("note", most=500),
        }


def fewer_from(form: Form, intent_id: UUID) -> tuple[FewerPieces, ...]:
    """Return what a form asks for: the field ``fewer-<component>`` of each component of the order."""
    wanted = []
    for requirement_id in Requirement.objects.filter(line__intent_id=intent_id).order_by("line", "position").values_list("pk", flat=True):
        name = f"fewer-{requirement_id}"
        if form.text(name) not in ("", "0"):
            wanted.append(FewerPieces(requirement_id, form.number(name, least=1, most=100_000)))
    return tuple(wanted)


class Cancel(OrderAct):
    """Keep the promise no longer."""

    command = staticmethod(commands.cancel_intent)
    receipt = gettext_lazy("The order is cancelled")
    choices: ClassVar[Any] = CancelReason

    def arguments(self, form: Form) -> dict[str, Any]:
        """Return why; the page said how many pieces were started."""
        reason = CancelReason(form.one_of("reason", self.choices))
        return {"reason": reason, "note": form.text("note", most=500), "confirm_started": True}
