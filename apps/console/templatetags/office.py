"""What pages about orders and plans draw: pieces, outlines of parts, spans of time, weights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.board.queries.pieces import SHOWN, Stand
from apps.board.queries.shapes import Checked
from apps.journal import clock
from apps.orders.states import PieceState

register = template.Library()

CELLS = 60
"""Up to so many pieces each gets a cell; more are a bar."""
SLOTS = 100
"""Parts of the bar."""

LABELS: dict[str, Any] = {code: PieceState(code).label for code in SHOWN if code != "doubt"} | {"doubt": gettext_lazy("State unknown")}
ICONS = {"passed": "check", "packed": "package", "shipped": "truck", "doubt": "unplug", "canceled": "x", "rework": "wrench"}


@dataclass(frozen=True, slots=True)
class Group:
    """Pieces of one kind: how many, what they are called, how a cell of theirs is drawn, and how many parts of the bar they take."""

    code: str
    many: int
    label: Any
    icon: str
    slots: range


@register.inclusion_tag("console/parts/pieces.html")
def pieces(stand: Stand, *, key: bool = True) -> dict[str, Any]:
    """Draw pieces: one cell each with a key in words; over sixty a bar in the same patterns."""
    total = sum(stand.counts.values())
    groups = [
        Group(code, many, LABELS[code], ICONS.get(code, ""), range(max(1, round(many * SLOTS / total)) if total > CELLS else many))
        for code in SHOWN
        if (many := stand.counts.get(code, 0))
    ]
    words = ", ".join(f"{group.many} {group.label}" for group in groups) or _("no pieces")
    return {"groups": groups, "words": words, "is_bar": total > CELLS, "key": key}


@register.inclusion_tag("console/parts/outline.html")
def outline(checked: Checked | None, name: str = "") -> dict[str, Any]:
    """Draw a part as it is seen from above; a plain box where nobody measured it."""
    if checked is None or len(checked.outline) < 3:
        return {"points": "", "name": name}
    left, top = min(x for x, _y in checked.outline), min(y for _x, y in checked.outline)
    wide, deep = max(x for x, _y in checked.outline) - left, max(y for _x, y in checked.outline) - top
    scale = 76 / max(wide, deep, 1)
    shift_x, shift_y = 50 - wide * scale / 2, 50 - deep * scale / 2
    points = " ".join(f"{(x - left) * scale + shift_x:.1f},{100 - ((y - top) * scale + shift_y):.1f}" for x, y in checked.outline)
    return {"points": points, "name": name}


@register.simple_tag
def moment(at: datetime) -> SafeString:
    """Return a clock time with its seconds; the day before it where it is not today."""
    local, today = timezone.localtime(at), timezone.localtime(clock.now()).date()
    day = "" if local.date() == today else f"{formats.date_format(local, 'j M')} "
    return format_html('<time datetime="{}">{}{}</time>', at.isoformat(), day, f"{local:%H:%M:%S}")


@register.filter
def span(minutes: int | None) -> str:
    """Return a length of time: "40 min", "3 h 10 min", "1 d 6 h"; not known in words."""
    if minutes is None:
        return _("not known")
    sign, minutes = ("-" if minutes < 0 else ""), abs(minutes)
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    parts = [(days, _("d")), (hours, _("h")), (0 if days else left, _("min"))]
    words = " ".join(f"{number} {unit}" for number, unit in parts if number)
    return f"{sign}{words}" if words else _("0 min")


@register.filter
def grams(milligrams: int | None) -> str:
    """Return a weight: "310 g", "1.25 kg"; not known in words."""
    if milligrams is None:
        return _("not known")
    if abs(milligrams) >= 1_000_000:
        return f"{milligrams / 1_000_000:.2f} kg"
    return f"{milligrams / 1000:.1f} g" if abs(milligrams) < 10_000 else f"{milligrams / 1000:.0f} g"


@register.filter
def millimetres(micrometres: int | None) -> str:
    """Return a length in millimetres with its unit; not known in words."""
    return _("not known") if micrometres is None else f"{micrometres / 1000:g} mm"


@register.filter
def box(size_um: tuple[int, int, int] | None) -> str:
    """Return a box: "100 by 80 by 50 mm"."""
    if size_um is None:
        return _("size not known")
    x, y, z = (f"{length / 1000:.1f}".removesuffix(".0") for length in size_um)
    return _("%(x)s by %(y)s by %(z)s mm") % {"x": x, "y": y, "z": z}


@register.filter
def pieces_words(many: int) -> str:
    """Return a number of pieces in words."""
    return ngettext("%(n)d piece", "%(n)d pieces", many) % {"n": many}


@register.filter
def brief(sha256: str) -> str:
    """Return a hash short enough to read out."""
    return f"{sha256[:6]}…{sha256[-4:]}" if len(sha256) > 12 else sha256
