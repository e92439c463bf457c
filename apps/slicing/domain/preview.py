"""A small picture of a plate from above, drawn from what was read back. The same plate gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from .job import PlateObject, Polygon
from .polygon import Point, box

MARGIN_MM = 5.0
LONGEST_SIDE_PX = 480


def preview_svg(bed: Polygon, objects: Sequence[PlateObject], printed: Mapping[str, Sequence[Point]]) -> bytes:
    """Return the picture: the bed, what was planned (outlines) and what is really extruded (filled), each with its name.

    Args:
        bed: Its corners.
        objects: What stands on it.
        printed: The outline of each object's extrusions, read back from the G-code.
    """
    left, front, right, back = box(bed)
    width, depth = right - left + 2 * MARGIN_MM, back - front + 2 * MARGIN_MM
    scale = LONGEST_SIDE_PX / max(width, depth)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * scale:.0f}" height="{depth * scale:.0f}" '
        f'viewBox="{left - MARGIN_MM:.2f} {-back - MARGIN_MM:.2f} {width:.2f} {depth:.2f}">',
        f"<title>{len(objects)}</title>",
        f'<polygon points="{_points(bed)}" fill="#f6f6f4" stroke="#8a8a85" stroke-width="1"/>',
    ]
    for one in objects:
        outline = printed.get(one.name, ())
        parts.append(f"<g><title>{escape(one.name)}</title>")
        if len(outline) >= 3:
            parts.append(f'<polygon points="{_points(outline)}" fill="#5b7fa6" fill-opacity="0.75"/>')
        parts.append(f'<polygon points="{_points(one.footprint)}" fill="none" stroke="#24405e" stroke-width="0.6"/></g>')
    return ("\n".join([*parts, "</svg>"]) + "\n").encode()


def _points(corners: Sequence[Point]) -> str:
    """Return the corners as SVG wants them: its y points down, the bed's away from the person in front of it."""
    return " ".join(f"{x:.2f},{0.0 - y:.2f}" for x, y in corners)
