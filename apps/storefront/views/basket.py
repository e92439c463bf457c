"""The basket: what one put together, what it comes to, and the way to pay for what is ready."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.journal import clock
from apps.journal.http.page_command import Form
from apps.journal.refusals import Refusal
from apps.orders import commands as orders
from apps.orders import queries as prices
from apps.orders.models import Quote
from apps.orders.states import QuoteState
from apps.parts.states import PreflightStatus
from apps.storefront import commands, queries
from apps.storefront.commands import BasketWish, LineSeen
from apps.storefront.queries.baskets import Row, asked

from .owning import line_of
from .page import ShopView
from .parts import Shown, findings_of, size_mm

DELIVERIES = ("ship", "pickup")


class BasketPage(ShopView):
    """What is in the basket. Asked with ``X-Fragment: basket``, only the part of the page that changes."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        if self.asker.account is None:
            return self.show("shop/basket.html", rows=[], basket=None)
        shown = self.shown(delivery_in(request.GET.get("delivery", "")))
        if request.headers.get("X-Fragment") == "basket":
            return self.show("shop/basket_body.html", **shown)
        return self.show("shop/basket.html", **shown)

    def shown(self, delivery: str) -> dict[str, Any]:
        """Return what the page shows."""
        site_id, account_id = self.asker.site.pk, self.asker.owner.pk
        ways = prices.delivery(site_id, account_id)
        basket = queries.basket_of(site_id, account_id, pickup=delivery == "pickup" and ways.pickup)
        return {
            "basket": basket,
            "rows": [_shown(row) for row in basket.rows],
            "pieces": sum(row.line.quantity for row in basket.ready),
            "waiting": len(basket.rows) - len(basket.ready),
            "delivery": delivery if ways.pickup else "ship",
            "ways": ways,
            "most": prices.most_pieces(site_id, account_id),
        }


class ChangeLine(ShopView):
    """How many of a part are wanted."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, line_id: UUID) -> HttpResponse:
        """Change it and show the basket."""
        line, form = line_of(self.asker, line_id), Form(request)
        step = form.text("step", most=5)
        quantity = form.number("quantity", least=0, most=10**6) + {"more": 1, "less": -1}.get(step, 0)
        wish = BasketWish(line.material_id, max(quantity, 1), line.color_id, line.quality_tier, line.notes)
        commands.change_basket_line(
            self.ctx(form, f"-{line.version}-{quantity}"),
            account_id=self.asker.owner.pk,
            line_id=line.pk,
            expected_version=form.version(),
            wish=wish,
        )
        return self.go(f"{reverse('shop-basket')}?delivery={delivery_in(form.text('delivery', most=10))}")


class RemoveLine(ShopView):
    """A part is not wanted after all."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, line_id: UUID) -> HttpResponse:
        """Take it out and show the basket."""
        line, form = line_of(self.asker, line_id), Form(request)
        commands.remove_basket_line(
            self.ctx(form, "-remove"), account_id=self.asker.owner.pk, line_id=line.pk, expected_version=form.version()
        )
        said = _("%(part)s is out of your basket. Its file stays under your files.") % {"part": line.part_revision.part.name}
        return self.go(reverse("shop-basket"), said)


class AskForOffer(ShopView):
    """The button that fixes prices: what is ready becomes an offer, held until its end, on the page where one pays."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make the offer, or lead to the one that holds exactly this already."""
        form = Form(request)
        pickup = delivery_in(form.text("delivery", most=10)) == "pickup"
        return self.go(reverse("shop-checkout", args=[self.offer(form, pickup=pickup)]))

    def offer(self, form: Form, *, pickup: bool) -> UUID:
        """Return an offer that holds everything in the basket that can be ordered now."""
        site_id, account_id = self.asker.site.pk, self.asker.owner.pk
        basket = queries.basket_of(site_id, account_id, pickup=pickup)
        if basket.refusal is not None:
            raise basket.refusal
        lines = [row.line for row in basket.ready]
        if not lines:
            raise Refusal("basket-changed")
        present = _same_offer(basket.ready, pickup=pickup)
        if present is not None:
            return present.pk
        seen = tuple(LineSeen(line.pk, line.version) for line in lines)
        suffix = "-" + "-".join(f"{one.line_id.hex[-6:]}.{one.version}" for one in seen)[:90] + ("-p" if pickup else "")
        quote_id: UUID = orders.issue_quote(
            self.ctx(form, suffix),
            site_id=site_id,
            account_id=account_id,
            lines=tuple(asked(line) for line in lines),
            pickup=pickup,
        )
        commands.keep_offer(self.ctx(form, suffix), account_id=account_id, quote_id=quote_id, lines=seen)
        return quote_id


def delivery_in(text: str) -> str:
    """Return how things are to reach the customer; shipping where nothing else was said."""
    return text if text in DELIVERIES else "ship"


def _same_offer(ready: tuple[Row, ...], *, pickup: bool) -> Quote | None:
    """Return the offer that holds exactly these lines as they are, if it is still open: from another window, or before the back button."""
    held = {row.line.quote_id for row in ready}
    quote = ready[0].line.quote
    if len(held) != 1 or quote is None or quote.state != QuoteState.SENT or quote.valid_until is None:
        return None
    is_same = quote.lines.count() == len(ready) and bool(quote.pinned_inputs.get("pickup")) == pickup
    return quote if is_same and clock.now() < quote.valid_until else None


def _shown(row: Row) -> dict[str, Any]:
    findings: list[Shown] = findings_of(row.preflight)
    return {
        "row": row,
        "line": row.line,
        "part": row.line.part_revision.part,
        "size_mm": size_mm(row.preflight),
        "choices": [one for one in findings if one.needs_choice],
        "cannot_be_made": row.status == PreflightStatus.FAIL,
        "worst": findings[0] if findings else None,
    }
