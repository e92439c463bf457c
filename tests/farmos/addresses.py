"""Every address of farmos, filled with real objects: so that no page can be added without somebody having said what its parts stand for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, transaction
from django.urls import URLPattern, URLResolver, get_resolver

from apps.accounts import rights
from apps.journal import clock
from apps.journal.models import ActionRequest
from apps.journal.refusals import Refusal
from tests.factories.accounts import shop
from tests.factories.filling import stored
from tests.factories.toy import make_dead_letter

OUR_APPS = (
    *("accounts", "artifacts", "catalog", "fleet", "fulfilment", "inventory", "notify", "orders"),
    *("parts", "planning", "policy", "profiles", "runs", "storefront"),
)

NAMED = {
    "approval_id": "policy.approval",
    "artifact_id": "artifacts.artifact",
    "breaker_id": "policy.breaker",
    "checkout_id": "orders.checkout",
    "color_id": "catalog.color",
    "device_id": "accounts.device",
    "grant_id": "accounts.grant",
    "hold_id": "policy.hold",
    "intent_id": "orders.intent",
    "line_id": "storefront.basketline",
    "material_id": "catalog.material",
    "notice_id": "notify.notice",
    "notification_id": "notify.notification",
    "outcome_id": "runs.itemoutcome",
    "photo_id": "runs.outcomephoto",
    "plan_id": "planning.plan",
    "plate_id": "planning.buildplate",
    "policy_id": "policy.policy",
    "preflight_id": "parts.preflight",
    "printer_class_id": "catalog.printerclass",
    "printer_id": "fleet.printer",
    "profile_id": "profiles.profile",
    "quote_id": "orders.quote",
    "refund_id": "orders.refund",
    "review_id": "planning.planreview",
    "revision_id": "parts.partrevision",
    "run_id": "runs.run",
    "scope_id": "fleet.printer",
    "shipment_id": "fulfilment.shipment",
    "site_id": "accounts.site",
    "spool_id": "inventory.spool",
    "account_id": "accounts.account",
    "piece_id": "orders.piece",
    "requirement_id": "orders.requirement",
    "decision_id": "policy.decision",
    "token_id": "accounts.apitoken",
    "upload_id": "parts.upload",
    "user_id": "accounts.user",
    "version_id": "profiles.profileversion",
    "webhook_id": "orders.webhookmessage",
    "request_id": "journal.actionrequest",
    "incident_id": "runs.incident",
    "session_id": "fleet.machinesession",
    "anomaly_id": "runs.anomaly",
    "snapshot_id": "runs.runsnapshot",
    "circuit_id": "accounts.circuit",
    "holiday_id": "accounts.holiday",
}
"""What the parts of addresses stand for, where the name says it."""

KINDS = {
    "run": "runs.run",
    "plan": "planning.plan",
    "plate": "planning.buildplate",
    "printer": "fleet.printer",
    "intent": "orders.intent",
    "order": "orders.intent",
    "piece": "orders.piece",
    "upload": "parts.upload",
    "spool": "inventory.spool",
    "shipment": "fulfilment.shipment",
    "requirement": "orders.requirement",
}
"""Kinds of things that addresses with a ``kind`` are about."""

WORDS: dict[str, Callable[[Any], Any]] = {
    "code": lambda world: world.object("fleet.printer").code,
    "number": lambda world: world.object("orders.intent").number,
    "token": lambda world: "f" * 43,
    "scope": lambda world: "printer",
    "provider": lambda world: "test",
    "name": lambda world: "RunQueued",
    "version": lambda world: 1,
    "app_label": lambda world: "runs",
    "url": lambda world: "nothing-here",
    "content_type_id": lambda world: 1,
    "path": lambda world: "nothing-here",
    "filename": lambda world: "nothing-here",
}
"""Parts that are no ids of ours. A token is a guessed one: who holds a real one may open it."""


FIRST = ("runs.incidentrun",)
"""Made before the others: their factories make what stands in their way otherwise."""


@dataclass(frozen=True, slots=True)
class Address:
    """One address.

    Args:
        route: As the URLconf writes it.
        path: Filled.
        label: The record it is about, by its model's label; empty: about none.
        methods: Which the view knows.
    """

    route: str
    path: str
    label: str
    methods: frozenset[str]


class World:
    """One object of each model, made when it is asked for, all of them at the shop."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {"journal.delivery": make_dead_letter()}  # first: it takes what waits longest
        for label in FIRST:
            self.object(label)

    def object(self, label: str) -> Any:
        """Return the object of a model."""
        if label not in self._made:
            self._made[label] = self._make(label)
        return self._made[label]

    def _make(self, label: str) -> Any:
        model = apps.get_model(label)
        if label == "journal.event":
            return self.object("journal.delivery").event
        if label == "journal.eventsubject":
            return self.object("journal.event").subject_rows.first()
        if label == "journal.receipt":
            self.object("journal.delivery")
            return model._default_manager.first()
        if label == "journal.actionrequest":
            values = {"site_id": shop().pk, "type": "PAUSE_RUN", "target_kind": "run", "target_id": self.object("runs.run").pk}
            return stored(ActionRequest, {**values, "requested_by": "service:tests"})
        if label == "journal.heartbeat":
            now = clock.now()
            return model._default_manager.create(role="web", instance="1", host="here", pid=1, started_at=now, beat_at=now)
        try:
            with transaction.atomic():
                return _factories()[label]()
        except (IntegrityError, Refusal):  # another object of this world stands in its way, and is as good
            return model._default_manager.latest("pk")


@cache
def _factories() -> dict[str, Callable[..., Any]]:
    found: dict[str, Callable[..., Any]] = {}
    for app in OUR_APPS:
        for name, make in import_module(f"tests.{app}.test_admin").FACTORIES.items():
            found[f"{app}.{name.lower()}"] = make
    return found


def every(world: World) -> Iterator[Address]:
    """Yield every address of the URLconf, filled.

    Raises:
        LookupError: a part of an address stands for something nobody has named above.
    """
    for route, pattern in _walk(get_resolver().url_patterns, ""):
        yield from _filled(world, route, pattern)


def _walk(patterns: list[Any], prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern), pattern


def _filled(world: World, route: str, pattern: URLPattern) -> Iterator[Address]:
    methods = _methods(pattern)
    if route.startswith("^") or "(?P" in route:  # the admin's last resort
        return
    parts = re.findall(r"<(?:(\w+):)?(\w+)>", route)
    if "kind" in (name for _kind, name in parts):
        for kind, label in KINDS.items():
            path = re.sub(r"<\w+:kind>", kind, route)
            path = re.sub(r"<(?:\w+:)?\w*id>", str(world.object(label).pk), path)
            yield Address(route, f"/{path}", label, methods)
        return
    label, path = "", route
    for converter, name in parts:
        about, value = _value(world, converter, name, pattern)
        label = about or label
        path = re.sub(rf"<(?:\w+:)?{name}>", str(value), path)
    yield Address(route, f"/{path}", label, methods)


def _value(world: World, converter: str, name: str, pattern: URLPattern) -> tuple[str, Any]:
    if "content_type_id" in pattern.pattern.converters:
        return "", 1
    if name in ("record_id", "object_id"):
        label = _model_of(pattern)
        return label, world.object(label).pk
    if name == "code" and pattern.name == "problem":
        return "", "not-found"
    if name == "code":
        return "fleet.printer", WORDS["code"](world)
    if name == "number":
        return "orders.intent", WORDS["number"](world)
    if name == "delivery_id":
        return "journal.delivery", world.object("journal.delivery").pk
    if name in WORDS:
        return "", WORDS[name](world)
    if name == "id" and converter == "str":
        return "", UUID(int=1)
    if name in NAMED:
        return NAMED[name], world.object(NAMED[name]).pk
    raise LookupError(f"{pattern.pattern}: say in tests/farmos/addresses.py what <{name}> stands for")


def _model_of(pattern: URLPattern) -> str:
    """Return the label of the model whose record the last part of an address is."""
    view = pattern.callback
    owner = getattr(view, "cls", None) or getattr(view, "view_class", None)
    model = getattr(owner, "model", None)
    if model is None:
        admin = getattr(view, "model_admin", None) or getattr(getattr(view, "__wrapped__", None), "model_admin", None)
        model = getattr(admin, "model", None)
    if model is None and pattern.name:
        app, _under, rest = pattern.name.partition("_")
        model = apps.get_model(app, rest.rpartition("_")[0])
    if model is None:
        raise LookupError(f"{pattern.pattern}: its view names no model")
    label: str = model._meta.label_lower
    return label


def _methods(pattern: URLPattern) -> frozenset[str]:
    view = pattern.callback
    owner = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if owner is None:
        return frozenset({"get"})
    return frozenset(name for name in owner.http_method_names if hasattr(owner, name)) - {"head", "options"}


def belongs_somewhere(world: World, address: Address) -> bool:
    """Is the record an address is about one of a site, so that it does not exist for people of another?"""
    if not address.label:
        return False
    sight = rights.sight_of(address.label)
    if sight is None or not sight.sites:
        return False
    row = world.object(address.label)
    rows = type(row)._default_manager.filter(pk=row.pk)
    return any(rows.filter(**{f"{lookup}__isnull": False}).exists() for lookup in sight.sites)
