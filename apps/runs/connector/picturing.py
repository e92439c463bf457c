"""Pictures of a print by its printer's camera. Whatever goes wrong with them disturbs nothing else: there is just no picture."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from apps.artifacts.photos import keep_photo
from apps.artifacts.store import Stored
from apps.fleet.drivers import MachineError, Picture, Webcam
from apps.journal.owed import Owed
from apps.journal.refusals import Refusal
from apps.runs import commands, queries
from apps.runs.models import Run
from apps.runs.states import AnomalyKind, SnapshotMoment

from .hand import Hand

S = TypeVar("S")
log = logging.getLogger("farmos.connector")


class CameraLost(Exception):
    """The machine answers and names a camera; the camera gives no picture."""


def take_snapshot(owed: Owed, moment: SnapshotMoment, *, anomaly_id: UUID | None = None) -> None:
    """Take the picture of a moment, unless it is there, or the print is over. A camera that the printer names and that gives none is told, once."""
    run = _on_a_printer(owed)
    if run is None or queries.snapshot_of(run.pk, moment, anomaly_id) is not None:
        return
    content = _seen_by(owed, run, _picture)
    if content is not None:
        commands.keep_snapshot(owed.context("keep"), run_id=run.pk, moment=moment, stored=content, anomaly_id=anomaly_id)


def picture_of_uncounted_layer(owed: Owed) -> None:
    """Take the picture of a first layer by the clock, unless the machine does count layers: then it is taken when it says that one is over."""
    run = _on_a_printer(owed)
    if run is None or run.printer is None:
        return
    try:
        with Hand(run.printer) as hand:
            counts = hand.look(run.remote_path).layers is not None
    except MachineError as problem:
        log.info("printer %s could not be asked whether it counts layers: %s", run.printer.code, problem)
        return
    if not counts:
        take_snapshot(owed, SnapshotMoment.FIRST_LAYER)


def check_camera(owed: Owed) -> None:
    """See whether the camera of a print that goes on gives a picture; keep none."""
    run = _on_a_printer(owed)
    if run is not None:
        _seen_by(owed, run, _sent)


def _on_a_printer(owed: Owed) -> Run | None:
    return Run.objects.select_related("printer").filter(pk=owed.event.run_id, ended_at=None, printer__isnull=False).first()


def _seen_by(owed: Owed, run: Run, look: Callable[[Hand, Webcam], S]) -> S | None:
    """Return what the printer's camera gives, None where it has none or cannot be asked. One that gives nothing is told."""
    if run.printer is None:
        return None
    try:
        with Hand(run.printer) as hand:
            cameras = hand.cameras()
            return look(hand, cameras[0]) if cameras else None
    except MachineError as problem:
        log.info("printer %s could not be asked for a picture: %s", run.printer.code, problem)
    except CameraLost as problem:
        lost = {"said": str(problem)[:200]}
        commands.raise_anomaly(owed.context("lost"), run_id=run.pk, kind=AnomalyKind.CAMERA_LOST, evidence=lost)
    return None


def _picture(hand: Hand, camera: Webcam) -> Stored:
    """Return what the camera sends, drawn anew and kept. It is asked twice: cameras stumble.

    Raises:
        CameraLost: it gave none both times, or no picture.
    """
    try:
        return keep_photo(io.BytesIO(_sent(hand, camera).content))
    except Refusal as problem:
        raise CameraLost(str(problem)) from problem


def _sent(hand: Hand, camera: Webcam) -> Picture:
    """Return what the camera sends.

    Raises:
        CameraLost: it gave nothing both times.
    """
    try:
        try:
            return hand.snapshot(camera)
        except MachineError:
            return hand.snapshot(camera)
    except MachineError as problem:
        raise CameraLost(str(problem)) from problem
