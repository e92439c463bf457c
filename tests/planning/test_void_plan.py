"""``planning.void_plan``: nothing is made from it any more."""

from __future__ import annotations

import pytest

from apps.catalog.states import Reason
from apps.journal.models import Event
from apps.journal.refusals import IllegalTransition, NotFound
from apps.planning import commands
from apps.planning.models import Plan
from tests.factories.context import make_context
from tests.factories.planning import make_approved_plan, make_plan, make_void_plan

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("make", [make_plan, make_approved_plan])
def test_voiding_names_the_reason_and_tells_the_order(make: type[Plan]) -> None:
    plan = make()

    commands.void_plan(make_context(), plan_id=plan.pk, reason=Reason.MODEL_DEFECT, expected_version=1)

    plan = Plan.objects.get()
    assert (plan.state, plan.void_reason, plan.voided_by) == ("void", "MODEL_DEFECT", "service:tests")
    assert Event.objects.get(type="PlanVoided").subject_rows.filter(kind="intent").exists()


def test_voiding_what_is_void_is_nothing_to_automation_and_illegal_to_a_person() -> None:
    plan = make_void_plan()

    commands.void_plan(make_context(), plan_id=plan.pk, reason=Reason.MODEL_DEFECT)
    with pytest.raises(IllegalTransition):
        commands.void_plan(make_context(), plan_id=plan.pk, reason=Reason.MODEL_DEFECT, expected_version=1)

    assert not Event.objects.exists()


def test_voiding_what_nobody_knows_is_not_found() -> None:
    with pytest.raises(NotFound):
        commands.void_plan(make_context(), plan_id=make_plan().requirement_id, reason=Reason.MODEL_DEFECT)
