"""What a person may hear of on live pages, by the rights of their roles; and where the things are that events speak of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model

from apps.accounts import rights
from apps.accounts.models import User
from apps.journal.audience import Audience, Place, Thing

RECORDS = {
    "account": "accounts.account",
    "anomaly": "runs.anomaly",
    "approval": "policy.approval",
    "artifact": "artifacts.artifact",
    "checkout": "orders.checkout",
    "color": "catalog.color",
    "decision": "policy.decision",
    "grant": "accounts.grant",
    "hold": "policy.hold",
    "incident": "runs.incident",
    "intent": "orders.intent",
    "item": "planning.plateitem",
    "layout": "planning.layout",
    "line": "orders.lineitem",
    "lot": "inventory.lot",
    "material": "catalog.material",
    "output": "planning.output",
    "part": "parts.part",
    "part_revision": "parts.partrevision",
    "person": "accounts.user",
    "piece": "orders.piece",
    "plan": "planning.plan",
    "plate": "planning.buildplate",
    "policy": "policy.policy",
    "price_list": "orders.pricelist",
    "printer": "fleet.printer",
    "printer_class": "catalog.printerclass",
    "profile": "profiles.profile",
    "profile_version": "profiles.profileversion",
    "quote": "orders.quote",
    "refund": "orders.refund",
    "requirement": "orders.requirement",
    "run": "runs.run",
    "session": "fleet.machinesession",
    "shipment": "fulfilment.shipment",
    "site": "accounts.site",
    "spool": "inventory.spool",
    "upload": "parts.upload",
    "webhook": "orders.webhookmessage",
    "request": "journal.actionrequest",
    "notice": "notify.notice",
    "mail": "notify.mailout",
}
"""The record behind each kind of subject. A kind that is not here is never told of."""


def locate(wanted: Mapping[str, Collection[UUID]]) -> Mapping[Thing, Place]:
    """Return where each record is, and its version: one query a kind. Kinds nobody may look at are left out."""
    found: dict[Thing, Place] = {}
    for kind, ids in wanted.items():
        sight = rights.sight_of(RECORDS.get(kind, ""))
        if sight is None:
            continue
        model = apps.get_model(RECORDS[kind])
        names = ["version"] if _is_versioned(model) else []
        for record_id, *values in model._default_manager.filter(pk__in=ids).values_list("pk", *names, *sight.sites):
            version = values[0] if names else None
            sites = frozenset(value for value in values[len(names) :] if value is not None)
            before = found.get((kind, record_id), Place())
            found[kind, record_id] = Place(version, before.sites | sites)
    return found


def _is_versioned(model: type[Model]) -> bool:
    return any(one.name == "version" for one in model._meta.concrete_fields)


def audience_of(person: Any, only: Collection[Thing] = ()) -> Audience | None:
    """Return what a person may hear of; None for somebody who may hear of nothing, or not of all they asked ``only`` for.

    Who works here hears of everything they may look at. A customer hears of their own orders, one by one, and only that they changed.
    """
    if not isinstance(person, User) or not person.is_active:
        return None
    if person.is_staff:
        return _of_staff(person, frozenset(only))
    return _of_customer(person, frozenset(only))


def _of_staff(person: User, only: frozenset[Thing]) -> Audience | None:
    looks = {kind: person.sites_where(_sight(label)) for kind, label in RECORDS.items()}
    held = sorted((str(site), *sorted(roles)) for site, roles in person.roles_by_site.items())
    found = Audience(frozenset((kind, sites) for kind, sites in looks.items() if sites), only, key=f"{person.language} {held}")
    if not only:
        return found
    asked: dict[str, list[UUID]] = {}
    for kind, record_id in only:
        asked.setdefault(kind, []).append(record_id)
    there = locate(asked)
    return found if all(thing in there and found.hears(thing, there[thing]) for thing in only) else None


def _of_customer(person: User, only: frozenset[Thing]) -> Audience | None:
    from apps.orders.models import Intent

    wanted = {record_id for kind, record_id in only if kind == "intent"}
    if not only or len(wanted) != len(only):
        return None
    mine = person.owned(Intent).filter(pk__in=wanted).count()
    return Audience(owned=only) if mine == len(wanted) else None


def _sight(label: str) -> str:
    app, _dot, model = label.partition(".")
    return f"{app}.view_{model}"
