"""Lengths of time as people on a shop floor say them."""

from __future__ import annotations

from django.utils.translation import gettext as _

MINUTES_PER_HOUR, MINUTES_PER_DAY = 60, 24 * 60


def span(minutes: int) -> str:
    """Return a length of time: "40 min", "3 h 10 min", "1 d 6 h"."""
    minutes = max(0, minutes)
    if minutes < MINUTES_PER_HOUR:
        return _("%(minutes)d min") % {"minutes": minutes}
    if minutes < MINUTES_PER_DAY:
        hours, rest = divmod(minutes, MINUTES_PER_HOUR)
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest} if rest else _("%(hours)d h") % {"hours": hours}
    days, rest = divmod(minutes, MINUTES_PER_DAY)
    hours = rest // MINUTES_PER_HOUR
    return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours} if hours else _("%(days)d d") % {"days": days}
