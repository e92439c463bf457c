"""What was measured while an attempt printed: a drawing with what happened, the same as a table, and every sample as CSV."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.board.domain.chart import Chart, Mark, Panel, Slot, Weight, chart
from apps.catalog.states import Reason
from apps.console.templatetags.floor import duration
from apps.console.views.tables import as_csv
from apps.fleet.domain.telemetry import Sample
from apps.journal.models import Event
from apps.runs.models import Anomaly, Run, RunSnapshot
from apps.runs.queries import telemetry

from .page import RunPage

HAPPENED: dict[str, tuple[Any, Weight]] = {
    "RunProgressed": (gettext_lazy("First layer is down"), Weight.LANDMARK),
    "RunPaused": (gettext_lazy("Paused"), Weight.OTHER),
    "RunResumed": (gettext_lazy("Went on"), Weight.OTHER),
    "RunDesynced": (gettext_lazy("Record and machine disagreed"), Weight.WARNING),
}
"""Events that are marked between start and end, what each is called there, and which are kept when there are too many."""

MOST_EVENTS = 200
"""The newest of them that are looked at."""

PANELS = {
    "nozzle": (gettext_lazy("Nozzle, °C"), 54, 110),
    "bed": (gettext_lazy("Bed, °C"), 200, 100),
    "progress": (gettext_lazy("Progress, %"), 336, 60),
}
"""What each panel is called, and where it is in the drawing: pixels from the top, and high."""

HEADS = ("at", "nozzle_c", "nozzle_target_c", "bed_c", "bed_target_c", "progress", "layer")
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Shown:
    """A panel where it is drawn; ``head``: the line of its words."""

    panel: Panel
    name: Any
    top: int
    tall: int

    @property
    def head(self) -> int:
        """Where the line of its words stands."""
        return self.top - 10


@dataclass(frozen=True, slots=True)
class Measured:
    """What the page shows: a drawing with its words, or why there is none."""

    chart: Chart | None = None
    panels: tuple[Shown, ...] = ()
    summary: str = ""
    silence: str = ""
    ticks: tuple[tuple[str, str, str], ...] = ()
    rows: tuple[tuple[str, Slot], ...] = ()
    empty: str = ""


def measured(run: Run, anomalies: Iterable[Anomaly], snapshots: Iterable[RunSnapshot], *, now: datetime) -> Measured | None:
    """Return what was measured of an attempt; nothing where it never printed. Two statements."""
    if run.started_at is None:
        return None
    samples = telemetry(run.pk)
    if not samples:
        return Measured(empty=_nothing(run, now))
    local = timezone.localtime(run.started_at)
    ahead = local.utcoffset() or timedelta()
    drawn = chart(
        samples,
        [*_ends(run), *_events(run), *_anomalies(anomalies), *_pictures(snapshots)],
        begin=run.started_at.timestamp(),
        end=(run.ended_at or now).timestamp(),
        zone_s=ahead.total_seconds(),
    )
    panels = tuple(Shown(panel, *PANELS[panel.code]) for panel in drawn.panels)
    silence = _silence(drawn)
    rows = tuple((clock_text(one.begin, drawn.end - drawn.begin), one) for one in drawn.slots)
    return Measured(drawn, panels, f"{_summary(drawn)} {silence}".strip(), silence, tuple(_ticks(drawn)), rows)


def _nothing(run: Run, now: datetime) -> str:
    if run.ended_at is None:
        return _("Nothing was measured yet. The first numbers are here half a minute after the printer says some.")
    if run.ended_at < now - timedelta(days=settings.FARMOS_TELEMETRY_DAYS):
        return _("What was measured is kept for %(days)d days. This print ended before that.") % {"days": settings.FARMOS_TELEMETRY_DAYS}
    return _("Nothing was measured while it printed: the printer said no numbers, or was not heard.")


def _ends(run: Run) -> Iterator[Mark]:
    if run.started_at:
        yield Mark(run.started_at.timestamp(), _("Started"), Weight.LANDMARK)
    if run.ended_at:
        yield Mark(run.ended_at.timestamp(), _with_reason(run.get_state_display(), run.reason), Weight.LANDMARK)


def _events(run: Run) -> Iterator[Mark]:
    about = Event.objects.filter(subject_rows__kind="run", subject_rows__subject_id=run.pk, type__in=HAPPENED)
    for at, kind, text in about.order_by("-subject_rows__event_id").values_list("at", "type", "data")[:MOST_EVENTS]:
        data, (words, weight) = json.loads(text), HAPPENED[kind]
        if data.get("mark", "first_layer") == "first_layer":
            yield Mark(at.timestamp(), _with_reason(words, data.get("reason", "")), weight)


def _with_reason(words: Any, reason: str) -> str:
    return f"{words}: {Reason(reason).label}" if reason in Reason.values else str(words)


def _anomalies(anomalies: Iterable[Anomaly]) -> Iterator[Mark]:
    return (Mark(one.since.timestamp(), one.get_kind_display(), Weight.WARNING) for one in anomalies)


def _pictures(snapshots: Iterable[RunSnapshot]) -> Iterator[Mark]:
    for one in snapshots:
        yield Mark(one.created_at.timestamp(), _("Picture: %(moment)s") % {"moment": one.get_moment_display()})


def _summary(drawn: Chart) -> str:
    """Return the drawing in sentences, for who cannot see it."""
    degrees = {
        "nozzle": _("Nozzle from %(low)s to %(high)s °C."),
        "bed": _("Bed from %(low)s to %(high)s °C."),
        "progress": _("Progress from %(low)s to %(high)s %%."),
    }
    said = [
        degrees[panel.code] % {"low": formats.number_format(round(panel.low)), "high": formats.number_format(round(panel.high))}
        if panel.low is not None and panel.high is not None
        else _("%(what)s: nothing was said.") % {"what": PANELS[panel.code][0]}
        for panel in drawn.panels
    ]
    return " ".join(said)


def _silence(drawn: Chart) -> str:
    if drawn.longest is None:
        return ""
    first, last = (clock_text(at, drawn.end - drawn.begin) for at in drawn.longest)
    said = {"all": duration(math.ceil(drawn.silent_s / 60)), "first": first, "last": last}
    return _("Hatched: nothing was heard for %(all)s in all, the longest from %(first)s to %(last)s.") % said


def _ticks(drawn: Chart) -> Iterator[tuple[str, str, str]]:
    """Yield where the scale of time is labelled, how, and which part of the label stands there: a long one at the edge ends there."""
    for place, at in drawn.ticks:
        words = clock_text(at, drawn.end - drawn.begin)
        yield place, words, "end" if float(place) > 95 and len(words) > 6 else "middle"


def clock_text(at: float, span: float) -> str:
    """Return a moment within so many seconds: the time, with the day beyond one day, the date beyond six."""
    local = timezone.localtime(datetime.fromtimestamp(at, tz=UTC))
    day = "" if span < _DAY_S else formats.date_format(local, "D" if span < 6 * _DAY_S else "j M")
    return f"{day} {local:%H:%M}".strip()


class MeasuredList(RunPage):
    """Every sample of an attempt as CSV, in UTC."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Return the rows, oldest first; empty cells were not said."""
        run = self.run
        return as_csv(f"{run.plate.number}-{run.attempt}-measured", HEADS, (_row(one) for one in telemetry(run.pk)))


def _row(sample: Sample) -> tuple[Any, ...]:
    return (datetime.fromtimestamp(sample.at, tz=UTC).isoformat(), *sample[1:7])
