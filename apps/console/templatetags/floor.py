"""What templates of the floor say often: the four facts, what is loaded, how long something takes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.board.queries.spools import LOW_MG
from apps.console.labels.facts import Fact, facts_of
from apps.fleet.models import Feed, Printer
from apps.fleet.states import FeedContent
from apps.inventory.states import Amount
from apps.runs.models import Anomaly
from apps.runs.queries import explain_anomaly

register = template.Library()


@register.simple_tag
def facts(printer: Printer, in_doubt: bool = False) -> list[Fact]:
    """Return the four facts of a printer."""
    return facts_of(printer, in_doubt=in_doubt)


@register.simple_tag
def anomaly_sentence(anomaly: Anomaly) -> str:
    """Return what was seen of an anomaly."""
    return explain_anomaly(anomaly.kind, anomaly.evidence)


@register.filter
def spool_name(feed: Feed | None) -> str:
    """Return what is loaded in words: "PETG, black"."""
    if feed is None or feed.content == FeedContent.UNKNOWN:
        return _("Filament not known")
    if feed.spool is None:
        return _("Nothing loaded")
    color = f", {feed.spool.color}" if feed.spool.color else ""
    return f"{feed.spool.material}{color}"


@register.filter
def spool_left(feed: Feed | None) -> str:
    """Return how much is left and how that is known: "402 g left, estimated"."""
    spool = feed.spool if feed is not None else None
    if spool is None:
        return _("Load a spool") if feed is not None and feed.content == FeedContent.EMPTY else _("Say what is loaded, or weigh it later")
    if spool.remaining_mg is None:
        return _("how much is left is not known")
    left = _("%(grams)s g left") % {"grams": number_format(round(spool.remaining_mg / 1000))}
    basis = f", {_('estimated')}" if spool.remaining_basis == Amount.ESTIMATED else ""
    low = f", {_('low')}" if spool.remaining_mg < LOW_MG else ""
    return f"{left}{basis}{low}"


@register.filter
def is_low(feed: Feed | None) -> bool:
    """Is so little left that somebody should think of the next spool?"""
    left = feed.spool.remaining_mg if feed is not None and feed.spool is not None else None
    return left is not None and left < LOW_MG


@register.filter
def mm(micrometres: int | None) -> str:
    """Return micrometres as millimetres: "0.4", exactly; a dash where it is not known."""
    if micrometres is None:
        return "\u2013"
    digits = next(digits for digits in range(4) if micrometres % 10 ** (3 - digits) == 0)
    return number_format(micrometres / 1000, decimal_pos=digits)


@register.filter
def grams(milligrams: int | None) -> str:
    """Return milligrams as grams with the unit."""
    return "\u2013" if milligrams is None else f"{number_format(round(milligrams / 1000))} g"


@register.filter
def duration(minutes: int | None) -> str:
    """Return minutes as people say them: "5 h 12 min"."""
    if minutes is None:
        return "\u2013"
    hours, rest = divmod(int(minutes), 60)
    if hours == 0:
        return ngettext("%(n)d min", "%(n)d min", rest) % {"n": rest}
    return _("%(h)d h %(m)d min") % {"h": hours, "m": rest}


@register.filter
def hours(seconds: int | None) -> str:
    """Return seconds as whole hours with the unit."""
    return "\u2013" if seconds is None else f"{number_format(seconds // 3600)} h"


@register.filter
def spent(seconds: int | None) -> str:
    """Return seconds as people say how long something took: "40 min"."""
    return duration(None if seconds is None else round(seconds / 60))


@register.filter
def metres(millimetres: int | None) -> str:
    """Return millimetres of filament as metres with the unit."""
    return "\u2013" if millimetres is None else f"{number_format(millimetres / 1000, decimal_pos=1)} m"


@register.filter
def moment(seconds: float) -> datetime:
    """Return seconds since 1970 as a moment."""
    return datetime.fromtimestamp(seconds, tz=UTC)


@register.filter
def degrees(measured: tuple[float, float] | None) -> str:
    """Return the lowest and the highest that was measured: "214" or "24 to 215"; a dash where nothing was."""
    if measured is None:
        return "\u2013"
    low, high = (number_format(round(one)) for one in measured)
    return low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


@register.filter
def share(part: float | None) -> str:
    """Return a share of one in percent; a dash where it is not known."""
    return "\u2013" if part is None else f"{number_format(round(100 * part))}%"


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """Return a value of a mapping by a key that is itself a value; nothing where it is not there."""
    return mapping.get(key) if mapping else None
