"""Preflight v1: what stands against making a part, told from its shape alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from .findings import Finding, Offer, Severity
from .volumes import PrinterVolume, fitting, fitting_another_way_up, largest

if TYPE_CHECKING:
    from .mesh.solid import Solid

VERSION = "1"

NOZZLE_UM = 400
LAYER_UM = 200
TWO_LINES_UM = 800
"""Walls thinner than two lines of an ordinary nozzle come out weak or not at all."""

SURELY_WRONG_UM = 1_000
PERHAPS_WRONG_UM = 5_000
"""A part smaller than this was probably drawn in another unit."""

FAR_TOO_LARGE = 10
"""So many times larger than every printer is more likely another unit than a large part."""

OTHER_UNITS = {"centimeter": 10, "inch": 25.4, "meter": 1000}
"""Millimetres in the units that are most often mistaken for them."""

MOST_METRIC = 2**53
"""Whole numbers beyond this lose digits in other people's JSON."""

_HANGING_MM2 = 25.0
_HANGING_SHARE = 0.01
_STANDING_SHARE = 0.02


def judge(solid: Solid, metrics: dict[str, Any], volumes: Sequence[PrinterVolume], *, is_assembled: bool = False) -> tuple[Finding, ...]:
    """Return everything there is to say about a part.

    Args:
        solid: Its mesh, understood.
        metrics: From ``metrics_of``.
        volumes: Every printer class that may make it; none: nothing can be said about where it fits.
        is_assembled: Whether its file places it together with others as one thing.
    """
    found = (_shape(solid), _size(metrics, volumes), _walls(solid), _standing(solid, metrics), _company(solid, is_assembled))
    return tuple(finding for findings in found for finding in findings)


def metrics_of(solid: Solid, volumes: Sequence[PrinterVolume], footprint_um: list[list[int]]) -> dict[str, Any]:
    """Return what was measured as whole numbers: rounded, but never down to nothing where there is something."""
    measures = solid.measures
    size = tuple(round(length * 1000) for length in measures.size)
    return {
        "triangles": len(solid.triangles),
        "size_x_um": size[0],
        "size_y_um": size[1],
        "size_z_um": size[2],
        "volume_mm3": whole(solid.volume),
        "area_mm2": whole(measures.area),
        "side_area_mm2": whole(measures.side),
        "horiz_area_mm2": whole(measures.level),
        "overhang_area_mm2": whole(measures.overhang),
        "support_mm3": whole(measures.support),
        "base_area_mm2": whole(measures.base),
        "bodies": solid.bodies,
        "cavities": solid.hollows,
        "degenerate": measures.flat,
        "open_edges": solid.open_edges,
        "turned_faces": solid.turned,
        "fits": fitting(volumes, (size[0], size[1], size[2])),
        "footprint_um": footprint_um,
    }


def whole(number: float) -> int:
    """Return ``number`` as a whole one that JSON keeps, at least 1 where there is anything."""
    if number <= 0:
        return 0
    return min(max(round(number), 1), MOST_METRIC)


def _shape(solid: Solid) -> Iterator[Finding]:
    if not solid.is_closed:
        yield Finding(
            "OPEN",
            Severity.FAIL,
            measured={"edges": solid.open_edges},
            limit={"edges": 0},
            place=_place(solid.open_at),
            offers=(Offer.REQUEST_REVIEW,),
        )
    elif not solid.is_orientable:
        yield Finding("NO_INSIDE", Severity.FAIL, offers=(Offer.REQUEST_REVIEW,))
    elif solid.volume <= _least_volume(solid):
        yield Finding("NO_VOLUME", Severity.FAIL, measured={"volume_mm3": 0})
    if solid.turned:
        yield Finding("INSIDE_OUT", Severity.NOTE, measured={"faces": solid.turned}, offers=(Offer.FIX_INCLUDED,))


def _place(at: tuple[float, float, float] | None) -> dict[str, int] | None:
    return None if at is None else {f"{axis}_um": round(value * 1000) for axis, value in zip("xyz", at, strict=True)}


def _least_volume(solid: Solid) -> float:
    """Return what rounding alone may leave of a shape without volume."""
    x, y, z = solid.measures.size
    return 1e-6 * solid.measures.area * max(x, y, z)


def _size(metrics: dict[str, Any], volumes: Sequence[PrinterVolume]) -> Iterator[Finding]:
    size = (metrics["size_x_um"], metrics["size_y_um"], metrics["size_z_um"])
    measured = {"x_um": size[0], "y_um": size[1], "z_um": size[2]}
    if max(size) < PERHAPS_WRONG_UM:
        in_other_units = {
            f"{axis}_if_{unit}_um": round(length * factor) for unit, factor in OTHER_UNITS.items() for axis, length in _named(size)
        }
        severity = Severity.FAIL if max(size) < SURELY_WRONG_UM else Severity.WARN
        yield Finding(
            "TINY", severity, measured={**measured, **in_other_units}, limit={"least_um": SURELY_WRONG_UM}, offers=(Offer.CHANGE_SIZE,)
        )
    if max(size) >= SURELY_WRONG_UM and (min(size[:2]) < NOZZLE_UM or size[2] < LAYER_UM):
        yield Finding(
            "TOO_THIN", Severity.FAIL, measured=measured, limit={"width_um": NOZZLE_UM, "height_um": LAYER_UM}, offers=(Offer.CHANGE_SIZE,)
        )
    yield from _fit(size, measured, metrics, volumes)


def _named(size: tuple[int, int, int]) -> list[tuple[str, int]]:
    return list(zip("xyz", size, strict=True))


def _fit(
    size: tuple[int, int, int], measured: dict[str, int], metrics: dict[str, Any], volumes: Sequence[PrinterVolume]
) -> Iterator[Finding]:
    most = largest(volumes)
    if most is None or metrics["fits"]:
        return
    limit = {"most_x_um": most.x_um, "most_y_um": most.y_um, "most_z_um": most.z_um}
    if otherwise := fitting_another_way_up(volumes, size):
        offers = (Offer.CHANGE_ORIENTATION, Offer.CHANGE_SIZE, Offer.REQUEST_REVIEW)
        yield Finding("ANOTHER_WAY_UP", Severity.FAIL, measured={**measured, "fits": otherwise}, limit=limit, offers=offers)
        return
    is_absurd = max(size) > FAR_TOO_LARGE * max(most.x_um, most.y_um, most.z_um)
    yield Finding("HUGE" if is_absurd else "TOO_LARGE", Severity.FAIL, measured=measured, limit=limit, offers=(Offer.CHANGE_SIZE,))


def _walls(solid: Solid) -> Iterator[Finding]:
    """Yield a warning where the part is thin on the whole: a sheet of thickness t has 2·volume/area = t, whatever its outline."""
    if not solid.volume or max(solid.measures.size) * 1000 < PERHAPS_WRONG_UM:
        return
    wall = round(2000 * solid.volume / solid.measures.area)
    if wall < TWO_LINES_UM:
        yield Finding(
            "THIN_WALLS", Severity.WARN, measured={"wall_um": wall}, limit={"least_wall_um": TWO_LINES_UM}, offers=(Offer.CHANGE_SIZE,)
        )


def _standing(solid: Solid, metrics: dict[str, Any]) -> Iterator[Finding]:
    measures = solid.measures
    outline = measures.size[0] * measures.size[1]
    if measures.overhang > max(_HANGING_MM2, _HANGING_SHARE * measures.area):
        hanging = {"area_mm2": metrics["overhang_area_mm2"], "support_mm3": metrics["support_mm3"]}
        yield Finding("OVERHANGS", Severity.NOTE, measured=hanging, offers=(Offer.CHANGE_ORIENTATION,))
    if outline and measures.base < _STANDING_SHARE * outline:
        standing = {"area_mm2": metrics["base_area_mm2"]}
        yield Finding("SMALL_BASE", Severity.NOTE, measured=standing, offers=(Offer.CHANGE_ORIENTATION,))


def _company(solid: Solid, is_assembled: bool) -> Iterator[Finding]:
    if solid.loose > 1:
        yield Finding("LOOSE_PIECES", Severity.WARN, measured={"pieces": solid.loose}, limit={"pieces": 1})
    if solid.hollows:
        yield Finding("HOLLOW", Severity.NOTE, measured={"hollows": solid.hollows})
    if is_assembled:
        yield Finding("ASSEMBLY", Severity.WARN)
