"""The simulated printers' own account of what physically happened, held against the records: nothing printed twice, nothing printed on top."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from apps.fleet.simulator.physical import Print, physical_account
from apps.orders.models import Piece
from apps.orders.states import DELIVERED
from apps.planning.models import PlateItem
from apps.runs.models import Run

from .summary import made_by


def account(state: Path) -> dict[str, Any]:
    """Return what the printers did, and every disagreement with the records."""
    printed = physical_account(state)
    everything = [one for prints in printed.values() for one in prints]
    return {
        "prints": {
            printer: [
                {"path": one.path, "sha256": one.sha256, "outcome": one.outcome, "objects_printed": len(one.printed)} for one in prints
            ]
            for printer, prints in sorted(printed.items())
        },
        "objects_printed": sum(len(one.printed) for one in everything),
        "problems": [*_of_starts(everything), *_of_pieces(everything)],
    }


def _of_starts(prints: list[Print]) -> Iterator[str]:
    known = {run.remote_path: run for run in Run.objects.exclude(remote_path="").select_related("output__artifact", "printer")}
    for path, starts in Counter(one.path for one in prints).items():
        if starts > 1:
            yield f"{path} was started {starts} times"
    for one in prints:
        run = known.get(one.path)
        if one.bed_was_occupied:
            yield f"{one.printer} started {one.path} on a bed that was not clear"
        if run is None:
            yield f"{one.printer} printed {one.path}, which is no attempt of ours"
            continue
        if run.output is None or run.output.artifact.sha256 != one.sha256:
            yield f"{one.printer} printed other bytes than attempt {run.pk} was given"
        if run.printer is None or run.printer.code != one.printer:
            yield f"{one.printer} printed attempt {run.pk}, which was given to {run.printer}"
    started = {one.path for one in prints}
    for path, run in known.items():
        if run.started_at is not None and path not in started:
            yield f"attempt {run.pk} is said to have printed; no printer did"


def _of_pieces(prints: list[Print]) -> Iterator[str]:
    """Every delivered piece is one object that came out whole, and no other piece is the same one."""
    by_path = {one.path: one for one in prints}
    used: Counter[tuple[str, str]] = Counter()
    for piece in Piece.objects.filter(state__in=DELIVERED).select_related("requirement__line__intent"):
        made = made_by(piece)
        if made is None:
            continue
        item, run = made
        name = f"{piece.requirement.line.intent.number} piece {piece.number}"
        seen = by_path.get(run.remote_path)
        if seen is None or not _came_out(item, seen):
            yield f"{name} was shipped, and attempt {run.pk} did not bring it out whole"
        used[run.remote_path, f"SLOT-{item.slot}"] += 1
    for (path, slot), times in used.items():
        if times > 1:
            yield f"{path} {slot} was shipped as {times} pieces"


def _came_out(item: PlateItem, seen: Print) -> bool:
    return f"SLOT-{item.slot}" in seen.printed or (not seen.objects and seen.outcome == "complete")
