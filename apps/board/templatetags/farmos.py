"""What templates say often: icons, badges, ages, money, and the hidden fields of a form that asks for a command."""

from __future__ import annotations

import contextlib
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import uuid4

from django import template
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.states import country_name
from apps.board.badges import Badge
from apps.journal import clock

register = template.Library()

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
NO_MINOR_UNIT = frozenset({"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"})
"""Currencies whose amounts have no decimals."""


register.filter(country_name)


@register.simple_tag
@cache
def icon(name: str, size: str = "") -> SafeString:
    """Return an icon of the sprite, hidden from screen readers: the word beside it speaks. Size ``s``, ``l`` or empty."""
    return format_html(
        '<svg class="ic{}" aria-hidden="true"><use href="{}#{}"/></svg>', f" {size}" if size else "", static("farmos/icons.svg"), name
    )


@register.simple_tag
def badge(shown: Badge) -> SafeString:
    """Return a state badge: icon and word, always both."""
    tone = f" {shown.tone}" if shown.tone else ""
    return format_html('<span class="st{}">{}{}</span>', tone, icon(shown.icon, "s"), shown.label)


@register.simple_tag
def progress(percent: float | None, label: str, *, at_risk: bool = False) -> SafeString:
    """Return a progress bar with a name and a value; hatched when at risk. Without a number it is empty and says so."""
    known = 0 if percent is None else max(0, min(100, round(percent)))
    words = _("not known") if percent is None else f"{known} %"
    return format_html(
        '<progress class="bar{}" max="100" value="{}" aria-label="{}" aria-valuetext="{}"></progress>',
        " hot" if at_risk else "",
        known,
        label,
        words,
    )


@register.simple_tag
def since(moment: datetime | None) -> SafeString | str:
    """Return the age of a moment ("6 min", "2 h", "3 d"); pages with scripts keep it counting."""
    if moment is None:
        return ""
    return format_html('<time datetime="{}" data-age>{}</time>', moment.isoformat(), age((clock.now() - moment).total_seconds()))


def age(seconds: float) -> str:
    """Return an age in words, one unit, rounded down. Negative ages (clocks differ) count as none."""
    seconds = max(0.0, seconds)
    if seconds < _MINUTE:
        return _("just now")
    if seconds < _HOUR:
        return ngettext("%(n)d min", "%(n)d min", int(seconds // _MINUTE)) % {"n": seconds // _MINUTE}
    if seconds < 2 * _DAY:
        return ngettext("%(n)d h", "%(n)d h", int(seconds // _HOUR)) % {"n": seconds // _HOUR}
    return ngettext("%(n)d d", "%(n)d d", int(seconds // _DAY)) % {"n": seconds // _DAY}


@register.simple_tag
def when(moment: datetime | None, zone: Any = None) -> SafeString | str:
    """Return a clock time ("16:00"), with the weekday beyond today and the date beyond a week. ``zone``: the site's; none: the current one."""
    if moment is None:
        return ""
    local = timezone.localtime(moment, zone)
    today = timezone.localtime(clock.now(), zone).date()
    days = (local.date() - today).days
    if days == 0:
        shown = local.strftime("%H:%M")
    elif abs(days) < 7:
        shown = f"{formats.date_format(local, 'D')} {local:%H:%M}"
    else:
        shown = f"{formats.date_format(local, 'j M')} {local:%H:%M}" if local.year == today.year else formats.date_format(local, "j M Y")
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), formats.date_format(local, "j F Y, H:i"), shown)


@register.simple_tag
def money(minor: int | None, currency: str) -> str:
    """Return an amount given in minor units as people write it in the reader's language, with its currency."""
    if minor is None:
        return ""
    decimals = 0 if currency in NO_MINOR_UNIT else 2
    amount = Decimal(minor).scaleb(-decimals)
    return f"{formats.number_format(amount, decimal_pos=decimals, force_grouping=True)} {currency}"


@register.simple_tag(takes_context=True)
def act_fields(context: template.Context, version: int | None = None, to: str = "") -> SafeString:
    """Return the hidden fields of a form that asks for a command: proof of origin, a key of this rendering, the version shown, where to go on.

    The key belongs to the rendered form: pressing twice, or sending the same page twice, does it once. In a fragment, which is shared by many
    pages, proof, key and place are left empty: ``live.js`` fills them in when it is shown.
    """
    request = context.get("request")
    fields = format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><input type="hidden" name="key" value="{}">',
        get_token(request) if request is not None else "",
        uuid4().hex if request is not None else "",
    )
    if version is not None:
        fields += format_html('<input type="hidden" name="version" value="{}">', version)
    return fields + format_html(
        '<input type="hidden" name="next" value="{}">', to or (request.get_full_path() if request is not None else "")
    )


@register.simple_tag
def own_styles() -> list[str]:
    """Return the addresses of the styles a bare page needs, without those that were not collected: it must appear whatever is wrong."""
    found = []
    for name in ("tokens", "base", "shell", "controls", "surfaces", "shop", "storefront", "responsive"):
        with contextlib.suppress(ValueError):
            found.append(static(f"farmos/css/{name}.css"))
    return found
