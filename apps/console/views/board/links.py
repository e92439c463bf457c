"""Where each action of a card leads: the address of a command's button, or of a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import NoReverseMatch, reverse

from apps.board.domain.cards import Action, Card

POSTS: dict[str, tuple[str, str]] = {
    "runs.refresh_run": ("console:run-refresh", "run_id"),
    "runs.pause_run": ("console:run-pause", "run_id"),
    "runs.abort_run": ("console:run-abort", "run_id"),
    "runs.abort_and_requeue": ("console:run-requeue", "run_id"),
    "runs.acknowledge_anomaly": ("console:anomaly-acknowledge", "anomaly_id"),
    "runs.resume_run": ("console:run-resume", "run_id"),
    "runs.adopt_machine_state": ("console:run-adopt", "run_id"),
    "runs.keep_platform_state": ("console:run-keep", "run_id"),
    "runs.clear_bed": ("console:printer-bed-clear", "printer_id"),
    "fulfilment.ship": ("console:ship", "shipment_id"),
    "policy.acknowledge_breaker": ("console:acknowledge-breaker", "breaker_id"),
}
"""Command → the name of its button's address, and what the address calls the record."""

ABOUT_PIECES: dict[str, str] = {
    "fulfilment.cool_pieces": "console:pieces-cool",
    "fulfilment.pass_qa": "console:pieces-pass",
    "fulfilment.reject_qa": "console:pieces-reject",
    "fulfilment.finish_rework": "console:pieces-rework-done",
    "fulfilment.pack_pieces": "console:pieces-pack",
}
"""Commands about pieces: the form names them."""

PAGES: dict[str, tuple[str, Callable[[Action], dict[str, Any]]]] = {
    "page:printer": ("console:printer", lambda action: {"code": action.params.get("code", "")}),
    "page:stop": ("console:printer", lambda action: {"code": action.params.get("code", "")}),
    "page:service": ("console:printer", lambda action: {"code": action.params.get("code", "")}),
    "page:run": ("console:run", lambda action: {"run_id": action.id}),
    "page:leave-out": ("console:leave-out", lambda action: {"run_id": action.id}),
    "page:outcome": ("console:outcome", lambda action: {"run_id": action.id}),
    "page:approval": ("console:approval", lambda action: {"approval_id": action.id}),
    "page:plan": ("console:plan", lambda action: {"plan_id": action.id}),
    "page:why": ("console:why", lambda action: {"kind": action.kind, "record_id": action.id}),
    "page:payment": ("console:review", lambda _action: {}),
    "page:given-up": ("dead-letters", lambda _action: {}),
    "page:incident": ("console:incident", lambda action: {"incident_id": action.id}),
    "page:order": ("console:order", lambda action: {"number": action.params.get("order", "")}),
}

PLACES = {"page:service": "#service", "page:stop": "#stop-now"}
"""Action → where on its page."""


def address_of(action: Action) -> str:
    """Return where an action leads; empty where there is no such page (yet)."""
    try:
        if action.code in ABOUT_PIECES:
            return reverse(ABOUT_PIECES[action.code])
        if action.code in POSTS:
            name, record = POSTS[action.code]
            return reverse(name, kwargs={record: action.id})
        name, of = PAGES[action.code]
        return reverse(name, kwargs=of(action)) + PLACES.get(action.code, "")
    except (NoReverseMatch, KeyError):
        return ""


def open_card(card: Card) -> str:
    """Return the address of Today with this card in front, expanded."""
    return f"{reverse('console:today')}?card={card.key}#lead"


def timeline_of(card: Card) -> str:
    """Return where everything that happened to the card's record is told; empty for what has no timeline."""
    kind, record_id = ("printer", card.machine.id) if card.kind == "printer" and card.machine else (card.kind, card.id)
    if kind not in ("run", "printer", "plan", "incident"):
        return ""
    try:
        return reverse("console:trace", kwargs={"kind": kind, "record_id": record_id})
    except NoReverseMatch:
        return ""
