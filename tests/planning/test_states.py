"""Which moves build plans and plates can make, and what each leaves behind."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from apps.catalog.states import Reason
from apps.planning.models import BuildPlate, Plan
from apps.planning.states import PlanState, PlateState
from tests.factories.artifacts import some_sha256
from tests.factories.catalog import make_printer_class
from tests.factories.context import NOW
from tests.factories.planning import SLICER, make_layout, make_plan, make_plate
from tests.factories.policy import WHO
from tests.factories.profiles import make_profile_version
from tests.state_machines import WALKS, Table, assert_all_others_are_refused, dead_ends, table_of, walk

PLAN: Table = {
    PlanState.DRAFT: {"approve": "approved", "void": "void"},
    PlanState.APPROVED: {"supersede": "superseded", "void": "void"},
    PlanState.SUPERSEDED: {},
    PlanState.VOID: {},
}
PLATE: Table = {
    PlateState.DRAFT: {"approve": "approved", "void": "void"},
    PlateState.APPROVED: {"supersede": "superseded", "void": "void"},
    PlateState.SUPERSEDED: {},
    PlateState.VOID: {},
}
MACHINES = [(Plan, PlanState, PLAN), (BuildPlate, PlateState, PLATE)]
VALUES: dict[str, Any] = {"by": WHO, "now": NOW, "reason": Reason.CUSTOMER_CANCELED}


class TestAStateMachine:
    @pytest.mark.parametrize(("model", "states", "table"), MACHINES)
    def test_has_exactly_these_moves(self, model: type[models.Model], states: type[models.TextChoices], table: Table) -> None:
        assert table_of(model, states) == table

    @pytest.mark.parametrize(("model", "states", "table"), MACHINES)
    def test_refuses_every_other(self, model: type[models.Model], states: type[models.TextChoices], table: Table) -> None:
        assert_all_others_are_refused(model, table, VALUES)

    def test_ends_where_it_ends(self) -> None:
        assert dead_ends(PLAN) == dead_ends(PLATE) == {"superseded", "void"}


def make_plan_ready_to_approve() -> Plan:
    return make_plan(profile_version=make_profile_version(), slicer_digest=SLICER, pins_sha256=some_sha256())


def make_plate_ready_to_approve() -> BuildPlate:
    return make_plate(layout=make_layout(), printer_class=make_printer_class(), items_sha256=some_sha256())


@pytest.mark.django_db
class TestAnyWalk:
    @WALKS
    @given(data=st.data())
    def test_leaves_plans_the_database_accepts(self, data: st.DataObject) -> None:
        walk(data, make_plan_ready_to_approve, {**VALUES, "reason": st.sampled_from(Reason)}, self.explains_its_end)

    @WALKS
    @given(data=st.data())
    def test_leaves_plates_the_database_accepts(self, data: st.DataObject) -> None:
        walk(data, make_plate_ready_to_approve, {**VALUES, "reason": st.sampled_from(Reason)}, self.explains_its_end)

    def explains_its_end(self, row: Plan | BuildPlate) -> None:
        assert (row.void_reason in Reason.values) == (row.state == PlanState.VOID)
        assert row.approved_by == (WHO if row.state in (PlanState.APPROVED, PlanState.SUPERSEDED) or row.approved_at else "")
