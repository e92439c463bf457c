"""The simulated printers' own account of what physically happened, held against the records: nothing printed twice, nothing printed on top."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from apps.fleet.models import MachineSession
from apps.fleet.simulator.physical import Print, physical_account
from apps.orders.models import Piece
from apps.orders.states import DELIVERED
from apps.planning.models import PlateItem
from apps.runs.models import Exclusion, Run
from apps.runs.states import ExclusionState

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
        "objects_left_out": sum(len(one.excluded) for one in everything),
        "problems": [*_of_starts(everything), *_of_pieces(everything), *_of_left_out(everything)],
    }


def _of_starts(prints: list[Print]) -> Iterator[str]:
    foreign = set(MachineSession.objects.filter(is_foreign=True).values_list("printer__code", "file_name"))
    known = {run.remote_path: run for run in Run.objects.exclude(remote_path="").select_related("output__artifact", "printer")}
    for path, starts in Counter(one.path for one in prints if (one.printer, one.path) not in foreign).items():
        if starts > 1:
            yield f"{path} was started {starts} times"
    for one in prints:
        run = known.get(one.path)
        if one.bed_was_occupied and run is not None:
            yield f"{one.printer} started {one.path} on a bed that was not clear"
        if run is None:
            if (one.printer, one.path) not in foreign:
                yield f"{one.printer} printed {one.path}, which is no attempt of ours, and nobody noted it"
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


def _of_left_out(prints: list[Print]) -> Iterator[str]:
    """What the record says was left out is what the printers left out, and nothing else was."""
    runs = {run.pk: run for run in Run.objects.exclude(remote_path="")}
    noted: dict[str, set[str]] = {}
    for exclusion in Exclusion.objects.filter(state=ExclusionState.EXCLUDED):
        noted.setdefault(runs[exclusion.run_id].remote_path, set()).add(exclusion.object_name.upper())
    known = {run.remote_path for run in runs.values()}
    for one in prints:
        said, done = noted.get(one.path, set()), set(one.excluded)
        if one.path in known and (done - said or said - done - set(one.printed)):
            yield f"{one.printer} left {sorted(done)} out of {one.path}, and on record are {sorted(said)}"


def _came_out(item: PlateItem, seen: Print) -> bool:
    return f"SLOT-{item.slot}" in seen.printed or (not seen.objects and seen.outcome == "complete")
