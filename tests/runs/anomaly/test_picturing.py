"""Pictures by the camera of a simulated printer: of an anomaly and a first layer, and what becomes of a camera that gives none."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from apps.artifacts.store import open_verified
from apps.fleet.drivers import NotUnderstood, Unreachable
from apps.journal import clock
from apps.journal.owed import Later
from apps.runs import events
from apps.runs.connector.hand import Hand
from apps.runs.models import Anomaly, RunSnapshot
from apps.runs.subscribers.anomalies import look_through_camera, picture_by_time, picture_of_anomaly, picture_of_first_layer
from tests.factories.context import NOW
from tests.factories.runs import make_anomaly, make_printing_run
from tests.notify.telling import happened
from tests.runs.floor import Floor, simulated

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    with simulated(tmp_path_factory.mktemp("floor"), 1) as running:
        yield running


def of_anomaly(anomaly: Anomaly) -> Any:
    about = {"run_id": anomaly.run_id, "anomaly_id": anomaly.pk, "printer_id": anomaly.printer_id}
    return happened(events.AnomalyDetected(**about, kind=anomaly.kind, severity=anomaly.severity, reason=anomaly.reason))


def test_an_anomaly_and_a_first_layer_have_their_pictures_once(floor: Floor) -> None:
    anomaly = make_anomaly(run=make_printing_run(printer=floor.printer(0)))
    printer_id = anomaly.printer_id
    for _ in range(2):
        picture_of_anomaly(of_anomaly(anomaly))
        for mark in ("first_layer", "percent_25"):
            picture_of_first_layer(happened(events.RunProgressed(run_id=anomaly.run_id, printer_id=printer_id, mark=mark, percent=3)))

    assert sorted(RunSnapshot.objects.values_list("moment", "anomaly_id")) == [("anomaly", anomaly.pk), ("first_layer", None)]
    with open_verified(RunSnapshot.objects.first().artifact) as content:  # type: ignore[union-attr]
        assert Image.open(io.BytesIO(content.read())).format == "JPEG"


def test_a_printer_that_does_not_answer_has_no_picture_and_no_lost_camera(floor: Floor) -> None:
    anomaly = make_anomaly(run=make_printing_run(printer=floor.printer(0, address="http://127.0.0.1:9")))

    picture_of_anomaly(of_anomaly(anomaly))

    assert not RunSnapshot.objects.exists()
    assert Anomaly.objects.count() == 1


def test_a_camera_that_gives_none_is_told_for_information(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_asked: Any) -> Any:
        raise NotUnderstood("What the camera sends is no picture.")

    monkeypatch.setattr(Hand, "snapshot", broken)
    anomaly = make_anomaly(run=make_printing_run(printer=floor.printer(0)))

    picture_of_anomaly(of_anomaly(anomaly))

    lost = Anomaly.objects.get(kind="CAMERA_LOST")
    assert (lost.severity, lost.evidence) == ("information", {"said": "What the camera sends is no picture."})
    picture_of_anomaly(of_anomaly(lost))
    assert Anomaly.objects.filter(kind="CAMERA_LOST").count() == 1


@pytest.mark.parametrize("is_dark", [True, False])
def test_a_camera_that_goes_dark_in_the_middle_of_a_print_is_told(floor: Floor, monkeypatch: pytest.MonkeyPatch, is_dark: bool) -> None:
    def dark(*_asked: Any) -> Any:
        raise Unreachable("Nothing listens at that port.", "closed")

    if is_dark:
        monkeypatch.setattr(Hand, "snapshot", dark)
    printer = floor.printer(0)
    run = make_printing_run(printer=printer)

    for mark in ("first_layer", "percent_50"):
        look_through_camera(happened(events.RunProgressed(run_id=run.pk, printer_id=printer.pk, mark=mark, percent=50)))

    assert list(Anomaly.objects.values_list("kind", flat=True)) == (["CAMERA_LOST"] if is_dark else [])
    assert not RunSnapshot.objects.exists()


@pytest.mark.parametrize(("layers", "pictures"), [(None, ["first_layer"]), (20, [])])
def test_a_first_layer_that_the_machine_does_not_count_is_pictured_by_the_clock(
    floor: Floor, monkeypatch: pytest.MonkeyPatch, layers: int | None, pictures: list[str]
) -> None:
    real = Hand.look
    monkeypatch.setattr(Hand, "look", lambda *asked: replace(real(*asked), layers=layers))
    printer = floor.printer(0)
    run = make_printing_run(printer=printer, heated_at=NOW)
    heated = events.RunHeated(run_id=run.pk, printer_id=printer.pk)

    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=9))
    with pytest.raises(Later):
        picture_by_time(happened(heated))
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=10))
    picture_by_time(happened(heated))

    assert list(RunSnapshot.objects.values_list("moment", flat=True)) == pictures


@pytest.mark.parametrize("far", [{"progress": 25}, {"layer": 3, "layers_total": 9}])
def test_a_print_that_is_past_its_first_layer_is_not_pictured_by_the_clock(floor: Floor, far: dict[str, int]) -> None:
    printer = floor.printer(0)
    run = make_printing_run(printer=printer, heated_at=NOW, **far)

    picture_by_time(happened(events.RunHeated(run_id=run.pk, printer_id=printer.pk)))

    assert not RunSnapshot.objects.exists()
