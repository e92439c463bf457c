"""What packing costs and how well it fills beds: made-up mixtures of parts on a 250 x 210 mm bed, 4 mm apart, each with a fixed seed.

Density is the parts' convex area by the area of the beds used. The bound is what no packing can beat: all area by one bed's area, rounded up.

Run: ``./farm bench packing --json``.
"""

from __future__ import annotations

import math
import random

from apps.planning.domain.packing import Bed, Outline, Part, area_mm2, pack
from bench.figures import Figure, cpu_seconds, emit

BED = Bed(250_000, 210_000)
SIZES = (1, 20, 50, 100, 200)
SHAPES = 39


def main() -> None:
    """Pack mixtures of several sizes and say how long it took and how many beds it took."""
    shapes = mixture(random.Random(4))
    for number in SIZES:
        parts = [Part(str(n), str(n % SHAPES), shapes[n % SHAPES]) for n in range(number)]
        before = cpu_seconds()
        packed = pack(parts, BED)
        spent = cpu_seconds() - before
        area = sum(area_mm2(part.outline) for part in parts)
        bed = BED.width_um * BED.depth_um / 1e6
        emit(
            Figure(
                "packing",
                f"plates of {number} parts",
                len(packed.plates),
                "plates",
                against="bound",
                ratio=len(packed.plates) / math.ceil(area / bed),
            )
        )
        emit(Figure("packing", f"time of {number} parts", round(spent, 2), "s", cpu_s=round(spent, 2)))


def mixture(chance: random.Random) -> list[Outline]:
    """Return boxes and rounded shapes between 8 and 90 mm."""
    found: list[Outline] = []
    for n in range(SHAPES):
        wide, deep = chance.uniform(8, 90) / 2, chance.uniform(8, 90) / 2
        corners = 4 if n % 3 == 0 else chance.randint(5, 24)
        turn = math.pi / 4 if corners == 4 else 0.0
        found.append(
            tuple(
                (wide * math.cos(turn + 2 * math.pi * c / corners), deep * math.sin(turn + 2 * math.pi * c / corners))
                for c in range(corners)
            )
        )
    return found


if __name__ == "__main__":
    main()
