"""Every record the admin shows, with a way to make one."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db import models

from apps.journal.models import Delivery, Event, EventSubject, Heartbeat, Receipt
from tests.factories.context import NOW
from tests.factories.toy import make_dead_letter

APPS = (
    "accounts",
    "artifacts",
    "catalog",
    "fleet",
    "fulfilment",
    "inventory",
    "notify",
    "orders",
    "parts",
    "planning",
    "policy",
    "profiles",
    "runs",
    "storefront",
)

Make = Callable[[], models.Model]


def makers() -> dict[type[models.Model], Make]:
    """Return for every model of the admin how a row of it is made."""
    found: dict[type[models.Model], Make] = {
        Event: lambda: make_dead_letter().event,
        EventSubject: lambda: EventSubject.objects.filter(event=make_dead_letter().event).first() or EventSubject(),
        Delivery: make_dead_letter,
        Receipt: _receipt,
        Heartbeat: lambda: Heartbeat.objects.create(
            role="web", instance=f"web-{Heartbeat.objects.count()}", pid=7, host="here", started_at=NOW, beat_at=NOW
        ),
    }
    for app in APPS:
        factories: dict[str, Callable[..., Any]] = import_module(f"tests.{app}.test_admin").FACTORIES
        found |= {apps.get_model(app, name): make for name, make in factories.items()}
    return found


def shown_models() -> list[type[models.Model]]:
    """Return the models the admin shows, those of tests left out."""
    return sorted(
        (model for model in admin.site._registry if not model.__module__.startswith("tests.")), key=lambda model: model._meta.label
    )


def _receipt() -> Receipt:
    number = Receipt.objects.count()
    return Receipt.objects.create(
        actor="service:tests", command="toy.add_bolts", key=f"k-{number}", fingerprint=b"0" * 32, created_at=NOW, result="1"
    )
