"""What our checks cost on top of the slicer alone, how fast G-code is read, and whether the same plate gives the same bytes.

A plate of six balls. Floor: the bare PrusaSlicer on the same 3MF and settings, nothing checked. Each round runs one after the other; the
processor time of both includes the slicer's.

Run: ``./farm bench slicing --json``.
"""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.conf import settings

from apps.slicing.domain.gcode import read_gcode
from apps.slicing.domain.job import SliceJob
from apps.slicing.domain.plate_file import write_plate
from apps.slicing.domain.settings import effective, ini
from bench.figures import Figure, emit, median, peak_rss_mb
from tests.slicing.shapes import ball, job, placed

ROUNDS = 7
AT_ONCE = 8


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the wall and processor seconds of ``work``, its children's included."""
    began, before = time.monotonic(), _cpu()
    work()
    return time.monotonic() - began, _cpu() - before


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def bare(asked: SliceJob, folder: Path) -> None:
    """Run the slicer alone."""
    from apps.slicing.drivers.prusaslicer import program

    command = [
        str(program()),
        "--export-gcode",
        "--load",
        str(folder / "bare.ini"),
        "--dont-arrange",
        "--output",
        str(folder / "bare.gcode"),
    ]
    subprocess.run([*command, str(asked.plate)], check=True, capture_output=True)


def main() -> None:
    """Measure and print."""
    settings.configure(FARMOS_PRUSA_SLICER=os.environ.get("FARMOS_PRUSA_SLICER") or "prusa-slicer")
    with tempfile.TemporaryDirectory(prefix="farmos-bench-") as name:
        measure(Path(name))


def measure(folder: Path) -> None:
    """Measure in ``folder``."""
    from apps.slicing.drivers.prusaslicer import slice_plate

    places = [(60.0 + 50 * (number % 3), 60.0 + 50 * (number // 3)) for number in range(6)]
    asked = job(folder, *(placed(folder, f"slot-{number}", ball(15, 48), x, y) for number, (x, y) in enumerate(places, start=1)))
    (folder / "bare.ini").write_text(ini(effective(asked.settings, bed=asked.bed, max_height_mm=asked.max_height_mm)))
    result = slice_plate(asked, folder)  # warms the disk cache and the digest
    ours = [timed(lambda: slice_plate(asked, folder)) for _ in range(ROUNDS)]
    theirs = [timed(lambda: bare(asked, folder)) for _ in range(ROUNDS)]
    reading = [timed(lambda: read_gcode(result.gcode))[1] for _ in range(ROUNDS)]
    writing = [timed(lambda: write_plate(asked.objects))[1] for _ in range(ROUNDS)]
    report(ours, theirs, result.size / 1e6, reading, writing)
    folders = [folder / str(number) for number in range(AT_ONCE)]
    for one in folders:
        one.mkdir()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        made = {one.sha256 for one in threads.map(lambda into: slice_plate(asked, into), folders)}
    emit(Figure("slicing", f"different files from {AT_ONCE} slices at once", len(made), "files", "<= 1", len(made) == 1, n=AT_ONCE))


def report(
    ours: list[tuple[float, float]], theirs: list[tuple[float, float]], size_mb: float, reading: list[float], writing: list[float]
) -> None:
    """Print one figure per line."""
    wall, cpu = (median([one[kind] for one in ours]) for kind in (0, 1))
    bare_wall, bare_cpu = (median([one[kind] for one in theirs]) for kind in (0, 1))
    emit(Figure("slicing", "a plate of six balls, wall", wall, "s", against="bare slicer", ratio=round(wall / bare_wall, 2), n=ROUNDS))
    ratio = round(cpu / bare_cpu, 2)
    emit(Figure("slicing", "the same, processor", cpu, "s", None, None, "bare slicer", ratio, ROUNDS, cpu, peak_rss_mb()))
    emit(Figure("slicing", "G-code read back", median([size_mb / one for one in reading]), "MB/s", n=ROUNDS, cpu_s=median(reading)))
    emit(Figure("slicing", "3MF written", median(writing), "s", n=ROUNDS, cpu_s=median(writing)))


if __name__ == "__main__":
    main()
