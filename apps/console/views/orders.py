"""Orders: what was promised to whom, by when, and how far it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Account
from apps.board.badges import order_badge
from apps.board.queries import orders_expected_at
from apps.board.queries.pieces import Stand, stands_of_orders
from apps.journal import clock
from apps.orders.models import Intent, Release
from apps.orders.states import OPEN_INTENTS, IntentState

from .page import Page
from .tables import PAGE, Asked, as_csv

OPEN = Q(fulfilled_at__isnull=True, canceled_at__isnull=True)
STATES = {
    "open": (_("Open"), OPEN),
    **{str(state.value): (state.label, OPEN & Q(state=state)) for state in OPEN_INTENTS},
    "fulfilled": (IntentState.FULFILLED.label, Q(state=IntentState.FULFILLED)),
    "canceled": (IntentState.CANCELED.label, Q(state=IntentState.CANCELED)),
    "all": (_("All"), Q()),
}
DUES = {"late": _("Late"), "today": _("Due today"), "week": _("Due in 7 days"), "none": _("No date")}
NAMESAKES = 200
"""Customers one search looks at."""

DUE_FIRST = ("open", *(str(state.value) for state in OPEN_INTENTS))
"""Where the earliest promise comes first; elsewhere the newest order does."""


class Orders(Page):
    """The list of orders, by promise; the same rows as CSV."""

    permission = "orders.view_intent"
    title = _("Orders")
    template_name = "console/orders.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer with the page, or with the rows as CSV."""
        if request.GET.get("format") == "csv":
            heads = (
                "number",
                "state",
                "customer",
                "due_at",
                "placed_at",
                "currency",
                "price",
                "promised",
                "made",
                "to_make",
                "expected_at",
            )
            return as_csv("orders", heads, self._csv_rows())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the rows of this page and what the filters say."""
        asked = Asked(self.request.GET)
        rows = list(self._page(asked)[: PAGE + 1])
        shown = rows[:PAGE]
        stands, expected, now = stands_of_orders([row.pk for row in shown]), self._expected(shown), clock.now()
        names = self.sees_customers()
        state, due = self._asked(asked)
        return {
            **super().get_context_data(**kwargs),
            "orders": [_row(row, stands.get(row.pk, Stand()), expected.get(row.pk), with_names=names, now=now) for row in shown],
            "is_by_promise": state in DUE_FIRST,
            "next": asked.link(after=_key(shown[-1])) if len(rows) > PAGE else "",
            "states": [(code, words, asked.link(state=code), code == state) for code, (words, _q) in STATES.items()],
            "dues": [(code, words, asked.link(due="" if code == due else code), code == due) for code, words in DUES.items()],
            "asked": {"q": asked.text("q"), "state": state, "due": due, "any": bool(asked.text("q") or due)},
            "csv": asked.link(format="csv"),
            "now": now,
        }

    def _asked(self, asked: Asked) -> tuple[str, str]:
        return asked.one_of("state", STATES, "open"), asked.one_of("due", DUES)

    def _filtered(self, asked: Asked) -> QuerySet[Intent]:
        state, due = self._asked(asked)
        released = Exists(Release.objects.filter(intent=OuterRef("pk")))
        rows = Intent.objects.filter(STATES[state][1], site=self.site).select_related("account").annotate(is_released=released)
        if due:
            rows = rows.filter(_due(due, clock.now()))
        if text := asked.text("q"):
            found = Q(number__istartswith=text) | Q(external_ref=text)
            if self.sees_customers():
                named = Account.objects.filter(site=self.site, name__icontains=text).order_by("id").values_list("pk", flat=True)
                found |= Q(account__in=list(named[:NAMESAKES]))
            rows = rows.filter(found)
        return rows

    def _expected(self, rows: list[Intent]) -> dict[UUID, datetime]:
        """Return when those of the orders that are in production are expected to be made."""
        made = [row.pk for row in rows if row.state in OPEN_INTENTS and getattr(row, "is_released", False)]
        return orders_expected_at(made, self.site.pk, now=clock.now()) if made else {}

    def _page(self, asked: Asked) -> QuerySet[Intent]:
        """Return the rows from where the address says, in their order."""
        rows = self._filtered(asked)
        due_at, last = _read_key(asked.text("after"))
        if self._asked(asked)[0] in DUE_FIRST:
            rows = rows.order_by(F("due_at").asc(nulls_last=True), "id")
            if last and due_at:
                rows = rows.filter(Q(due_at__gt=due_at) | Q(due_at=due_at, id__gt=last) | Q(due_at__isnull=True))
            elif last:
                rows = rows.filter(due_at__isnull=True, id__gt=last)
            return rows
        return rows.filter(id__lt=last).order_by("-id") if last else rows.order_by("-id")

    def _csv_rows(self) -> Iterator[tuple[Any, ...]]:
        rows = self._filtered(Asked(self.request.GET)).order_by("id")
        last: UUID | None = None
        while batch := list((rows.filter(id__gt=last) if last else rows)[:500]):
            last = batch[-1].pk
            stands, expected = stands_of_orders([row.pk for row in batch]), self._expected(batch)
            for row in batch:
                stand = stands.get(row.pk, Stand())
                customer = str(row.account) if row.account and self.sees_customers() else ""
                money = (row.currency, row.price_minor)
                dates = (row.due_at and row.due_at.isoformat(), row.created_at.isoformat())
                about = expected.get(row.pk)
                counts = (stand.promised, stand.made, stand.to_make)
                yield (row.number, row.state, customer, *dates, *money, *counts, about and about.isoformat(timespec="seconds"))


def _due(code: str, now: datetime) -> Q:
    tomorrow = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    ways = {
        "late": Q(due_at__lt=now),
        "today": Q(due_at__lt=tomorrow),
        "week": Q(due_at__lt=now + timedelta(days=7)),
        "none": Q(due_at__isnull=True),
    }
    return ways[code]


def _row(intent: Intent, stand: Stand, expected: datetime | None, *, with_names: bool, now: datetime) -> dict[str, Any]:
    is_open, due_at = intent.state in OPEN_INTENTS, intent.due_at
    is_late = is_open and due_at is not None and due_at < now
    return {
        "intent": intent,
        "badge": order_badge(intent.state, intent.cancel_reason),
        "customer": str(intent.account) if intent.account and with_names else intent.get_kind_display(),
        "stand": stand,
        "is_open": is_open,
        "is_late": is_late,
        "is_made": stand.promised > 0 and not any(stand.counts.get(one) for one in ("owed", "printing", "doubt")),
        "expected_at": expected,
        "is_missed": not is_late and due_at is not None and expected is not None and expected > due_at,
    }


def _key(intent: Intent) -> str:
    return f"{intent.due_at.isoformat() if intent.due_at else ''}~{intent.pk}"


def _read_key(text: str) -> tuple[datetime | None, UUID | None]:
    """Return what ``_key`` wrote; nothing where somebody wrote something else."""
    due, _tilde, last = text.partition("~")
    try:
        moment = datetime.fromisoformat(due) if due else None
        return (moment if moment is None or moment.tzinfo else None), (UUID(last) if last else None)
    except ValueError:
        return None, None
