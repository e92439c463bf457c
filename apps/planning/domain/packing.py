"""Where parts stand on a bed: first-fit decreasing on a raster, by correlation. Any bed outline, keep-outs, a guaranteed gap, one part or many.

Each part is drawn on the raster with half the gap around it, every touched cell counting, so two parts that share no cell are at least the gap
apart. Where a part may stand is found for all places at once: the correlation of what is taken with the part's drawing is zero there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

Outline = tuple[tuple[float, float], ...]
"""Corners of a convex polygon, counter-clockwise, millimetres."""

Cells = NDArray[np.bool_]
GAP_UM = 4_000
CELL_UM = 1_000
ROTATIONS = 8
QUARTERS = (0, 90_000)
"""Turns that are also tried for all parts alike: rows of equal boxes pack best all one way round."""

MOST_PER_PLATE = 60
SLACK_MM = 1e-6
"""What turning in floating point may add."""


@dataclass(frozen=True, slots=True)
class Bed:
    """Where may be printed: a rectangle from (0, 0), or the circle that touches its sides.

    ``edge_um`` away from its rim, and never in the keep-outs (x, y, width, depth).
    """

    width_um: int
    depth_um: int
    is_round: bool = False
    keep_outs: tuple[tuple[int, int, int, int], ...] = ()
    edge_um: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """Something to be placed.

    Args:
        key: Whose place it is, for the caller.
        shape: What it looks like; equal shapes are interchangeable, so that the same shapes give the same layout whoever they are for.
        outline: Its convex outline seen from above, around the middle of its box as modelled.
        rank: Lower ranks are placed first (the earlier promise).
    """

    key: str
    shape: str
    outline: Outline
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where one part stands: its turn about z, the middle of its box on the bed after turning, and its outline on the bed in millimetres."""

    key: str
    shape: str
    x_um: int
    y_um: int
    rotation_mdeg: int
    outline: Outline


@dataclass(frozen=True, slots=True)
class Packed:
    """Plates in the order they were opened, and the keys of parts that fit on no empty bed."""

    plates: tuple[tuple[Place, ...], ...]
    misfits: tuple[str, ...]


class Overlap(AssertionError):
    """Two parts were given the same cell. A bug: nothing may be printed from it."""


@dataclass(frozen=True, slots=True)
class _Drawing:
    """One turned part on the raster. ``left`` and ``low``: where cell (0, 0) is, in cells from the part's middle."""

    rotation_mdeg: int
    outline: Outline
    spaced: Cells
    bare: Cells
    left: int
    low: int


@dataclass(slots=True)
class _Plate:
    taken: Cells
    spectrum: Any
    places: list[Place] = field(default_factory=list)
    too_big: set[str] = field(default_factory=set)


def pack(
    parts: Iterable[Part],
    bed: Bed,
    *,
    gap_um: int = GAP_UM,
    rotations: int = ROTATIONS,
    most: int = MOST_PER_PLATE,
    cell_um: int = CELL_UM,
) -> Packed:
    """Place all parts on as few plates as first-fit decreasing finds, lower ranks first.

    Several ways are tried: from a corner (good for many equal boxes, also all turned alike) and from the middle (good for mixtures). The one with
    the fewest plates is taken.

    Args:
        parts: What is to be placed.
        bed: Where.
        gap_um: Parts stand at least this far apart.
        rotations: How many turns about z are tried, evenly spread.
        most: Most parts on one plate.
        cell_um: Width of a raster cell.

    Raises:
        ValueError: a number that cannot be meant, or an outline without an area.
        Overlap: a bug.
    """
    if gap_um < 0 or rotations < 1 or most < 1 or cell_um < 100:
        raise ValueError("gap, rotations, pieces per plate and cell must be positive")
    ordered = sorted(parts, key=lambda part: (part.rank, -area_mm2(part.outline), part.shape))
    tried: list[Packed] = []
    for from_corner in (False,) if bed.is_round else (True, False):
        floor = _Floor(bed, gap_um=gap_um, rotations=rotations, cell_um=cell_um, from_corner=from_corner)
        for turn in (None, *QUARTERS) if from_corner else (None,):
            tried.append(_first_fit(ordered, floor, most, turn))
            if len(tried[-1].plates) <= 1 and not tried[-1].misfits:
                return tried[-1]
    return min(tried, key=lambda packed: (len(packed.misfits), len(packed.plates)))


def _first_fit(parts: Sequence[Part], floor: _Floor, most: int, turn: int | None) -> Packed:
    """Pack with parts turned by ``turn`` (None: as each fits best); what does not fit on an empty bed so is turned otherwise."""
    plates: list[_Plate] = []
    misfits: list[str] = []
    for part in parts:
        if not any(len(plate.places) < most and floor.place(part, plate, turn) for plate in plates):
            fresh = floor.empty()
            if floor.place(part, fresh, turn) or floor.place(part, floor.forget(fresh), None) or floor.centre(part, fresh):
                plates.append(fresh)
            else:
                misfits.append(part.key)
    return Packed(tuple(floor.settled(plate) for plate in plates), tuple(misfits))


class _Floor:
    """One bed as a raster, and the drawings of the parts met so far."""

    def __init__(self, bed: Bed, *, gap_um: int, rotations: int, cell_um: int, from_corner: bool) -> None:
        self.from_corner = from_corner
        self.bed, self.gap_um, self.rotations, self.cell_um = bed, gap_um, rotations, cell_um
        self.margin = math.ceil(gap_um / 2 / cell_um) + 2  # cells around the bed, where a part's gap may reach
        self.columns = math.ceil(bed.width_um / cell_um) + 2 * self.margin
        self.rows = math.ceil(bed.depth_um / cell_um) + 2 * self.margin
        self.size = (fft.next_fast_len(self.rows, real=True), fft.next_fast_len(self.columns, real=True))
        self.spectra: dict[tuple[str, int], Any] = {}
        self.open_places: dict[tuple[str, int], Cells] = {}
        self.blocked_spectrum = fft.rfft2(self._blocked().astype(np.float32), s=self.size)
        self.order = self._order()

    def empty(self) -> _Plate:
        """Return a plate on which nothing stands."""
        taken = np.zeros((self.rows, self.columns), dtype=np.bool_)
        return _Plate(taken, fft.rfft2(taken.astype(np.float32), s=self.size))

    def forget(self, plate: _Plate) -> _Plate:
        """Return the empty plate with nothing tried on it."""
        plate.too_big.clear()
        return plate

    def place(self, part: Part, plate: _Plate, turn: int | None) -> bool:
        """Put the part on the plate; return False when it fits nowhere. What did not fit before will not fit on a fuller plate."""
        if part.shape in plate.too_big:
            return False
        best: tuple[float, int, int, _Drawing] | None = None
        for drawing in drawings(part.outline, self.rotations, self.gap_um, self.cell_um):
            if turn is not None and drawing.rotation_mdeg != turn:
                continue
            free = self._may_stand(part.shape, drawing) & self._without_conflict(part.shape, drawing, plate)
            if free.any():
                scores = np.where(free, self._scores(drawing), np.inf)
                row, column = np.unravel_index(int(scores.argmin()), scores.shape)
                score = float(scores[row, column])
                if best is None or score < best[0]:
                    best = (score, int(row), int(column), drawing)
        if best is None:
            plate.too_big.add(part.shape)
            return False
        self._stand(part, plate, *best[1:])
        return True

    def centre(self, part: Part, plate: _Plate) -> bool:
        """Put a part that leaves less than a cell around it in the middle of an empty plain bed, alone; return False when it does not fit."""
        if self.bed.is_round or self.bed.keep_outs:
            return False
        room = (self.bed.width_um - 2 * self.bed.edge_um, self.bed.depth_um - 2 * self.bed.edge_um)
        for drawing in drawings(part.outline, self.rotations, self.gap_um, self.cell_um):
            xs, ys = [x for x, _y in drawing.outline], [y for _x, y in drawing.outline]
            if max(xs) - min(xs) <= room[0] / 1000 + SLACK_MM and max(ys) - min(ys) <= room[1] / 1000 + SLACK_MM:
                x, y = _middle_um(drawing.outline)
                dx, dy = (self.bed.width_um / 2 - x) / 1000, (self.bed.depth_um / 2 - y) / 1000
                outline = tuple((corner[0] + dx, corner[1] + dy) for corner in drawing.outline)
                plate.places.append(Place(part.key, part.shape, *_middle_um(outline), drawing.rotation_mdeg, outline))
                plate.taken[:] = True
                plate.spectrum = fft.rfft2(plate.taken.astype(np.float32), s=self.size)
                return True
        return False

    def settled(self, plate: _Plate) -> tuple[Place, ...]:
        """Return the plate's places, moved together towards the middle of the bed where nothing is in the way."""
        places = tuple(plate.places)
        if not self.from_corner:
            return places
        x_um, y_um = _middle_um([corner for place in places for corner in place.outline])
        dx, dy = self.bed.width_um // 2 - x_um, self.bed.depth_um // 2 - y_um
        for step in ((dx, dy), (dx, 0), (0, dy)):
            moved = tuple(_moved(place, *step) for place in places)
            if not any(_touches(place.outline, keep_out) for place in moved for keep_out in self.bed.keep_outs):
                return moved
        return places

    def _stand(self, part: Part, plate: _Plate, row: int, column: int, drawing: _Drawing) -> None:
        x_um = (column - self.margin - drawing.left) * self.cell_um
        y_um = (row - self.margin - drawing.low) * self.cell_um
        height, width = drawing.spaced.shape
        window = plate.taken[row : row + height, column : column + width]
        if (window & drawing.spaced).any():
            raise Overlap(f"{part.key} would stand on another part")
        window |= drawing.spaced
        plate.spectrum = fft.rfft2(plate.taken.astype(np.float32), s=self.size)
        outline = tuple((x + x_um / 1000, y + y_um / 1000) for x, y in drawing.outline)
        plate.places.append(Place(part.key, part.shape, *_middle_um(outline), drawing.rotation_mdeg, outline))

    def _may_stand(self, shape: str, drawing: _Drawing) -> Cells:
        """Return where (row, column of the drawing's corner) the part is wholly inside the bed and outside its keep-outs."""
        key = (shape, drawing.rotation_mdeg)
        if key not in self.open_places:
            clear = self._clear(drawing.bare, self.blocked_spectrum) & self._inside(drawing)
            self.open_places[key] = clear
        return self.open_places[key]

    def _inside(self, drawing: _Drawing) -> Cells:
        """Return where the outline's box is inside the bed's, exactly."""
        height, width = drawing.spaced.shape
        inside = np.zeros((max(self.rows - height + 1, 0), max(self.columns - width + 1, 0)), dtype=np.bool_)
        xs, ys = [x for x, _y in drawing.outline], [y for _x, y in drawing.outline]
        x = (np.arange(inside.shape[1]) - self.margin - drawing.left) * self.cell_um / 1000
        y = (np.arange(inside.shape[0]) - self.margin - drawing.low) * self.cell_um / 1000
        edge = self.bed.edge_um / 1000
        fits_x = (x + min(xs) >= edge - SLACK_MM) & (x + max(xs) <= self.bed.width_um / 1000 - edge + SLACK_MM)
        fits_y = (y + min(ys) >= edge - SLACK_MM) & (y + max(ys) <= self.bed.depth_um / 1000 - edge + SLACK_MM)
        inside[np.ix_(fits_y, fits_x)] = True
        return inside

    def _without_conflict(self, shape: str, drawing: _Drawing, plate: _Plate) -> Cells:
        key = (shape, drawing.rotation_mdeg)
        if key not in self.spectra:
            self.spectra[key] = np.conj(fft.rfft2(drawing.spaced.astype(np.float32), s=self.size))
        return self._cut(fft.irfft2(plate.spectrum * self.spectra[key], s=self.size), drawing.spaced)

    def _clear(self, mask: Cells, spectrum: Any) -> Cells:
        return self._cut(fft.irfft2(spectrum * np.conj(fft.rfft2(mask.astype(np.float32), s=self.size)), s=self.size), mask)

    def _cut(self, hits: Any, mask: Cells) -> Cells:
        height, width = mask.shape
        found: Cells = hits[: max(self.rows - height + 1, 0), : max(self.columns - width + 1, 0)] < 0.5
        return found

    def _blocked(self) -> Cells:
        """Draw what no part may touch: outside a round bed, and the keep-outs. Cells they touch count."""
        cell = self.cell_um
        x = (np.arange(self.columns) - self.margin) * cell
        y = (np.arange(self.rows) - self.margin) * cell
        blocked = np.zeros((self.rows, self.columns), dtype=np.bool_)
        if self.bed.is_round:
            radius = self.bed.width_um / 2
            far_x = np.maximum(np.abs(x - radius), np.abs(x + cell - radius))
            far_y = np.maximum(np.abs(y - radius), np.abs(y + cell - radius))
            blocked |= far_x[None, :] ** 2 + far_y[:, None] ** 2 > (radius - self.bed.edge_um) ** 2
        for left, low, width, depth in self.bed.keep_outs:
            touched_x = (x + cell > left) & (x < left + width)
            touched_y = (y + cell > low) & (y < low + depth)
            blocked |= touched_y[:, None] & touched_x[None, :]
        return blocked

    def _order(self) -> NDArray[np.float64]:
        """Return how good each cell is: leftmost, then lowest; or the nearer to the bed's middle the better."""
        rows, columns = np.arange(self.rows)[:, None], np.arange(self.columns)[None, :]
        if self.from_corner:
            return (columns * 4.0 * self.rows + rows).astype(np.float64)
        away = np.hypot(rows - self.rows / 2, columns - self.columns / 2)
        return np.asarray(away * 4.0 * self.rows + rows, dtype=np.float64)

    def _scores(self, drawing: _Drawing) -> NDArray[np.float64]:
        """Return how good each place of this drawing is: by its far corner (parts lie flat), or by its middle."""
        height, width = drawing.spaced.shape
        down, right = (height - 1, width - 1) if self.from_corner else (height // 2, width // 2)
        return self.order[down : down + self.rows - height + 1, right : right + self.columns - width + 1]


@lru_cache(maxsize=2_000)
def drawings(outline: Outline, rotations: int, gap_um: int, cell_um: int) -> tuple[_Drawing, ...]:
    """Return the part on the raster in each turn."""
    if area_mm2(outline) <= 0:
        raise ValueError("an outline goes counter-clockwise around an area")
    return tuple(_draw(outline, round(360_000 * turn / rotations), gap_um, cell_um) for turn in range(rotations))


def _draw(outline: Outline, rotation_mdeg: int, gap_um: int, cell_um: int) -> _Drawing:
    turned = rotated(outline, rotation_mdeg)
    cell, reach = cell_um / 1000, gap_um / 2000
    xs, ys = [x for x, _y in turned], [y for _x, y in turned]
    left, low = math.floor((min(xs) - reach) / cell) - 1, math.floor((min(ys) - reach) / cell) - 1
    columns = math.ceil((max(xs) + reach) / cell) + 1 - left
    rows = math.ceil((max(ys) + reach) / cell) + 1 - low
    x = (np.arange(columns) + left + 0.5) * cell
    y = (np.arange(rows) + low + 0.5) * cell
    away = _distances(turned, x[None, :], y[:, None])
    half_diagonal = cell * math.sqrt(0.5) + 1e-6
    return _Drawing(rotation_mdeg, turned, away <= reach + half_diagonal, away <= half_diagonal, left, low)


def _distances(outline: Outline, x: NDArray[np.floating[Any]], y: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Return how far each point is from the polygon; 0 inside."""
    inside = np.ones(np.broadcast_shapes(x.shape, y.shape), dtype=np.bool_)
    nearest = np.full(inside.shape, np.inf)
    for (ax, ay), (bx, by) in zip(outline, (*outline[1:], outline[0]), strict=True):
        dx, dy = bx - ax, by - ay
        length2 = dx * dx + dy * dy
        if length2 == 0:
            continue
        inside &= dx * (y - ay) - dy * (x - ax) >= 0
        along = np.clip(((x - ax) * dx + (y - ay) * dy) / length2, 0, 1)
        nearest = np.minimum(nearest, np.hypot(x - ax - along * dx, y - ay - along * dy))
    return np.where(inside, 0.0, nearest)


def rotated(outline: Outline, rotation_mdeg: int) -> Outline:
    """Return the outline turned about the origin."""
    angle = math.radians(rotation_mdeg / 1000)
    cos, sin = math.cos(angle), math.sin(angle)
    return tuple((x * cos - y * sin, x * sin + y * cos) for x, y in outline)


def area_mm2(outline: Sequence[tuple[float, float]]) -> float:
    """Return the area inside; negative when the corners go clockwise."""
    following = (*outline[1:], *outline[:1])
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(outline, following, strict=True)) / 2


def _middle_um(corners: Sequence[tuple[float, float]]) -> tuple[int, int]:
    """Return the middle of the corners' box."""
    xs, ys = [x for x, _y in corners], [y for _x, y in corners]
    return round((min(xs) + max(xs)) * 500), round((min(ys) + max(ys)) * 500)


def _moved(place: Place, dx_um: int, dy_um: int) -> Place:
    outline = tuple((x + dx_um / 1000, y + dy_um / 1000) for x, y in place.outline)
    return Place(place.key, place.shape, place.x_um + dx_um, place.y_um + dy_um, place.rotation_mdeg, outline)


def _touches(outline: Outline, keep_out: tuple[int, int, int, int]) -> bool:
    """Does the outline's box reach into the keep-out?"""
    left, low, width, depth = (value / 1000 for value in keep_out)
    xs, ys = [x for x, _y in outline], [y for _x, y in outline]
    return max(xs) > left and min(xs) < left + width and max(ys) > low and min(ys) < low + depth
