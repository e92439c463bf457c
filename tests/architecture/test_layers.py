"""Knowledge points down: foreign keys, subscriptions and imports go from higher apps to lower ones, and only through the lower app's front doors.

import-linter checks *which* app may import which (``lint-imports``); here is what it cannot see: string references in foreign keys, who
subscribes to whose events, and which of another app's files are imported.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model

from apps.journal import event, subscriptions

from . import layers
from .source import ROOT, Finding, Module, app_names, assert_none, findings, sample

DOORS = frozenset({"commands", "changes", "queries", "events", "states", "models", "domain", "rights", "proof"})
"""What one app may import of another. ``domain`` is pure values: facts and verdicts cross borders as such."""

OWN_DOORS = {
    "fleet": frozenset({"drivers"}),
    "policy": frozenset({"gate"}),
    "slicing": frozenset({"cache", "drivers"}),
    "board": frozenset({"badges", "fragments", "templatetags"}),
}
"""Further doors of single apps: the client of machines, the one place where policy is asked, the slicers, the table of badges."""

EDGES = frozenset(
    {"admin", "api", "tasks", "consumers", "views", "serializers", "urls", "forms", "subscribers", "labels", "facts", "apps", "checks"}
)
FOUNDATIONS = frozenset({"journal", "artifacts"})
"""Apps whose mechanisms (context, refusals, lanes, store …) everybody builds on; only their edges stay theirs."""

OUR_PREFIX = "apps."


def side_doors(module: Module) -> Iterator[Finding]:
    """Find imports of another app's files that are not its front doors."""
    if module.app is None:
        return
    for node, name in module.imports():
        found = re.match(r"apps\.(\w+)\.(\w+)", name)
        if found is None or found[1] == module.app:
            continue
        app, part = found[1], found[2]
        doors = DOORS | OWN_DOORS.get(app, frozenset())
        if part in EDGES or (app not in FOUNDATIONS and part not in doors):
            yield module.finding(node, f"imports {name}; of {app} use its {', '.join(sorted(doors))}")


def upward_links(links: Iterable[tuple[str, str, str]], order: dict[str, int]) -> Iterator[str]:
    """Find links (app, what, other app) that point up or sideways."""
    for app, what, other in links:
        if not layers.may_know(app, other, order):
            yield f"{what} points from {app} up to {other}; keep a plain UUIDField, or let {other} know {app} instead"


def model_links() -> Iterator[tuple[str, str, str]]:
    """Yield every foreign key, one-to-one and many-to-many between our apps."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            target = field.related_model
            concrete = bool(getattr(field, "concrete", False))
            if concrete and is_ours(model) and isinstance(target, type) and issubclass(target, Model) and is_ours(target):
                yield model._meta.app_label, f"{model.__name__}.{field.name}", target._meta.app_label


def is_ours(model: type[Model]) -> bool:
    """Is the model one of farmos' apps' (and not Django's or a test's)?"""
    return model.__module__.startswith(OUR_PREFIX)


def subscription_links() -> Iterator[tuple[str, str, str]]:
    """Yield (subscriber's app, what, event's app) for every subscription of farmos itself."""
    for cls, subscription in subscriptions.all_subscriptions():
        handler_app, event_app = subscription.handler.__module__, event.type_of(cls).app
        if handler_app.startswith(OUR_PREFIX) and event_app.startswith(OUR_PREFIX):
            yield handler_app.split(".")[1], f"subscriber {subscription.name} of {cls.__name__}", event_app.split(".")[1]


def stray_subscribers() -> Iterator[str]:
    """Find subscriptions made outside ``subscribers.py``."""
    for _cls, subscription in subscriptions.all_subscriptions():
        module = subscription.handler.__module__
        if module.startswith(OUR_PREFIX) and module.split(".")[2] != "subscribers":
            yield f"{module}.{subscription.handler.__name__} subscribes outside subscribers.py"


class TestTheSideDoorCheck:
    @pytest.mark.parametrize(
        "code",
        [
            "from apps.fleet import admin",
            "from apps.fleet.admin import PrinterAdmin",
            "import apps.fleet.tasks",
            "from apps.fleet.api import PrinterViewSet",
            "from apps.fleet.consumers import Board",
            "from apps.fleet.simulator import web",
            "from ..fleet.views import floor",
            "from apps.journal.admin import EventAdmin",
            "from apps.journal.tasks import drain",
        ],
    )
    def test_sees_a_side_door(self, code: str) -> None:
        assert list(side_doors(sample(code, "apps/runs/commands.py")))

    @pytest.mark.parametrize(
        "code",
        [
            "from apps.fleet import changes",
            "from apps.fleet.models import Printer",
            "from apps.journal.context import Context",
            "from apps.artifacts.lane import LANE",
            "from . import admin",
            "from apps.runs.tasks import x",
        ],
    )
    def test_leaves_front_doors_open(self, code: str) -> None:
        assert not list(side_doors(sample(code, "apps/runs/commands.py")))


class TestTheOrder:
    def test_reads_siblings_and_apps_that_do_not_exist_yet(self) -> None:
        order = layers.heights(["farmos", "(apps.machining) | apps.parts", "apps.journal"])

        assert order == {"machining": 1, "parts": 1, "journal": 0}

    def test_refuses_up_and_sideways(self) -> None:
        order = {"runs": 2, "fleet": 1, "profiles": 1, "journal": 0}
        links = [
            ("fleet", "Printer.run", "runs"),
            ("fleet", "Printer.profile", "profiles"),
            ("runs", "Run.printer", "fleet"),
            ("runs", "Run.next", "runs"),
        ]

        assert [line.split(" ")[0] for line in upward_links(links, order)] == ["Printer.run", "Printer.profile"]


class TestTheTree:
    def test_every_app_has_a_place_in_the_order(self) -> None:
        missing = set(app_names()) - set(layers.ranks())

        assert not missing, f"add {missing} to the layers in pyproject.toml"

    def test_apps_use_each_others_front_doors(self) -> None:
        assert_none(findings(side_doors, "apps"), "Across apps only front doors are imported (ARCHITECTURE.md):")

    def test_foreign_keys_point_down(self) -> None:
        links = list(model_links())

        assert links, "no foreign keys were found at all"
        assert_none(upward_links(links, layers.ranks()), "Links upward are plain ids without foreign keys:")

    def test_only_higher_apps_subscribe(self) -> None:
        assert_none(upward_links(subscription_links(), layers.ranks()), "Only higher apps subscribe to an app's events:")

    def test_subscriptions_are_made_in_subscribers(self) -> None:
        assert_none(stray_subscribers(), "Reactions to events live in subscribers.py, so that they are found:")

    def test_imports_point_down(self) -> None:
        lint = Path(sys.executable).with_name("lint-imports")
        done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True)

        assert done.returncode == 0, done.stdout + done.stderr
