"""What of an order can still be changed: fewer pieces down to those that were begun, or none while nothing was.

The page says what the change does to the money before it is confirmed. If a piece is begun meanwhile, nothing is changed and one is asked again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.journal.http.page_command import Form
from apps.journal.refusals import IllegalTransition, Refusal, StaleVersion
from apps.orders import commands as orders
from apps.orders import queries as money
from apps.orders.models import Intent, LineItem
from apps.orders.states import OPEN_INTENTS, CancelReason, Component, Source
from apps.storefront import queries

from .owning import order_in, order_to_change
from .page import ShopView

_MOVED_ON = ("pieces-started", "pieces-too-few", "pieces-all-canceled", "order-is-over")
"""Refusals that mean: the order is not as the page showed it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line and how many pieces of it are wanted after the change."""

    item: LineItem
    requirement_id: UUID
    untouched: tuple[UUID, ...]
    started: int
    wanted: int

    @property
    def now(self) -> int:
        """Pieces as it stands."""
        return len(self.untouched) + self.started

    @property
    def fewer(self) -> int:
        """Pieces that go."""
        return self.now - self.wanted

    @property
    def gone(self) -> tuple[UUID, ...]:
        """Which ones."""
        return self.untouched[: self.fewer]


class ChangeOrder(ShopView):
    """Fewer pieces."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show what can be changed and what a change does. ``X-Fragment: change``: only the part of the page that changes."""
        intent = order_to_change(self.asker, token)
        template = "shop/change_body.html" if request.headers.get("X-Fragment") == "change" else "shop/change.html"
        return self.show(template, **self.shown(intent, token, request.GET))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Do it, or say that the order moved on and nothing was changed."""
        intent, form = order_to_change(self.asker, token), Form(request)
        lines = [line for line in _lines(intent, request.POST) if line.fewer > 0]
        if not lines:
            return self.go(reverse("shop-order", args=[token]), _("Nothing was changed."))
        try:
            orders.amend_cancel_qty(
                self.ctx(form, "-fewer"),
                intent_id=intent.pk,
                expected_version=form.version(),
                lines=tuple(orders.FewerPieces(line.requirement_id, line.fewer) for line in lines),
                source=Source.STOREFRONT,
            )
        except (StaleVersion, IllegalTransition):
            return self.asked_again(order_in(token), token, 412)
        except Refusal as refusal:
            if refusal.code not in _MOVED_ON:
                raise
            return self.asked_again(order_in(token), token, 409)
        return self.go(reverse("shop-order", args=[token]), _("Changed as you wished. What you paid too much goes back the way it came."))

    def asked_again(self, intent: Intent, token: str, status: int) -> HttpResponse:
        """Return the page as the order is now."""
        return self.show("shop/change.html", status=status, moved_on=True, **self.shown(intent, token, {}))

    def shown(self, intent: Intent, token: str, sent: Any) -> dict[str, Any]:
        """Return what the page shows."""
        lines = _lines(intent, sent)
        gone = [piece for line in lines for piece in line.gone]
        now = money.money_of(intent)
        after = money.value_if(intent, gone) if gone else now.due
        all_gone = [piece for line in lines for piece in line.untouched]
        started = sum(line.started for line in lines)
        is_open = intent.state in OPEN_INTENTS
        return {
            "intent": intent,
            "token": token,
            "lines": lines,
            "is_open": is_open,
            "untouched": len(all_gone),
            "started": started,
            "pieces_now": len(all_gone) + started,
            "pieces_after": len(all_gone) + started - len(gone),
            "fewer": len(gone),
            "takes_all": bool(gone) and len(gone) == len(all_gone) + started,
            "delta_minor": now.due - after,
            "back_minor": max(0, now.kept - after),
            "can_cancel": is_open and not started and bool(all_gone),
            "cancel_back_minor": now.kept,
        }


class CancelOrder(ShopView):
    """All of it, while nothing was begun."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Do it, or say that a piece was begun meanwhile and nothing was changed."""
        intent, form = order_to_change(self.asker, token), Form(request)
        try:
            orders.cancel_intent(
                self.ctx(form, "-cancel"),
                intent_id=intent.pk,
                expected_version=form.version(),
                reason=CancelReason.CUSTOMER_REQUEST,
                source=Source.STOREFRONT,
            )
        except (StaleVersion, IllegalTransition):
            return self._again(token, 412)
        except Refusal as refusal:
            if refusal.code not in _MOVED_ON:
                raise
            return self._again(token, 409)
        return self.go(reverse("shop-order", args=[token]), _("Cancelled. What you paid goes back the way it came."))

    def _again(self, token: str, status: int) -> HttpResponse:
        page = ChangeOrder()
        page.setup(self.request)
        page.asker = self.asker
        return page.asked_again(order_in(token), token, status)


def _lines(intent: Intent, sent: Any) -> list[Line]:
    """Return the lines of an order with how many pieces each is to have: what was sent, within what is possible; as it is where nothing was."""
    found = []
    items = intent.lines.filter(amendment__isnull=True).select_related("part_revision__part", "material", "color").order_by("position")
    for item in items:
        for requirement in item.requirements.filter(component=Component.PRINTED):
            untouched = tuple(queries.untouched_pieces(intent, requirement.pk))
            started = queries.started_pieces(intent, requirement.pk)
            now = len(untouched) + started
            wanted = _number(sent.get(f"wanted-{requirement.pk}", ""), now)
            step = {f"more-{requirement.pk}": 1, f"less-{requirement.pk}": -1}.get(sent.get("step", ""), 0)
            found.append(Line(item, requirement.pk, untouched, started, min(max(wanted + step, started), now)))
    return found


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else default
