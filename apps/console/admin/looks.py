"""What the admin knows about single models beside what their apps declare: badges, the operators' page of a record, plain groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from apps.board.badges import BADGES, Badge
from apps.journal.subscriptions import label_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

BADGE_KINDS = {
    ("orders.intent", "state"): "intent",
    ("orders.piece", "state"): "piece",
    ("orders.piecefact", "to_state"): "piece",
    ("planning.plan", "state"): "plan",
    ("planning.plan", "risk_level"): "risk",
    ("planning.buildplate", "state"): "plate",
    ("runs.run", "state"): "run",
    ("runs.run", "risk_level"): "risk",
    ("runs.itemoutcome", "outcome"): "outcome",
    ("fleet.printer", "health"): "health",
    ("fleet.printer", "connection"): "connection",
    ("fleet.printer", "bed"): "bed",
    ("fleet.printer", "occupancy"): "occupancy",
    ("policy.decision", "outcome"): "decision",
    ("policy.approval", "state"): "approval",
    ("parts.preflight", "status"): "preflight",
}
"""(model, field) → kind in the one table of badges."""

_WAITS, _GOOD, _WRONG, _OVER, _CARE = (
    ("clock", ""),
    ("circle-check", "green"),
    ("circle-x", "red"),
    ("archive", "dash"),
    ("scan-eye", "violet"),
)
TONES: dict[tuple[str, str], dict[str, tuple[str, str]]] = {
    ("journal.delivery", "state"): {"pending": _WAITS, "leased": ("play", ""), "done": _GOOD, "dead": _WRONG, "abandoned": _OVER},
    ("notify.notice", "severity"): {
        "urgent": ("octagon-alert", "red"),
        "attention": ("triangle-alert", "amber"),
        "information": ("info", ""),
    },
    ("notify.mailout", "state"): {"owed": _WAITS, "sent": _GOOD, "dropped": ("circle-off", "dash")},
    ("orders.quote", "state"): {"accepted": _GOOD, "declined": _OVER, "expired": _OVER, "superseded": _OVER},
    ("orders.checkout", "state"): {"paid": _GOOD, "closed": _OVER, "failed": _WRONG},
    ("orders.refund", "state"): {"requested": _WAITS, "issued": _GOOD, "failed": _WRONG},
    ("orders.webhookmessage", "state"): {"applied": _GOOD, "ignored": _OVER, "review": _CARE, "stored": _WAITS, "parked": _WAITS},
    ("parts.upload", "state"): {"refused": _WRONG, "checked": _GOOD, "ingested": _GOOD},
    ("policy.policy", "state"): {"active": _GOOD, "retired": _OVER, "draft": ("pencil", "dash")},
    ("catalog.printerclass", "state"): {"released": _GOOD, "retired": _OVER, "draft": ("pencil", "dash")},
    ("profiles.profileversion", "state"): {"production": _GOOD, "withdrawn": _WRONG, "retired": _OVER, "draft": ("pencil", "dash")},
    ("inventory.spool", "state"): {"sealed": ("package", ""), "open": ("spool", ""), "used_up": _OVER, "discarded": _OVER},
    ("fulfilment.shipment", "state"): {"packed": ("package", ""), "shipped": ("truck", "green")},
    ("runs.incident", "state"): {"open": ("octagon-alert", "red"), "released": _GOOD},
}
"""(model, field) → code → icon and tone, for states that no operators' page shows."""


def badge_for(row: Model, field: str, code: str) -> Badge | None:
    """Return how the value of a field looks as a badge; None where it has no look of its own."""
    at = (row._meta.label_lower, field)
    if at in BADGE_KINDS:
        return BADGES.get((BADGE_KINDS[at], code))
    if at not in TONES:
        return None
    icon, tone = TONES[at].get(code, ("circle-dashed", ""))
    return Badge(str(getattr(row, f"get_{field}_display")()), icon, tone)


def name_of(row: Any) -> str:
    """Return what people call a record."""
    names: dict[str, Callable[[], str]] = {
        "runs.run": lambda: _("%(plate)s, attempt %(number)d") % {"plate": row.plate.number, "number": row.attempt},
        "planning.plan": lambda: (
            _("order %(order)s, revision %(number)d") % {"order": row.requirement.line.intent.number, "number": row.revision}
        ),
        "journal.event": lambda: row.type,
        "journal.delivery": lambda: str(label_of(row.subscriber)),
    }
    make = names.get(row._meta.label_lower)
    return str(make() if make else row)


def page_of(row: Any) -> str:
    """Return the path of the operators' page about a record, or nothing where there is none (or none yet)."""
    paths = {
        "orders.intent": lambda: f"/admin/orders/{row.number}/",
        "planning.plan": lambda: f"/admin/plans/{row.pk}/",
        "planning.buildplate": lambda: f"/admin/plates/{row.pk}/",
        "runs.run": lambda: f"/admin/runs/{row.pk}/outcome/",
        "fleet.printer": lambda: f"/admin/printers/{row.code}/",
        "policy.approval": lambda: f"/admin/approvals/{row.pk}/",
    }
    make = paths.get(row._meta.label_lower)
    return path if make and is_a_page(path := make()) else ""


SUBJECTS = {
    "orders.intent": "intent",
    "orders.piece": "piece",
    "planning.plan": "plan",
    "planning.buildplate": "plate",
    "runs.run": "run",
    "fleet.printer": "printer",
    "policy.approval": "approval",
    "policy.decision": "decision",
    "inventory.spool": "spool",
    "fulfilment.shipment": "shipment",
    "accounts.user": "person",
    "accounts.account": "account",
    "notify.notice": "notice",
    "notify.mailout": "mail",
}
"""Models whose rows have a timeline: what events call them."""


def timeline_of(row: Model) -> str:
    """Return the path of a record's timeline, or nothing."""
    kind = SUBJECTS.get(row._meta.label_lower, "")
    path = f"/admin/timeline/{kind}/{row.pk}/"
    return path if kind and is_a_page(path) else ""


def is_a_page(path: str) -> bool:
    """Does a page of ours answer at this path (and not the admin's catch-all)?"""
    try:
        return resolve(path).view_name.startswith("console:")
    except Resolver404:
        return False


@dataclass(frozen=True, slots=True)
class Group:
    """Records that belong together in the words of the shop."""

    title: StrOrPromise
    about: StrOrPromise
    icon: str
    apps: tuple[str, ...]


GROUPS = (
    Group(
        _("Orders and money"),
        _("What was promised, to whom, for how much, and what was paid."),
        "package",
        ("orders", "fulfilment", "storefront"),
    ),
    Group(_("Making"), _("Recipes, plates, attempts and what came of each piece."), "layers", ("planning", "runs", "parts")),
    Group(
        _("Machines and material"),
        _("Printers, what is loaded in them, spools, profiles."),
        "printer",
        ("fleet", "inventory", "catalog", "profiles"),
    ),
    Group(_("People and sites"), _("Who works here, who buys, and where."), "users", ("accounts",)),
    Group(_("Rules"), _("Policies, decisions, approvals, holds and breakers."), "shield-check", ("policy",)),
    Group(
        _("Log"), _("Everything that happened, is owed, was told or is kept as a file."), "list-tree", ("journal", "notify", "artifacts")
    ),
)
"""The groups of the admin's first page, in its order. An app that is in none comes last, under its own name."""
