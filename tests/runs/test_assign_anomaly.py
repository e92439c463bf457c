"""``runs.assign_anomaly``: one person's to see to, who works there."""

from __future__ import annotations

import pytest

from apps.accounts.states import Role
from apps.journal.models import Event
from apps.journal.refusals import IllegalTransition, Invalid
from apps.runs import commands
from apps.runs.states import AnomalyState
from tests.factories.accounts import make_user
from tests.factories.runs import make_anomaly
from tests.runs.driving import fresh, person

pytestmark = pytest.mark.django_db


def test_names_the_person_and_can_be_given_on() -> None:
    anomaly, one, other = make_anomaly(), make_user(Role.OPERATOR), make_user(Role.LEAD)

    commands.assign_anomaly(person(), anomaly_id=anomaly.pk, expected_version=1, to=one.pk)
    commands.assign_anomaly(person(), anomaly_id=anomaly.pk, expected_version=2, to=other.pk)

    after = fresh(anomaly)
    assert (after.assigned_to, after.state) == (f"person:{other.pk}", AnomalyState.OPEN)
    assert Event.objects.filter(type="AnomalyAssigned").count() == 2


def test_to_somebody_who_does_not_work_there_is_refused() -> None:
    anomaly, gone = make_anomaly(), make_user(Role.OPERATOR, is_active=False)

    with pytest.raises(Invalid):
        commands.assign_anomaly(person(), anomaly_id=anomaly.pk, expected_version=1, to=gone.pk)
    assert fresh(anomaly).assigned_to == ""


def test_of_what_is_done_is_refused() -> None:
    anomaly, one = make_anomaly(), make_user(Role.OPERATOR)
    commands.complete_playbook(person(), anomaly_id=anomaly.pk, expected_version=1, answers=("NOTHING_WRONG",))

    with pytest.raises(IllegalTransition):
        commands.assign_anomaly(person(), anomaly_id=anomaly.pk, expected_version=2, to=one.pk)
