"""What runs promises to keep is kept by the database itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import models

from tests.factories.runs import (
    make_anomaly,
    make_exclusion,
    make_failed_run,
    make_incident,
    make_incident_printer,
    make_incident_run,
    make_item_outcome,
    make_outcome_photo,
    make_printing_run,
    make_run_snapshot,
)
from tests.kept_rows import KeepsItsPromises

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]

KEPT: dict[str, Callable[[], models.Model]] = {
    "Run": make_failed_run,
    "ItemOutcome": make_item_outcome,
    "OutcomePhoto": make_outcome_photo,
    "Incident": make_incident,
    "IncidentPrinter": make_incident_printer,
    "IncidentRun": make_incident_run,
    "Anomaly": make_anomaly,
    "RunSnapshot": make_run_snapshot,
    "Exclusion": make_exclusion,
}
"""Every model that makes a promise, with a row for which it holds."""

MAY_CHANGE = {
    "Run": "desynced desynced_since desync_evidence needs_attention attention_since due_at bed_cleared_at bed_cleared_by judged_at judged_by",
    "Anomaly": "state assigned_to assigned_at acknowledged_at acknowledged_by resolved_at resolved_by resolution answers answer_note",
    "Exclusion": "state settled_at dropped_because evidence",
    "IncidentPrinter": "released_at",
    "Incident": "until evidence state released_at released_by release_note",
}
"""All that may still change in such a row, beside its version; every other model of KEPT changes nothing."""

OPEN: dict[str, Callable[[], models.Model]] = {
    "Run": make_printing_run,
}
"""Rows for which the promise does not hold yet."""


class TestRowsOfRuns(KeepsItsPromises):
    app = "runs"
    kept = KEPT
    may_change = MAY_CHANGE
    still_open = OPEN
