"""Where one pays: who it is for, where it goes, and the way to the payment page.

Nothing that is charged comes from the form. The offer names the amount; it was fixed when the basket was left.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.accounts.models import normal_email
from apps.accounts.states import COUNTRIES
from apps.journal import clock
from apps.journal.http.page_command import Form
from apps.journal.refusals import IllegalTransition, Invalid, Refusal, StaleVersion
from apps.orders import commands as orders
from apps.orders.models import Intent, Quote
from apps.orders.states import Acceptance, IntentState, QuoteState
from apps.storefront import commands, queries

from .basket import AskForOffer
from .orders import open_payment
from .owning import quote_of
from .page import ShopView

FIELDS = ("email", "recipient", "company", "line1", "line2", "postal_code", "city", "region", "country", "phone", "notes")
LONGEST = {"notes": 2000, "email": 254, "country": 2}


class Checkout(ShopView):
    """One offer, to be paid."""

    def get(self, request: HttpRequest, quote_id: UUID) -> HttpResponse:
        """Show it; lead on when it was ordered, say so when it is over."""
        quote = quote_of(self.asker, quote_id)
        if placed := _order_of(quote):
            return self.go(queries.order_path(placed))
        if _is_over(quote):
            return self.over(quote)
        return self.form(quote, self.known())

    def post(self, request: HttpRequest, quote_id: UUID) -> HttpResponse:
        """Make the order, once however often the button is pressed, and lead to where one pays."""
        quote = quote_of(self.asker, quote_id)
        placed = _order_of(quote)
        if placed is None:
            if _is_over(quote):
                return self.over(quote)
            form = Form(request)
            try:
                sent = {name: form.text(name, most=LONGEST.get(name, 200)) for name in FIELDS}
                _require_right(sent, is_picked_up=_is_picked_up(quote))
                placed = self.accept(quote, sent, form)
            except Invalid as refusal:
                typed = {name: request.POST.get(name, "")[:300] for name in FIELDS}
                return self.form(quote, typed, wrong=_own_fields(refusal), status=422)
            except Refusal as refusal:
                if refusal.code != "quote-expired":
                    raise
                return self.over(quote)
        return self.pay(placed)

    def accept(self, quote: Quote, sent: dict[str, str], form: Form) -> Intent:
        """Return the order the offer became: now, or in another window just before."""
        if self.asker.user_id is not None and self.asker.visitor is not None:
            commands.admit_visitor(self.ctx(), visitor_id=self.asker.visitor.pk, user_id=self.asker.user_id)
        commands.introduce_guest(self.ctx(), account_id=self.asker.owner.pk, name=sent["recipient"], language=get_language() or "en")
        try:
            intent_id = orders.accept_quote(
                self.ctx(form, "-accept"),
                quote_id=quote.pk,
                expected_version=quote.version,
                account_id=self.asker.owner.pk,
                how=Acceptance.CLICK,
                details=_details(sent, is_picked_up=_is_picked_up(quote)),
            )
        except (IllegalTransition, StaleVersion):
            placed = _order_of(quote)
            if placed is None:
                raise Refusal("basket-changed") from None
            return placed
        return Intent.objects.get(pk=intent_id)

    def pay(self, intent: Intent) -> HttpResponse:
        """Lead to the payment page, or to the order where there is nothing to be paid online."""
        if intent.state != IntentState.AWAITING_PAYMENT or not settings.FARMOS_TEST_PAYMENTS:
            return self.go(queries.order_path(intent))
        return self.go(open_payment(self, intent))

    def known(self) -> dict[str, str]:
        """Return what is known about the customer: their account's e-mail and last address."""
        account = self.asker.owner
        address = account.addresses.order_by("-is_default", "-id").first()
        found = {"email": account.email, "recipient": account.name, "country": ""}
        if address is not None:
            found |= {name: getattr(address, name) for name in FIELDS if hasattr(address, name)}
        return found

    def form(self, quote: Quote, typed: dict[str, str], *, wrong: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
        """Return the page with what was typed."""
        held = list(queries.lines_held_by(quote.pk))
        goods = quote.total_minor - quote.shipping_minor
        sold = list(quote.lines.select_related("material", "color", "part_revision__part").order_by("position"))
        shown: dict[str, Any] = {
            "quote": quote,
            "lines": sold,
            "pieces": sum(line.quantity for line in sold),
            "extras_minor": goods - sum(line.total_minor for line in sold),
            "is_picked_up": _is_picked_up(quote),
            "typed": typed,
            "wrong": wrong or {},
            "countries": COUNTRIES,
            "pays_online": settings.FARMOS_TEST_PAYMENTS,
            "is_test": settings.FARMOS_TEST_PAYMENTS,
            "payment_words": settings.FARMOS_PAYMENT_WORDS,
            "held": held,
        }
        return self.show("shop/checkout.html", status=status, **shown)

    def over(self, quote: Quote) -> HttpResponse:
        """Return the page of an offer whose time is over, or that another one took the place of: prices stay readable, nothing is charged."""
        lines = quote.lines.select_related("material", "color", "part_revision__part").order_by("position")
        return self.show("shop/offer_over.html", status=410, quote=quote, lines=lines, is_picked_up=_is_picked_up(quote))


class AskAgain(AskForOffer):
    """New prices for the parts of an offer that is over. They are in the basket still; what is ready there is offered anew."""

    def post(self, request: HttpRequest, quote_id: UUID) -> HttpResponse:  # type: ignore[override]
        """Make the new offer and show it."""
        quote = quote_of(self.asker, quote_id)
        orders.expire_quote(self.ctx(), quote_id=quote.pk)
        to = self.offer(Form(request), pickup=_is_picked_up(quote))
        return self.go(reverse("shop-checkout", args=[to]), _("These are today's prices."))


def _order_of(quote: Quote) -> Intent | None:
    return Intent.objects.filter(quote_id=quote.pk).first()


def _is_over(quote: Quote) -> bool:
    """Is there nothing to accept: the time is up, a newer offer took its place, or it never held the basket?"""
    now = clock.now()
    is_open = quote.state == QuoteState.SENT and quote.valid_until is not None and now < quote.valid_until
    return not is_open or not queries.lines_held_by(quote.pk).exists()


def _is_picked_up(quote: Quote) -> bool:
    return bool(quote.pinned_inputs.get("pickup"))


def _require_right(sent: dict[str, str], *, is_picked_up: bool) -> None:
    wrong = {}
    try:
        validate_email(normal_email(sent["email"]))
    except ValidationError:
        wrong["email"] = _("Write an e-mail address, such as jo@example.com: the link to your order goes there.")
    needed = {"recipient": _("Write a name.")}
    if not is_picked_up:
        needed |= {
            "line1": _("Write street and number."),
            "city": _("Write the city."),
            "country": _("Choose the country."),
        }
    wrong |= {name: words for name, words in needed.items() if not sent[name]}
    if sent["country"] and sent["country"] not in dict(COUNTRIES):
        wrong["country"] = _("Choose a country of the list.")
    if wrong:
        raise Invalid(wrong)


def _own_fields(refusal: Invalid) -> dict[str, str]:
    """Return what is wrong by the names of this form's fields."""
    return {name.removeprefix("shipping_address."): words for name, words in refusal.params["fields"].items()}


def _details(sent: dict[str, str], *, is_picked_up: bool) -> orders.CustomerDetails:
    address = {name: sent[name] for name in FIELDS if name not in ("email", "notes") and sent[name]}
    who = {"name": sent["recipient"], "email": normal_email(sent["email"]), "language": get_language() or "en"}
    return orders.CustomerDetails(account=who, shipping_address={} if is_picked_up else address, notes=sent["notes"])
