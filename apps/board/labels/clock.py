"""Moments and spans as people on a shop floor say them: site time, 24 hours, weekday beyond today, never a duration alone."""

from __future__ import annotations

from datetime import datetime, tzinfo

from django.utils import formats
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

MINUTES_PER_HOUR, MINUTES_PER_DAY = 60, 24 * 60
DAYS_OF_WEEKDAYS = 7


def at(moment: datetime, *, now: datetime, zone: tzinfo) -> str:
    """Return a clock time in site time: "16:00", "Thu 16:00", "3 Dec 16:00"."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    days = (local.date() - today).days
    if days == 0:
        return f"{local:%H:%M}"
    if abs(days) < DAYS_OF_WEEKDAYS:
        return f"{WEEKDAYS_ABBR[local.weekday()]} {local:%H:%M}"
    return f"{formats.date_format(local, 'j M')} {local:%H:%M}"


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
