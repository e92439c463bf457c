"""The questions asked of a large archive of orders are answered from an index."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db.models import QuerySet

from apps.orders.models import Intent, LedgerEntry, Piece, PieceFact, Quote
from apps.orders.states import PieceState, QuoteState
from tests.factories.context import NOW
from tests.query_plans import plan_of

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]

SOMETHING = uuid4()
QUESTIONS: dict[str, QuerySet[Any]] = {
    "quote_waiting": Quote.objects.filter(site_id=SOMETHING, state=QuoteState.SENT, valid_until__lt=NOW),
    "quote_by_account": Quote.objects.filter(account_id=SOMETHING).order_by("-id")[:20],
    "intent_open_by_due": Intent.objects.filter(site_id=SOMETHING, fulfilled_at=None, canceled_at=None).order_by("due_at")[:100],
    "intent_by_account": Intent.objects.filter(account_id=SOMETHING).order_by("-id")[:20],
    "piece_by_stage": Piece.objects.filter(state=PieceState.QA).order_by("since")[:20],
    "piece_fact_timeline": PieceFact.objects.filter(piece_id=SOMETHING).order_by("id"),
    "piece_fact_by_run": PieceFact.objects.filter(run_id=SOMETHING).order_by("id"),
    "ledger_by_intent": LedgerEntry.objects.filter(intent_id=SOMETHING).order_by("id"),
    "ledger_by_month": LedgerEntry.objects.filter(site_id=SOMETHING, occurred_at__gte=NOW).order_by("occurred_at"),
}


class TestAnIndex:
    @pytest.mark.parametrize("index", QUESTIONS)
    def test_answers_its_question(self, index: str) -> None:
        assert index in plan_of(QUESTIONS[index])
