"""Orders as their customers follow them: the order, how it is paid, what can still be changed, ordering it again, the receipt."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import Account
from apps.journal.http.page_command import Form
from apps.journal.refusals import Refusal
from apps.orders import commands as orders
from apps.orders.models import Checkout, Intent
from apps.orders.states import OPEN_CHECKOUTS, OPEN_INTENTS, CheckoutState, IntentState, Provider
from apps.storefront import commands, queries
from apps.storefront.labels.orders import sentence_of, step_words
from apps.storefront.queries.tracking import Stage

from .owning import may_change, order_in, order_to_pay
from .page import ShopView

SHOWN = 100


class Orders(ShopView):
    """One's orders, and the way to one that was ordered elsewhere."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them, the newest first."""
        accounts = self.accounts()
        found = Intent.objects.filter(account__in=accounts, site=self.asker.site).order_by("-id")[:SHOWN]
        rows = [{"order": one, "token": queries.token_for(one.pk), "sentence": sentence_of(queries.progress_of(one))} for one in found]
        return self.show("shop/orders.html", rows=rows, is_signed_in=self.asker.user_id is not None)

    def accounts(self) -> list[Account]:
        """Return everybody the asker may act for."""
        mine = [] if self.asker.user_id is None else list(Account.objects.filter(members__user_id=self.asker.user_id))
        return [*mine, *([self.asker.account] if self.asker.account is not None and self.asker.account not in mine else [])]


class OneOrder(ShopView):
    """How an order stands, in one sentence and in detail. Whoever has the link sees it."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show it; ``X-Fragment: order`` asks for only the part of the page that changes by itself."""
        intent = order_in(token)
        shown = self.shown(intent, token)
        template = "shop/order_body.html" if request.headers.get("X-Fragment") == "order" else "shop/order.html"
        return self.show(template, **shown)

    def shown(self, intent: Intent, token: str) -> dict[str, Any]:
        """Return what the page shows."""
        progress = queries.progress_of(intent)
        last = Checkout.objects.filter(intent=intent).order_by("-id").first()
        is_waiting = intent.state == IntentState.AWAITING_PAYMENT
        return {
            "intent": intent,
            "token": token,
            "progress": progress,
            "sentence": sentence_of(progress),
            "steps": [step_words(step, intent.currency) for step in progress.steps],
            "stages": [{"stage": stage.value, "count": count} for stage, count in progress.stages.items() if count],
            "lines": list(intent.lines.select_related("material", "color", "part_revision__part").order_by("position")),
            "details": intent.snapshots.order_by("-number").first(),
            "is_waiting_for_money": is_waiting,
            "is_declined": is_waiting and last is not None and bool(last.code) and last.state in OPEN_CHECKOUTS,
            "pays_online": settings.FARMOS_TEST_PAYMENTS,
            "payment_words": settings.FARMOS_PAYMENT_WORDS,
            "can_change": intent.state in OPEN_INTENTS and progress.stages[Stage.TO_MAKE] > 0,
            "is_over": intent.state not in OPEN_INTENTS,
            "may_change": may_change(self.asker, intent),
            "is_signed_in": self.asker.user_id is not None,
            "is_mine": intent.account_id is not None and intent.account_id == getattr(self.asker.account, "pk", None),
            "is_moving": intent.state in OPEN_INTENTS,
        }


class PayOrder(ShopView):
    """The way to the payment page of an order that waits for its money."""

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Open it, or lead to the one that is open."""
        return self.go(open_payment(self, order_to_pay(self.asker, token)))

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Lead on as soon as the provider has opened its page; until then say so and ask again."""
        intent = order_to_pay(self.asker, token)
        checkout = Checkout.objects.filter(intent=intent).order_by("-id").first()
        if intent.state != IntentState.AWAITING_PAYMENT or checkout is None:
            return self.go(reverse("shop-order", args=[token]))
        if checkout.state == CheckoutState.OPEN:
            return self.go(checkout.url)
        is_failed = checkout.state not in OPEN_CHECKOUTS
        return self.show("shop/paying.html", intent=intent, token=token, is_failed=is_failed, status=503 if is_failed else 200)


class OrderAgain(ShopView):
    """The same once more, as it was chosen then, at today's prices."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show what would be ordered and what has changed since."""
        intent = self.own(token)
        rows = queries.since_then(intent)
        return self.show("shop/again.html", intent=intent, token=token, rows=rows, can_any=any(row.can_be_had for row in rows))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Put it into the basket."""
        intent = self.own(token)
        assert intent.account_id is not None  # noqa: S101 - for the type checker: it is the asker's
        added = commands.reorder(self.ctx(Form(request), "-again"), account_id=intent.account_id, intent_id=intent.pk)
        said = _("What you ordered then is in your basket, at today's prices.") if added else _("None of it can be had as it was then.")
        return self.go(reverse("shop-basket"), said)

    def own(self, token: str) -> Intent:
        """Return the order, if it is the asker's own: a link alone opens an order, not its files.

        Raises:
            Refusal: ``reorder-elsewhere``.
        """
        intent = order_in(token)
        if self.asker.account is None or intent.account_id != self.asker.account.pk:
            raise Refusal("reorder-elsewhere")
        return intent


class Receipt(ShopView):
    """What was ordered, what it cost, what was paid: to print or keep."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show it."""
        intent = order_in(token)
        progress = queries.progress_of(intent)
        lines = list(intent.lines.select_related("material", "color", "part_revision__part").order_by("position"))
        goods = intent.price_minor - intent.shipping_minor
        shown: dict[str, Any] = {
            "intent": intent,
            "token": token,
            "money": progress.money,
            "lines": lines,
            "extras_minor": goods - sum(line.total_minor for line in lines),
            "changed_minor": progress.money.due - intent.price_minor,
            "details": intent.snapshots.order_by("-number").first(),
            "entries": list(intent.ledger_entries.order_by("occurred_at", "id")),
        }
        return self.show("shop/receipt.html", **shown)


def open_payment(view: ShopView, intent: Intent) -> str:
    """Open the payment page of an order, or find the one that is open, and return where to wait for it.

    Raises:
        Refusal: ``order-not-awaiting-payment``, ``provider-unavailable``.
    """
    token = queries.token_for(intent.pk)
    orders.open_checkout(view.ctx(), intent_id=intent.pk, provider=Provider.TEST, return_to=reverse("shop-order", args=[token]))
    return reverse("shop-pay", args=[token])
