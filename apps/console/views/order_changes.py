"""Pages before an order changes: what it costs or gives back is said first, then it is confirmed."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from apps.board.queries.pieces import Stand, stands_of_components
from apps.orders import queries as money
from apps.orders.models import Piece, Requirement
from apps.orders.models.pieces import BEFORE_SHIPPING
from apps.orders.states import OPEN_INTENTS, TO_MAKE, CancelReason

from .order import OrderPage
from .order_acts import minor_as_text


class ChangePage(OrderPage):
    """A page that says what a change does before it is done.

    Attributes:
        needs: The right of the change.
    """

    needs: ClassVar[str]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the order and what it is worth; where the change is not this person's there is no such page."""
        if not self.can(self.needs):
            raise Http404
        base = super(OrderPage, self).get_context_data(**kwargs)
        intent = self.intent
        return {**base, "order": intent, "is_open": intent.state in OPEN_INTENTS, "account": money.money_of(intent), **self.effects()}

    def effects(self) -> dict[str, Any]:
        """Return what the change does."""
        raise NotImplementedError


class CancelOrder(ChangePage):
    """What cancelling the whole order does, and the button that does it."""

    title = _("Cancel Order")
    template_name = "console/cancel.html"
    needs = "orders.cancel_intent"

    def effects(self) -> dict[str, Any]:
        """Return how far the pieces are and what is given back, by who wished it."""
        pieces = list(_cancelable(self.intent.pk))
        stand = sum(stands_of_components(self.intent.pk).values(), Stand())
        now = money.money_of(self.intent)
        if_wished = money.value_if(self.intent, {one.pk for one in pieces})
        shipped = stand.counts.get("shipped", 0)
        return {
            "stand": stand,
            "reasons": CancelReason.choices,
            "gone": len(pieces),
            "started": sum(one.state not in TO_MAKE for one in pieces),
            "shipped": shipped,
            "kept_if_wished": if_wished,
            "back_if_wished": max(0, now.kept - if_wished),
            "back_if_ours": None if shipped else now.kept,
        }


class FewerPiecesPage(ChangePage):
    """How many fewer of what, then what that does to the price, then the button."""

    title = _("Fewer pieces")
    template_name = "console/fewer.html"
    needs = "orders.amend_cancel_qty"

    def effects(self) -> dict[str, Any]:
        """Return the components with what may be cancelled, and the effect of what is asked for."""
        stands = stands_of_components(self.intent.pk)
        rows = [self._row(one, stands) for one in _components(self.intent.pk)]
        chosen = [piece for row in rows for piece in row["chosen"]]
        shown: dict[str, Any] = {"rows": rows, "is_shown": bool(chosen), "asked": sum(row["asked"] for row in rows)}
        if not chosen:
            return shown
        now = money.money_of(self.intent)
        value = money.value_if(self.intent, {one.pk for one in chosen})
        return {
            **shown,
            "started": sum(one.state not in TO_MAKE for one in chosen),
            "value": value,
            "delta": value - now.due,
            "given_back": max(0, now.kept - value),
            "is_everything": len(chosen) >= sum(row["left"] for row in rows),
        }

    def _row(self, requirement: Requirement, stands: dict[UUID, Stand]) -> dict[str, Any]:
        open_ones = least_advanced(requirement.pk)
        asked = self.request.GET.get(f"fewer-{requirement.pk}", "")
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
        revision = requirement.part_revision
        return {
            "requirement": requirement,
            "name": str(revision.part) if revision else requirement.sku,
            "stand": stands.get(requirement.pk, Stand()),
            "left": len(open_ones),
            "untouched": sum(one.state in TO_MAKE for one in open_ones),
            "asked": min(number, len(open_ones)),
            "chosen": open_ones[:number],
        }


class RefundPage(ChangePage):
    """How much can be given back, and the button that does it."""

    title = _("Give money back")
    template_name = "console/refund.html"
    needs = "orders.request_refund"

    def effects(self) -> dict[str, Any]:
        """Return what is left of what came in, and what is more than the order costs."""
        account = money.money_of(self.intent)
        proposed = account.surplus or account.kept
        return {
            "left": account.kept,
            "proposed": minor_as_text(max(0, proposed), self.intent.currency),
            "surplus": account.surplus,
            "refunds": list(self.intent.refunds.order_by("-id")[:10]),
        }


def _components(intent_id: UUID) -> list[Requirement]:
    rows = Requirement.objects.filter(line__intent_id=intent_id).select_related("part_revision__part", "line")
    return list(rows.order_by("line__position", "position"))


def _cancelable(intent_id: UUID) -> Any:
    return Piece.objects.filter(requirement__line__intent_id=intent_id, state__in=BEFORE_SHIPPING).only("pk", "state")


def least_advanced(requirement_id: UUID) -> list[Piece]:
    """Return the pieces of a component that may still be cancelled, in the order in which the command takes them."""
    order = [str(state) for state in BEFORE_SHIPPING]
    pieces = Piece.objects.filter(requirement_id=requirement_id, state__in=BEFORE_SHIPPING)
    return sorted(pieces, key=lambda one: (order.index(one.state), one.allocated_to is not None, -one.number))
