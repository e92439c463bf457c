"""What was measured while an attempt printed."""

from __future__ import annotations

from uuid import UUID

from apps.fleet.domain.telemetry import Sample, read_stored
from apps.runs.models import Telemetry


def telemetry(run_id: UUID) -> list[Sample]:
    """Return the samples that were kept of an attempt, oldest first; none before its first half minute."""
    hours = Telemetry.objects.filter(run_id=run_id).order_by("hour")
    return [sample for one in hours for sample in read_stored(one.samples, one.hour)]
