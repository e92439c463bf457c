"""``runs.keep_snapshot``: one picture of each moment, kept for as long as the attempt."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import pytest

from apps.artifacts.models import Artifact
from apps.artifacts.store import Stored, deposit
from apps.journal.models import Event
from apps.journal.refusals import NotFound
from apps.runs import commands
from apps.runs.models import RunSnapshot
from apps.runs.states import SnapshotMoment
from tests.factories.runs import make_anomaly, make_printing_run
from tests.runs.driving import machine

pytestmark = pytest.mark.django_db


def picture(name: str) -> Stored:
    return deposit(io.BytesIO(name.encode()), mime="image/jpeg")


def test_the_first_one_of_a_moment_stays() -> None:
    run = make_printing_run()
    about: dict[str, Any] = {"run_id": run.pk, "moment": SnapshotMoment.FIRST_LAYER}

    first = commands.keep_snapshot(machine(), stored=picture("a"), **about)

    assert commands.keep_snapshot(machine(), stored=picture("b"), **about) == first
    assert RunSnapshot.objects.get().artifact == Artifact.objects.get(mime="image/jpeg")
    assert Event.objects.filter(type="SnapshotTaken").count() == 1


def test_every_anomaly_has_its_own() -> None:
    anomaly = make_anomaly()
    other = make_anomaly(run=anomaly.run, kind="TEMP_DRIFT", reason="THERMAL")
    for one in (anomaly, other):
        commands.keep_snapshot(
            machine(), run_id=anomaly.run_id, moment=SnapshotMoment.ANOMALY, stored=picture(str(one.pk)), anomaly_id=one.pk
        )

    assert RunSnapshot.objects.count() == 2


def test_of_an_attempt_nobody_knows_is_refused() -> None:
    with pytest.raises(NotFound):
        commands.keep_snapshot(machine(), run_id=uuid4(), moment=SnapshotMoment.FIRST_LAYER, stored=picture("a"))
