"""Slices a plate with PrusaSlicer and believes nothing it does not find in the file.

Its exit status says 0 for plates that are too tall, off the bed or overlapping, for settings it does not know, and sometimes with no file at all.
So the plate is checked before, and the G-code is read back after: every setting, every object, where it extrudes, how hot.
"""

from __future__ import annotations

import errno
import hashlib
import math
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from apps.journal.confined import Bounds, Ended, run
from apps.slicing.domain import layout
from apps.slicing.domain.gcode import Finding, GcodeFacts, Severity, read_gcode
from apps.slicing.domain.job import SliceJob, SliceProblem, SlicerCrashed, SliceRejected, SliceResult, SlicerMissing
from apps.slicing.domain.labelling import count_layers, label
from apps.slicing.domain.polygon import box
from apps.slicing.domain.preview import preview_svg
from apps.slicing.domain.settings import differences, effective, ini

from .complaints import problem

__all__ = ["SliceProblem", "SliceRejected", "SlicerCrashed", "SlicerMissing", "digest", "slice_plate"]

USUAL_PLACES = "/usr/local/bin:/usr/bin:/bin"
WANDERING_MM = 25.0
"""Supports and brims may stand out of an object's outline by this; more means it is not where it was put."""


def program() -> Path:
    """Return the PrusaSlicer to run: the one ``FARMOS_PRUSA_SLICER`` names, or the installed one.

    Raises:
        SlicerMissing: there is none, or it may not be run.
    """
    wanted = str(settings.FARMOS_PRUSA_SLICER)
    found = shutil.which(wanted, path=f"{os.environ.get('PATH', '')}:{USUAL_PLACES}")
    if found is None:
        raise SlicerMissing("slicer-missing", program=wanted)
    return Path(found).resolve()


def digest() -> str:
    """Return name, version and hash of the slicer, such as ``PrusaSlicer 2.5.0 sha256:0123456789ab``.

    Raises:
        SlicerMissing: there is none, or what is there does not say it is PrusaSlicer.
    """
    found = program()
    about = found.stat()
    return _digest(found, about.st_size, about.st_mtime_ns)


@lru_cache(maxsize=4)
def _digest(found: Path, _size: int, _changed: int) -> str:
    with tempfile.TemporaryDirectory(prefix="farmos-slicer-") as folder:
        asked = run(found, ["--help"], within=Path(folder), bounds=Bounds(wall_s=30, cpu_s=30))
        said = (Path(folder) / "said.log").read_text(errors="replace")
    version = re.search(r"PrusaSlicer-(\d+\.\d+\.\d+(?:-[a-z]+\d*)?)", said)
    if asked.status != 0 or version is None:
        raise SlicerMissing("slicer-unknown", asked.log, program=str(found))
    with found.open("rb") as binary:
        sha256 = hashlib.file_digest(binary, "sha256").hexdigest()
    return f"PrusaSlicer {version[1]} sha256:{sha256[:12]}"


def slice_plate(job: SliceJob, into: Path) -> SliceResult:
    """Slice ``job`` and leave the G-code in the folder ``into`` as ``plate.gcode``; only a file that passed every check is ever there.

    The same plate, settings and machine give the same bytes, wherever and however often they are sliced.

    Raises:
        SliceRejected: the plate, the settings or the result are no good: slicing the same again would end the same.
        SlicerCrashed: the slicer died, hung, or had no room.
        SlicerMissing: there is no PrusaSlicer here.
    """
    check_plate(job)
    told = effective(job.settings, bed=job.bed, max_height_mm=job.max_height_mm)
    slicer, named = program(), digest()
    final = into / "plate.gcode"
    try:
        final.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory(prefix="slicing-", dir=into) as folder:
            within = Path(folder)
            raw, log = _make(slicer, job, told, within)
            labelled = within / "labelled.gcode"
            sha256 = _label(raw, labelled, job)
            facts = read_gcode(labelled, machine=job.machine)
            check_result(job, told, facts, log)
            result = _result(job, facts, final, sha256, named, log)
            labelled.replace(final)
    except OSError as trouble:
        raise _no_room(trouble) from trouble
    return result


def check_plate(job: SliceJob) -> None:
    """Refuse what PrusaSlicer would slice without a word.

    Raises:
        SliceRejected: names, footprints, overlaps or places are wrong.
    """
    if not job.objects:
        raise SliceRejected("slice-plate-empty")
    if names := layout.bad_names(job.objects):
        raise SliceRejected("slice-plate-names-unfit", objects=[name[:64] for name in names])
    if names := layout.bad_footprints(job.objects) or layout.displaced(job.objects):
        raise SliceRejected("slice-plate-footprints-unfit", objects=names)
    if names := layout.off_bed(job.objects, job.bed):
        raise SliceRejected("slice-plate-off-bed", objects=names)
    if pairs := list(layout.overlapping(job.objects)):
        raise SliceRejected("slice-plate-overlap", objects=[f"{one} + {other}" for one, other in pairs[:20]])


def _make(slicer: Path, job: SliceJob, told: Mapping[str, str], within: Path) -> tuple[Path, str]:
    """Run the slicer; return its file and what it said."""
    plate = "plate.3mf" if len(job.objects) > 1 else f"{job.objects[0].name}.3mf"  # an object that is alone is called as its file is
    shutil.copyfile(job.plate, within / plate)
    (within / "profile.ini").write_text(ini(told), encoding="utf-8")
    raw = within / "raw.gcode"
    arguments = ("--export-gcode", "--config-compatibility", "disable", "--load", "profile.ini", "--dont-arrange")
    processors = os.cpu_count() or 1
    bounds = Bounds(wall_s=job.timeout_s, cpu_s=math.ceil(job.timeout_s * processors) + 1)
    ended = run(slicer, [*arguments, "--output", raw.name, plate], within=within, bounds=bounds)
    if (trouble := problem(ended, timeout_s=job.timeout_s)) is not None:
        raise trouble
    _see_output(raw, ended)
    return raw, ended.log


def _see_output(raw: Path, ended: Ended) -> None:
    """Refuse a missing or cut file: status 0 does not say that there is one."""
    if not raw.is_file() or raw.is_symlink() or raw.stat().st_size == 0:
        raise SlicerCrashed("slice-output-missing", ended.log)
    with raw.open("rb") as made:
        made.seek(max(0, raw.stat().st_size - 200))
        if not made.read().rstrip().endswith(b"; prusaslicer_config = end"):
            raise SlicerCrashed("slice-output-incomplete", ended.log)


def _label(raw: Path, labelled: Path, job: SliceJob) -> str:
    """Write the final file; return the hash of its bytes."""
    with raw.open("rb") as source:
        layers = count_layers(source)
    sha256 = hashlib.sha256()
    with raw.open("rb") as source, labelled.open("wb") as out:
        for line in label(source, job.objects, layers=layers):
            sha256.update(line)
            out.write(line)
    return sha256.hexdigest()


def check_result(job: SliceJob, told: Mapping[str, str], facts: GcodeFacts, log: str) -> None:
    """Hold what was read back against what was asked for.

    Raises:
        SliceRejected: something is off; the first thing found is named.
    """
    if ignored := differences(told, facts.config):
        shown = [{"key": one.key, "wanted": one.wanted[:100], "got": None if one.got is None else one.got[:100]} for one in ignored[:20]]
        raise SliceRejected("slice-settings-not-applied", log, keys=[one.key for one in ignored[:20]], differences=shown)
    if wrong := next((one for one in facts.findings if one.severity is Severity.FAIL), None):
        raise SliceRejected(wrong.code.value, log, **_details(wrong))
    if facts.seconds is None or facts.layers == 0:
        raise SliceRejected("slice-output-incomplete", log)
    if missing := sorted({one.name for one in job.objects} - {name for name, extent in facts.objects.items() if not extent.empty}):
        raise SliceRejected("slice-object-missing", log, objects=missing)
    if wandered := sorted(_wandered(job, told, facts)):
        raise SliceRejected("slice-object-misplaced", log, objects=wandered)


def _details(finding: Finding) -> dict[str, str | int]:
    return {"line": finding.line, "times": finding.times, "measured": finding.measured, "limit": finding.limit}


def _wandered(job: SliceJob, told: Mapping[str, str], facts: GcodeFacts) -> Iterator[str]:
    """Yield the objects that are printed elsewhere than planned."""
    spread = told.get("support_material", "0") != "0" or told.get("raft_layers", "0") != "0"
    margin = 1.0 + _first_number(told.get("brim_width", "0")) + (WANDERING_MM if spread else 0.0)
    for one in job.objects:
        left, front, right, back = box(one.footprint)
        extent = facts.objects[one.name]
        inside = left - margin <= extent.min_x and extent.max_x <= right + margin
        if not (inside and front - margin <= extent.min_y and extent.max_y <= back + margin):
            yield one.name


def _first_number(value: str) -> float:
    found = re.match(r"\s*(\d+\.?\d*|\.\d+)", value)
    return float(found[1]) if found else 0.0


def _result(job: SliceJob, facts: GcodeFacts, final: Path, sha256: str, named: str, log: str) -> SliceResult:
    bounds = facts.bounds_um
    if bounds is None or facts.seconds is None:  # check_result refused these
        raise SliceRejected("slice-output-incomplete", log)
    diameter, density = (_first_number(facts.config[key]) for key in ("filament_diameter", "filament_density"))
    printed = {name: extent.outline() for name, extent in facts.objects.items()}
    return SliceResult(
        gcode=final,
        sha256=sha256,
        size=facts.size,
        seconds=facts.seconds,
        filament_mm=round(facts.filament_mm),
        filament_mg=round(facts.filament_mm * math.pi * diameter * diameter / 4 * density),
        layers=facts.layers,
        bounds_um=bounds,
        max_nozzle_c=round(facts.max_nozzle_c or 0),
        max_bed_c=round(facts.max_bed_c or 0),
        warnings=tuple(finding.code.value for finding in facts.findings),
        preview_svg=preview_svg(job.bed, job.objects, printed),
        slicer_digest=named,
        objects=tuple(sorted(one.name for one in job.objects)),
        log=log,
    )


def _no_room(trouble: OSError) -> SliceProblem:
    if trouble.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return SlicerCrashed("slicer-disk-full")
    return SlicerCrashed("slicer-crashed", signal="", said=trouble.strerror or "")
