"""What the farm did by itself since somebody last looked, in a line each: the demo says it while machines print and nobody has anything to do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from apps.catalog.states import Reason
from apps.journal.models import Event
from apps.planning.models import BuildPlate, PlateItem
from apps.runs.models import Run

from .acting import say


class News:
    """What happened since this was made, told once."""

    def __init__(self) -> None:
        self._last = _newest()

    def tell(self) -> None:
        """Say what is new."""
        upto = _newest()
        for event in Event.objects.filter(id__gt=self._last, id__lte=upto, type__in=SENTENCES).order_by("id"):
            for line in SENTENCES[event.type](json.loads(event.data)):
                say("{line}", line=line)
        self._last = upto


def _newest() -> int:
    return Event.objects.order_by("-id").values_list("id", flat=True).first() or 0


def _composed(data: dict[str, Any]) -> Iterator[str]:
    plate = BuildPlate.objects.get(pk=UUID(data["plate_id"]))
    numbers = PlateItem.objects.filter(plate=plate).values_list("piece__requirement__line__intent__number", flat=True)
    yield f"plate {plate.number}: {data['items']} parts of {', '.join(sorted(set(numbers)))}"


def _started(data: dict[str, Any]) -> Iterator[str]:
    run = _run(data)
    minutes = run.output.estimated_minutes if run.output else 0
    yield f"{run.printer}: prints plate {run.plate.number}, {minutes} minutes of its own time"


def _completed(data: dict[str, Any]) -> Iterator[str]:
    run = _run(data)
    yield f"{run.printer}: plate {run.plate.number} is done"


def _stopped(data: dict[str, Any]) -> Iterator[str]:
    run = _run(data)
    yield f"{run.printer or 'no printer'}: plate {run.plate.number}: {run.get_state_display()}: {Reason(data['reason']).label}"


def _doubtful(data: dict[str, Any]) -> Iterator[str]:
    run = _run(data)
    yield f"{run.printer}: plate {run.plate.number}: machine and record disagree"


def _run(data: dict[str, Any]) -> Run:
    return Run.objects.select_related("printer", "plate", "output").get(pk=UUID(data["run_id"]))


SENTENCES: dict[str, Callable[[dict[str, Any]], Iterator[str]]] = {
    "BuildPlateComposed": _composed,
    "RunStarted": _started,
    "RunPaused": _stopped,
    "RunCompleted": _completed,
    "RunFailed": _stopped,
    "RunAborted": _stopped,
    "RunDesynced": _doubtful,
}
"""Event → how it is said."""
