"""The admin of runs shows every row and changes none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.states import Role
from tests.admin_pages import open_pages, unseen
from tests.factories.accounts import make_user
from tests.factories.runs import (
    make_anomaly,
    make_exclusion,
    make_incident,
    make_incident_printer,
    make_incident_run,
    make_item_outcome,
    make_outcome_photo,
    make_run,
    make_run_snapshot,
)

FACTORIES: dict[str, Callable[..., Any]] = {
    "Run": make_run,
    "ItemOutcome": make_item_outcome,
    "OutcomePhoto": make_outcome_photo,
    "Incident": make_incident,
    "IncidentPrinter": make_incident_printer,
    "IncidentRun": make_incident_run,
    "Anomaly": make_anomaly,
    "RunSnapshot": make_run_snapshot,
    "Exclusion": make_exclusion,
}


@pytest.mark.django_db
class TestTheAdmin:
    @pytest.mark.parametrize("model", FACTORIES)
    def test_opens_every_page_read_only(self, model: str) -> None:
        row = FACTORIES[model]()

        assert open_pages(make_user(Role.ADMIN), row).read_only

    def test_leaves_no_model_out(self) -> None:
        assert unseen("runs", FACTORIES) == {"Shard", "Listener", "Telemetry"}, (
            "what connectors keep for themselves, and numbers packed by the hour"
        )
