"""What the last attempts on a printer say about how far to trust it with the next one."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from apps.catalog.states import FAMILY_OF, ReasonFamily
from apps.fleet.domain.confidence import WINDOW, Receipt
from apps.runs.models import ItemOutcome, Run
from apps.runs.states import ItemResult, RunState

NOT_THE_MACHINES = frozenset(reason for reason, family in FAMILY_OF.items() if family in (ReasonFamily.HUMAN, ReasonFamily.QA))
"""Reasons that say nothing about a machine; its breaker does not count them either."""

COUNTS = Q(state=RunState.FAILED) | Q(state=RunState.COMPLETED, judged_at__isnull=False)
"""Attempts that say something: what people stopped does not, nor what nobody looked at yet."""


def receipts_of(printer_id: UUID) -> list[Receipt]:
    """Return how the last attempts on a printer went, oldest first. What an incident took, or never began, says nothing about the machine."""
    latest = Run.objects.filter(COUNTS, printer_id=printer_id, started_at__isnull=False, incident_runs=None)
    runs = list(latest.exclude(reason__in=NOT_THE_MACHINES).order_by("-id").values_list("id", "state")[:WINDOW])
    said = ItemOutcome.objects.filter(run_id__in=[pk for pk, _state in runs], corrections__isnull=True, outcome=ItemResult.FAILED)
    spoiled = set(said.exclude(reason__in=NOT_THE_MACHINES).values_list("run_id", flat=True))
    return [Receipt(str(pk), state == RunState.COMPLETED and pk not in spoiled) for pk, state in reversed(runs)]
