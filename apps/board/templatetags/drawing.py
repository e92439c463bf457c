"""What is drawn on the server: how far a part has grown, how full a spool is, how sure we are. SVG without styles: our pages allow none inline."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.board.queries.spools import LOW_MG

register = template.Library()

BOX: tuple[tuple[float, float], ...] = ((12.0, 56.0), (12.0, 20.0), (20.0, 12.0), (52.0, 12.0), (52.0, 48.0), (44.0, 56.0))
"""What is drawn where no outline was measured: a block."""

FLOOR_Y, TOP_Y = 56.0, 10.0
LAYER = 3.0
Point = tuple[float, float]


@register.simple_tag
def part_thumb(outline: Sequence[Sequence[int]], label: str, percent: float | None = None, color: str = "") -> SafeString:
    """Return the part as its own progress bar: what is printed is solid, the rest a dashed ghost, the layer line in ink.

    Args:
        outline: Its corners from above, µm; empty: not measured.
        label: What it is, for screen readers.
        percent: How far it is; None: it is not being printed.
        color: ``#rrggbb`` of what it is made of.
    """
    grown = 0 if percent is None else round(max(0.0, min(100.0, float(percent))))
    said = _("%(part)s, %(percent)d %% printed") % {"part": label, "percent": grown} if percent is not None else label
    return format_html(
        '<svg viewBox="0 0 64 64" role="img" aria-label="{}">{}<path d="M4 57.5h56" stroke="var(--line-2)" stroke-width="2"/></svg>',
        said,
        _grown(tuple((x, y) for x, y in outline), grown, color),
    )


@lru_cache(maxsize=1024)
def _grown(outline: tuple[tuple[int, int], ...], grown: int, color: str) -> SafeString:
    """Return a part that is ``grown`` percent high. Kept: a wall of printers shows the same few drawings again and again."""
    shape = _fitted(outline)
    line = FLOOR_Y - (FLOOR_Y - min(y for _x, y in shape)) * grown / 100
    solid = _below(shape, line)
    return format_html(
        "{}{}{}",
        format_html('<polygon points="{}" fill="none" stroke="var(--ghost)" stroke-width="1.4" stroke-dasharray="3 2.4"/>', _points(shape)),
        _solid(solid, color, line) if grown > 0 and len(solid) > 2 else "",
        format_html('<path d="M6 {}h52" stroke="var(--ink)" stroke-width="1.6"/>', f"{line:.1f}") if 0 < grown < 100 else "",
    )


def _solid(shape: Sequence[Point], color: str, top: float) -> SafeString:
    heights = []
    y = FLOOR_Y - LAYER
    while y > top:
        heights.append(y)
        y -= LAYER
    rows = format_html_join(
        "",
        '<path d="M{} {}H{}" stroke="#000" stroke-opacity=".16" stroke-width=".7"/>',
        ((f"{left:.1f}", f"{y:.1f}", f"{right:.1f}") for y in heights for left, right in _spans(shape, y)),
    )
    fill = color or "var(--part)"
    return format_html('<polygon points="{}" fill="{}" stroke="var(--ink-2)" stroke-width="1"/>{}', _points(shape), fill, rows)


def _fitted(outline: Sequence[Sequence[int]]) -> list[Point]:
    """Return the outline within the picture, standing on its floor."""
    if len(outline) < 3:
        return list(BOX)
    left, right = min(p[0] for p in outline), max(p[0] for p in outline)
    front, back = min(p[1] for p in outline), max(p[1] for p in outline)
    scale = min(48.0 / max(right - left, 1), (FLOOR_Y - TOP_Y) / max(back - front, 1))
    middle = 32.0 - (right - left) * scale / 2
    return [(middle + (x - left) * scale, FLOOR_Y - (y - front) * scale) for x, y in outline]


def _below(shape: Sequence[Point], top: float) -> list[Point]:
    """Return the part of a shape that lies at or below a height (y grows downwards)."""
    kept: list[Point] = []
    for (ax, ay), (bx, by) in zip(shape, [*shape[1:], shape[0]], strict=True):
        if ay >= top:
            kept.append((ax, ay))
        if (ay >= top) != (by >= top):
            kept.append((ax + (bx - ax) * (top - ay) / (by - ay), top))
    return kept


def _spans(shape: Sequence[Point], y: float) -> list[tuple[float, float]]:
    """Return from where to where a height runs inside a shape."""
    cuts = sorted(
        ax + (bx - ax) * (y - ay) / (by - ay)
        for (ax, ay), (bx, by) in zip(shape, [*shape[1:], shape[0]], strict=True)
        if (ay > y) != (by > y)
    )
    return list(zip(cuts[::2], cuts[1::2], strict=False))


def _points(shape: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in shape)


@register.simple_tag
def spool_ring(feed: Any) -> SafeString:
    """Return how full a feed's spool is: the ring is the share left, its hole the colour. Unknown is a dashed ring with a question mark."""
    spool = feed.spool if feed is not None else None
    if spool is None or spool.remaining_mg is None:
        mark = "?" if feed is None or feed.content != "empty" else "\u2013"
        return format_html('<span class="ring unk" aria-hidden="true">{}</span>', mark)
    share = 100 if not spool.full_mg else max(0, min(100, round(100 * spool.remaining_mg / spool.full_mg)))
    return format_html(
        '<svg class="ringv" viewBox="0 0 40 40" aria-hidden="true"><circle cx="20" cy="20" r="17" fill="none" stroke="var(--sunken)" '
        'stroke-width="6"/><circle cx="20" cy="20" r="17" fill="none" stroke="{}" stroke-width="6" pathLength="100" '
        'stroke-dasharray="{} 100" transform="rotate(-90 20 20)"/><circle cx="20" cy="20" r="12" fill="{}" stroke="var(--line-2)"/></svg>',
        "var(--amber-line)" if spool.remaining_mg < LOW_MG else "var(--ink-2)",
        share,
        spool.color.hex_rgb if spool.color else "var(--surface)",
    )


@register.simple_tag
def confidence_bar(confidence: float | None) -> SafeString | str:
    """Return a printer's confidence as ten segments and a word, never a bare number; nothing while it is not known."""
    if confidence is None:
        return ""
    word = _("High") if confidence >= 0.8 else _("Medium") if confidence >= 0.5 else _("Low")
    segments = format_html_join("", '<i class="{}"></i>', (("on" if step < round(confidence * 10) else "",) for step in range(10)))
    return format_html(
        '<div class="conf"><span class="mut">{}</span><span class="segs" role="img" aria-label="{}">{}</span><b>{}</b></div>',
        _("Confidence"),
        f"{word}, {confidence:.2f}",
        segments,
        word,
    )


PATTERNS = (
    "",
    '<path d="M0 0L8 8M8 0L0 8" stroke="var(--ink-3)" stroke-width=".8"/>',
    '<circle cx="4" cy="4" r="1.1" fill="var(--ink-3)"/>',
    '<path d="M0 8L8 0" stroke="var(--ink-3)" stroke-width="1"/>',
    '<path d="M0 4H8" stroke="var(--ink-3)" stroke-width="1"/>',
    '<path d="M4 0V8" stroke="var(--ink-3)" stroke-width="1"/>',
)
"""Beside its letter each order has a pattern, so that the picture can be read without colour and from afar."""

LONGEST = 340.0


@register.simple_tag
def bed_drawing(bed: Any, label: str, key: str, by: str = "letter", marks: Any = None) -> SafeString:
    """Return a bed from above with what stands on it.

    Args:
        bed: A ``board.queries.beds.Bed``.
        label: What the picture shows, in a sentence.
        key: Makes the picture's own ids unique on the page.
        by: What is written on the parts: ``letter`` of the order, or ``slot``.
        marks: Slot → outcome code, where outcomes are shown.
    """
    scale = LONGEST / max(bed.width_um, bed.depth_um, 1)
    width, depth = bed.width_um * scale, bed.depth_um * scale
    shapes = format_html_join("", "{}", ((_placed(place, scale, depth, key, by, (marks or {}).get(place.slot)),) for place in bed.places))
    frame = (
        '<circle cx="{0}" cy="{1}" r="{0}" fill="none" stroke="var(--bedline)"/>'
        if bed.is_round
        else ('<rect width="{2}" height="{3}" rx="5" fill="none" stroke="var(--bedline)"/>')
    )
    return format_html(
        '<svg class="bed" viewBox="-6 -6 {} {}" role="img" aria-label="{}"><defs>{}</defs>{}{}{}{}'
        '<text x="{}" y="{}" text-anchor="end" font-size="11" fill="var(--ink-3)">{}</text></svg>',
        f"{width + 12:.0f}",
        f"{depth + 26:.0f}",
        label,
        _patterns(key),
        _grid(width, depth),
        format_html(frame, f"{width / 2:.1f}", f"{depth / 2:.1f}", f"{width:.1f}", f"{depth:.1f}"),
        format_html_join("", "{}", ((_keep_out(one, scale, depth, key),) for one in bed.keep_outs)),
        shapes,
        f"{width:.0f}",
        f"{depth + 14:.0f}",
        _("front"),
    )


def _patterns(key: str) -> SafeString:
    from django.utils.safestring import mark_safe

    drawn = ((key, number, mark_safe(one)) for number, one in enumerate(PATTERNS) if one)  # noqa: S308 - constants above
    return format_html_join("", '<pattern id="pt{1}-{0}" width="8" height="8" patternUnits="userSpaceOnUse">{2}</pattern>', drawn)


def _grid(width: float, depth: float) -> SafeString:
    lines = [f"M{x:.1f} 0V{depth:.1f}" for x in _steps(width)] + [f"M0 {y:.1f}H{width:.1f}" for y in _steps(depth)]
    return format_html('<path d="{}" stroke="var(--bedline)" stroke-opacity=".5" fill="none"/>', "".join(lines))


def _steps(length: float) -> list[float]:
    return [length * step / 10 for step in range(1, 10)]


def _keep_out(one: tuple[int, int, int, int], scale: float, depth: float, key: str) -> SafeString:
    x, y, width, deep = one
    place = (f"{x * scale:.1f}", f"{depth - (y + deep) * scale:.1f}", f"{width * scale:.1f}", f"{deep * scale:.1f}", key)
    return format_html('<rect x="{}" y="{}" width="{}" height="{}" fill="url(#pt3-{})" stroke="var(--bedline)"/>', *place)


def _placed(place: Any, scale: float, depth: float, key: str, by: str, mark: str | None) -> SafeString | str:
    if len(place.corners) < 3:
        return ""
    shape = [(x * scale, depth - y * scale) for x, y in place.corners]
    cx = (min(x for x, _y in shape) + max(x for x, _y in shape)) / 2
    cy = (min(y for _x, y in shape) + max(y for _x, y in shape)) / 2
    number = (ord(place.letter) - ord("A")) % len(PATTERNS)
    looks = _MARKED.get(mark or "", _PLAIN if by == "letter" else _OPEN)
    text = place.letter if by == "letter" else f"{place.slot}{_SIGNS.get(mark or '', '')}"
    size = _letter_size(shape, text)
    return format_html(
        '<g><title>{}</title><polygon points="{}" {}/>{}<rect x="{}" y="{}" width="{}" height="{}" rx="{}" fill="{}"/>'
        '<text x="{}" y="{}" text-anchor="middle" font-size="{}" font-weight="800" fill="var(--ink)">{}</text></g>',
        f"{place.letter if by == 'letter' else place.slot}. {place.name}",
        _points(shape),
        looks,
        format_html('<polygon points="{}" fill="url(#pt{}-{})"/>', _points(shape), number, key) if by == "letter" and number else "",
        f"{cx - size * (len(text) / 3 + 2 / 9):.1f}",
        f"{cy - size * 2 / 3:.1f}",
        f"{size * (len(text) * 2 / 3 + 4 / 9):.1f}",
        f"{size * 4 / 3:.1f}",
        f"{size * 2 / 9:.1f}",
        "var(--surface)" if by == "letter" and number else "none",
        f"{cx:.1f}",
        f"{cy + size / 3:.1f}",
        f"{size:.1f}",
        text,
    )


def _letter_size(shape: Sequence[Point], text: str) -> float:
    """Return how large a part's letters are: within the part, else they would hide it and its neighbours; never too small to be read."""
    wide = max(x for x, _y in shape) - min(x for x, _y in shape)
    deep = max(y for _x, y in shape) - min(y for _x, y in shape)
    return max(9.0, min(18.0, deep * 0.6, wide / (0.7 * len(text) + 0.3)))


_PLAIN = SafeString('fill="var(--surface)" stroke="var(--ink-2)" stroke-width="1.6"')
_OPEN = SafeString('fill="var(--surface)" stroke="var(--ink-3)" stroke-width="2.5" stroke-dasharray="7 5"')
_MARKED = {
    "SUCCESS": SafeString('fill="var(--green-bg)" stroke="var(--green-line)" stroke-width="3"'),
    "FAILED": SafeString('fill="var(--red-bg)" stroke="var(--red-line)" stroke-width="3"'),
    "UNKNOWN": SafeString('fill="var(--surface)" stroke="var(--ink-2)" stroke-width="3"'),
    "SKIPPED": SafeString('fill="var(--sunken)" stroke="var(--ink-3)" stroke-width="1.5"'),
}
_SIGNS = {"SUCCESS": " \u2713", "FAILED": " \u00d7", "UNKNOWN": " ?", "SKIPPED": " \u2013"}


@register.simple_tag
def qr_code(text: str, name: str) -> SafeString:
    """Return a QR code that says ``text``, drawn black on white with the quiet edge that scanners need. ``name`` is what it leads to."""
    import segno

    quiet = 4
    rows = list(segno.make(text, error="m", micro=False).matrix)
    side = len(rows) + 2 * quiet
    dark = "".join(f"M{x + quiet} {y + quiet}h1v1h-1z" for y, row in enumerate(rows) for x, bit in enumerate(row) if bit)
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}" shape-rendering="crispEdges"><path d="M0 0h{}v{}h-{}z" fill="#fff"/>'
        '<path d="{}" fill="#000"/></svg>',
        *(side, side, _("QR code of the page of %(name)s") % {"name": name}),
        *(side, side, side),
        dark,
    )
