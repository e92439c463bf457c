"""Every page people open: a line each. A new page adds its line here and is held to what all of them must keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import Resolver404, resolve, reverse

from apps.accounts.models import User
from apps.accounts.states import Role
from apps.fleet.domain.telemetry import Sample
from apps.orders.models import Intent
from apps.runs.connector import keeping
from apps.runs.states import AnomalyKind
from apps.storefront.queries import token_for
from tests.browser.guests import make_guest
from tests.factories.accounts import make_user
from tests.factories.context import NOW
from tests.factories.everything import make_everything
from tests.factories.fleet import make_printer, make_session
from tests.factories.notify import make_notice, make_notification
from tests.factories.orders import make_line_item, make_paid_intent, make_piece, make_requirement
from tests.factories.runs import make_anomaly, make_completed_run, make_run_snapshot

Farm = dict[str, Any]
"""What the pages are about: see ``make_everything``."""


@dataclass(frozen=True, slots=True)
class Place:
    """One page.

    Args:
        name: What it is called in test names and screenshots.
        path: Where it is, for the farm at hand.
        stranger: Whether it is looked at without signing in; else the owner looks.
        guest: Whether the browser of a customer looks who was here before, signed in or not.
    """

    name: str
    path: Callable[[Farm], str]
    stranger: bool = False
    guest: bool = False

    def __str__(self) -> str:
        return self.name


def order_path(intent: Intent) -> str:
    """Return where the customer of an order follows it."""
    return reverse("shop-order", args=[token_for(intent.pk)])


def at(path: str) -> Callable[[Farm], str]:
    """Return a path that is the same on every farm."""
    return lambda _farm: path


def print_seen_path(farm: Farm) -> str:
    """Return where a print that was not ours is seen, with an order that it may have been for."""
    values = {"run_id": None, "is_foreign": True, "ended_at": NOW, "outcome": "completed", "print_s": 2400, "filament_mm": 3120}
    seen = make_session(printer=farm["printer"], file_name="bracket_v2.gcode", external_job_id="", **values)
    make_piece(requirement=make_requirement(line=make_line_item(intent=make_paid_intent(site=farm["printer"].site))))
    return f"/admin/printers/seen/{seen.pk}/"


def other_machine_path(farm: Farm) -> str:
    """Return the printer at whose address another one's machine answers."""
    site, theirs = farm["printer"].site, {"board": "bb22", "name": "voron-7"}
    noted = {"machine_noted_at": NOW, "machine_noted_by": "service:tests", "site": site}
    make_printer(machine=theirs, **noted)
    said = {"connection": "MISCONFIGURED", "connection_evidence": {"code": "other-machine", "machine": theirs}}
    return f"/admin/printers/{make_printer(machine={'board': 'aa11', 'name': 'voron-3'}, **noted, **said).code}/"


def measured_run_path(farm: Farm) -> str:
    """Return where an attempt is shown that was measured for hours, but for a silence, and in which much happened."""
    began = NOW - timedelta(hours=5)
    run = make_completed_run(plate=farm["plate"], attempt=9, printer=farm["printer"], started_at=began, ended_at=NOW)
    start = began.timestamp() // 1
    keeping.keep(
        (
            run.pk,
            Sample(
                start + at,
                min(24 + at / 2, 215 + at % 3),
                215.0,
                min(22 + at / 9, 60) - 9 * (7000 < at < 7400),
                60.0,
                at / 18_000,
                at // 90,
            ),
        )
        for at in range(30, 18_000, 30)
        if not 9000 < at < 10_800
    )
    make_anomaly(run=run, since=began + timedelta(seconds=7030), kind=AnomalyKind.TEMP_DRIFT)
    make_anomaly(run=run, since=began + timedelta(seconds=7300), kind=AnomalyKind.NO_EXTRUSION)
    make_run_snapshot(run=run, created_at=began + timedelta(minutes=11))
    return f"/admin/runs/{run.pk}/"


PLACES = [
    # people who work here
    Place("pin", at("/admin/pin/")),
    Place("switch-person", at("/admin/switch/")),
    Place("device", at("/admin/devices/set-up/")),
    Place("prove", at("/admin/prove/")),
    Place("sign-in", at("/admin/login/"), stranger=True),
    Place("start", at("/admin/")),
    Place("today", at("/admin/today/")),
    Place("orders", at("/admin/orders/")),
    Place("order", lambda farm: f"/admin/orders/{farm['intent'].number}/"),
    Place("plans", at("/admin/plans/")),
    Place("plan", lambda farm: f"/admin/plans/{farm['plan'].pk}/"),
    Place("plates", at("/admin/plates/")),
    Place("plate", lambda farm: f"/admin/plates/{farm['plate'].pk}/"),
    Place("plate-compose", at("/admin/plates/compose/")),
    Place("run", lambda farm: f"/admin/runs/{farm['run'].pk}/"),
    Place("leave-out", lambda farm: f"/admin/runs/{farm['run'].pk}/leave-out/"),
    Place("run-measured", measured_run_path),
    Place("finishing", at("/admin/finishing/")),
    Place("slip", lambda farm: f"/admin/shipments/{farm['shipment'].pk}/slip/"),
    Place("solo", at("/admin/solo/")),
    Place("first-run", at("/admin/first-run/")),
    Place("outcome", lambda farm: f"/admin/runs/{farm['run'].pk}/outcome/"),
    Place("printers", at("/admin/printers/")),
    Place("printer", lambda farm: f"/admin/printers/{farm['printer'].code}/"),
    Place("printer-other-machine", other_machine_path),
    Place("printer-list", at("/admin/printers/?view=list")),
    Place("printer-groups", at("/admin/printers/?view=groups")),
    Place("printer-add", at("/admin/printers/add/")),
    Place("printers-import", at("/admin/printers/import/")),
    Place("printer-camera", lambda farm: f"/admin/printers/{farm['printer'].pk}/camera/"),
    Place("prints-seen", at("/admin/printers/seen/")),
    Place("print-seen", print_seen_path),
    Place("printers-labels", at("/admin/printers/labels/")),
    Place("review", at("/admin/review/")),
    Place("approvals", at("/admin/approvals/")),
    Place("approval", lambda farm: f"/admin/approvals/{farm['approval'].pk}/"),
    Place("decision", lambda farm: f"/admin/decisions/{farm['approval'].decision_id}/"),
    Place("order-cancel", lambda farm: f"/admin/orders/{farm['intent'].number}/cancel/"),
    Place("order-fewer", lambda farm: f"/admin/orders/{farm['intent'].number}/fewer/"),
    Place("order-refund", lambda farm: f"/admin/orders/{farm['intent'].number}/refund/"),
    Place("why", lambda farm: f"/admin/why/intent/{farm['intent'].pk}/"),
    Place("timeline", at("/admin/timeline/")),
    Place("trace", lambda farm: f"/admin/timeline/intent/{farm['ordered'].pk}/?show=all"),
    Place("incident", lambda farm: f"/admin/incidents/{farm['incident'].pk}/"),
    Place("building", at("/admin/building/")),
    Place("hours", at("/admin/hours/")),
    Place("people", at("/admin/people/")),
    Place("find", at("/admin/find/?q=a")),
    Place("more", at("/admin/more/")),
    Place("notifications", at("/admin/notifications/")),
    Place("notification-preferences", at("/admin/notifications/preferences/")),
    Place("given-up", at("/admin/given-up/")),
    Place("password", at("/admin/password_change/")),
    # records
    Place("records", at("/admin/records/")),
    Place("records-orders", at("/admin/records/orders/intent/")),
    Place("records-order", lambda farm: f"/admin/records/orders/intent/{farm['intent'].pk}/change/"),
    Place("records-runs", at("/admin/records/runs/run/")),
    Place("records-run", lambda farm: f"/admin/records/runs/run/{farm['run'].pk}/change/"),
    Place("records-printers", at("/admin/records/fleet/printer/")),
    Place("records-events", at("/admin/records/journal/event/")),
    Place("records-deliveries", at("/admin/records/journal/delivery/")),
    Place("records-nothing", at("/admin/records/orders/intent/?q=nothing-like-this")),
    # customers
    Place("shop", at("/"), stranger=True),
    Place("shop-sign-in", at("/sign-in/"), stranger=True),
    Place("shop-orders", at("/orders/"), stranger=True),
    Place("shop-order", lambda farm: order_path(farm["intent"]), stranger=True),
    Place("shop-order-waiting", lambda farm: order_path(farm["waiting_intent"]), stranger=True),
    Place("shop-change", lambda farm: f"{order_path(farm['guest_intent'])}change/", stranger=True),
    Place("shop-receipt", lambda farm: f"{order_path(farm['intent'])}receipt/", stranger=True),
    Place("basket-empty", at("/basket/"), stranger=True),
    Place("shop-part", lambda farm: f"/parts/{farm['checked'].pk}/", stranger=True, guest=True),
    Place("basket", at("/basket/"), stranger=True, guest=True),
    Place("checkout", lambda farm: f"/checkout/{farm['offer'].pk}/", stranger=True, guest=True),
    Place("shop-orders-some", at("/orders/"), stranger=True, guest=True),
    Place("shop-again", lambda farm: f"{order_path(farm['ordered'])}again/", stranger=True, guest=True),
    # anybody
    Place("problem", at("/problems/stale-version"), stranger=True),
    Place("not-found", at("/nothing/here/"), stranger=True),
]


def seeded() -> tuple[Farm, User]:
    """Make the farm the pages are about, and its owner, who was told of something."""
    farm = make_everything()
    farm |= make_guest(farm)
    farm["guest_intent"] = make_piece(requirement=make_requirement(line=make_line_item(intent=make_paid_intent()))).requirement.line.intent
    owner = make_user(Role.ADMIN, email="owner@example.org", name="Ines Krüger")
    notice = make_notice(params={"printer": farm["printer"].code, "reason": "CLOG", "plate": farm["plate"].number, "attempt": 2})
    make_notification(notice=notice, person=owner)
    return farm, owner


def is_there(path: str) -> bool:
    """Does a page of ours answer here? Pages that are built later are looked at as soon as they exist."""
    try:
        match = resolve(path.partition("?")[0])
    except Resolver404:
        return path == "/nothing/here/"
    return match.func.__name__ != "catch_all_view" and match.url_name is not None
