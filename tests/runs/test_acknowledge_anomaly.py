"""``runs.acknowledge_anomaly``: somebody saw it; it stays open until they say what was done."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.journal.models import Event
from apps.journal.refusals import IllegalTransition, NotFound, StaleVersion
from apps.runs import commands
from apps.runs.models import OPEN, Anomaly
from apps.runs.states import AnomalyState
from tests.factories.runs import make_anomaly
from tests.runs.driving import PERSON, fresh, person

pytestmark = pytest.mark.django_db


def test_names_who_saw_it_and_leaves_it_open() -> None:
    anomaly = make_anomaly()

    commands.acknowledge_anomaly(person(), anomaly_id=anomaly.pk, expected_version=1)

    after = fresh(anomaly)
    assert (after.state, after.acknowledged_by) == (AnomalyState.ACKNOWLEDGED, PERSON.who)
    assert Anomaly.objects.filter(OPEN).exists()
    assert Event.objects.filter(type="AnomalyAcknowledged").count() == 1


def test_is_refused_a_second_time() -> None:
    anomaly = make_anomaly()
    commands.acknowledge_anomaly(person(), anomaly_id=anomaly.pk, expected_version=1)

    with pytest.raises(IllegalTransition):
        commands.acknowledge_anomaly(person(), anomaly_id=anomaly.pk, expected_version=2)


def test_is_refused_to_who_saw_an_older_version() -> None:
    anomaly = make_anomaly(version=3)

    with pytest.raises(StaleVersion):
        commands.acknowledge_anomaly(person(), anomaly_id=anomaly.pk, expected_version=2)


def test_is_refused_for_what_nobody_knows() -> None:
    with pytest.raises(NotFound):
        commands.acknowledge_anomaly(person(), anomaly_id=uuid4(), expected_version=1)
