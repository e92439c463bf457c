"""The questions asked of a million print attempts are answered from an index."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db.models import QuerySet

from apps.runs.models import Incident, ItemOutcome, Run
from apps.runs.states import ON_PRINTER, IncidentState, RunState
from tests.factories.context import NOW
from tests.query_plans import plan_of

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]

SOMETHING = uuid4()
QUESTIONS: dict[str, QuerySet[Run] | QuerySet[ItemOutcome] | QuerySet[Incident]] = {
    "run_open_by_due": Run.objects.filter(ended_at=None, state=RunState.QUEUED).order_by("due_at")[:100],
    "run_needs_attention": Run.objects.filter(needs_attention=True).order_by("due_at")[:100],
    "run_by_printer": Run.objects.filter(printer_id=SOMETHING).order_by("-id")[:20],
    "run_to_judge": Run.objects.filter(ended_at__isnull=False, judged_at=None).order_by("ended_at")[:100],
    "item_outcome_by_run": ItemOutcome.objects.filter(run_id=SOMETHING).order_by("id"),
    "item_outcome_by_item": ItemOutcome.objects.filter(item_id=SOMETHING).order_by("-id")[:1],
    "one_open_incident_per_cause": Incident.objects.filter(site_id=SOMETHING, kind="circuit", cause_ref="F1", state=IncidentState.OPEN),
    "incident_by_site": Incident.objects.filter(site_id=SOMETHING).order_by("-began_at")[:20],
}


class TestAnIndex:
    @pytest.mark.parametrize("index", QUESTIONS)
    def test_answers_its_question(self, index: str) -> None:
        assert index in plan_of(QUESTIONS[index])

    def test_finds_what_is_on_printers_among_the_open_attempts_only(self) -> None:
        plan = plan_of(Run.objects.filter(ended_at=None, state__in=ON_PRINTER))

        assert "run_open_by_due" in plan or "one_active_run_per_printer" in plan

    def test_finds_what_is_due_among_the_open_attempts_only(self) -> None:
        assert "run_open_by_due" in plan_of(Run.objects.filter(ended_at=None, due_at__lt=NOW))
