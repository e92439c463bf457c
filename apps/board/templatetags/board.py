"""What a board is drawn with: a part as its own progress bar, risk with its factors, and buttons that are forms.

A board has dozens of cards: these are functions and no templates, which would cost more than everything else on the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.board.badges import BADGES
from apps.board.domain.cards import Card
from apps.board.labels import Line, Told
from apps.board.labels.effects import EFFECTS

from .drawing import part_thumb
from .farmos import badge, icon, progress

register = template.Library()


@register.simple_tag
def thumb(shown: Any) -> SafeString:
    """Return the part of a card as its own progress bar; what is off the printer is whole. Cards about no part show their icon."""
    card = shown.card
    attempt = card.attempt
    if attempt is not None:
        name = attempt.parts[0].name if attempt.parts else attempt.plate
        return part_thumb(shown.outline, name, attempt.progress if attempt.started_at is not None else 0.0)
    if shown.outline:
        return part_thumb(shown.outline, str(card.facts.get("name", "")), 100.0)
    return icon(shown.told.badge.icon, "l")


@register.simple_tag
def bar(told: Told) -> SafeString:
    """Return how far an attempt is; hatched when its promise is at risk."""
    attempt = told.card.attempt
    if attempt is None:
        return SafeString("")
    return progress(attempt.progress, _("Progress of %(what)s") % {"what": told.title}, at_risk=bool(told.card.facts.get("why")))


@register.simple_tag
def risk(card: Card, told: Told) -> SafeString:
    """Return the risk of a card with its first two factors, each with what it usually affects."""
    factors = format_html_join(
        " ",
        '<span class="fx" tabindex="0" title="{}">{}</span>',
        ((_("Usually affects: %(what)s") % {"what": EFFECTS[code]} if code in EFFECTS else "", label) for code, label in told.factors),
    )
    level = badge(BADGES["risk", card.risk_level]) if card.risk_level in ("MEDIUM", "HIGH") else ""
    return format_html("{} {}", level, factors)


@register.simple_tag
def lines(cards: Sequence[Line], today_url: str) -> SafeString:
    """Return cards as one line each, every line a link that opens its card."""
    labels: dict[int, str] = {}
    rows = (
        (today_url, one.card.key, one.title, " · ".join(filter(None, (_label(labels, one), _code(one.card), one.more)))) for one in cards
    )
    items = format_html_join("", '<li><a href="{}?card={}#lead"><b>{}</b> <span class="mut">{}</span></a></li>', rows)
    return format_html('<ul class="lines">{}</ul>', items)


def _label(labels: dict[int, str], one: Line) -> str:
    """Return the word of a line's badge, translated once for all lines that share it."""
    found = labels.get(id(one.badge))
    if found is None:
        found = labels[id(one.badge)] = str(one.badge.label)
    return found


def _code(card: Card) -> str:
    return card.machine.code if card.machine else ""


@register.simple_tag(takes_context=True)
def fields(context: template.Context, one: Any) -> SafeString:
    """Return the hidden fields of a button's form. In a fragment the proof of origin, the key and the way back are left for the page to fill in."""
    request = context.get("request")
    proof, back = ("", "") if request is None else (_proof(context, request), request.get_full_path())
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><input type="hidden" name="key" value="{}">'
        '<input type="hidden" name="version" value="{}"><input type="hidden" name="next" value="{}">{}{}',
        proof,
        one.key if request is not None else "",
        one.version,
        back,
        format_html_join("", '<input type="hidden" name="piece_ids" value="{}">', ((piece,) for piece in one.piece_ids)),
        format_html_join("", '<input type="hidden" name="{}" value="{}">', one.form),
    )


def _proof(context: template.Context, request: Any) -> str:
    """Return the page's proof of origin, made once: masking it anew for every button would be seen in the page's time."""
    made: str | None = context.render_context.get("board_proof")
    if made is None:
        made = context.render_context["board_proof"] = get_token(request)
    return made


@register.simple_tag(takes_context=True)
def button(context: template.Context, one: Any, look: str = "") -> SafeString:
    """Return a button: a form that asks for a command once, or a link to a page.

    Args:
        context: The template's.
        one: The button.
        look: ``p`` the card's one primary action, ``q`` a quiet one, ``member`` one of several in a group, empty a second one.
    """
    tone = {"p": " p", "q": " q"}.get(look, "")
    label = format_html("{}: {}", one.label, one.about) if look == "member" and one.about else one.label
    key = format_html(' data-key="{}"', one.keys.lower()) if one.keys and look != "member" else ""
    shown = format_html("{}{}", label, format_html(" <kbd>{}</kbd>", one.keys) if one.keys and look == "p" else "")
    if not one.is_post:
        return format_html('<a class="btn{}" href="{}"{}>{}</a>', tone, one.url, key, shown)
    return format_html(
        '<form method="post" action="{}" class="do">{}<button class="btn{}" type="submit"{}>{}</button></form>',
        one.url,
        fields(context, one),
        tone,
        key,
        shown,
    )


__all__ = ["bar", "button", "fields", "lines", "register", "risk", "thumb"]
