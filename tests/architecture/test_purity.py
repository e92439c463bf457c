"""Judgement is pure and commands read no clock: ``ctx.now`` is the time they live in, ``domain/`` knows no framework."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from .source import TREE, Finding, Module, assert_none, attribute_chain, findings, sample

TIMELESS = frozenset({"domain", "commands", "changes", "queries", "models", "states", "events", "facts", "subscribers"})
"""Roles of files that are given their time."""

CLOCKS = frozenset(
    {
        *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
        *("timezone.now", "timezone.localtime", "timezone.localdate", "clock.now", "clock.database_now"),
        *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "functions.Now"),
    }
)
CLOCK_IMPORTS = frozenset(
    {"django.utils.timezone.now", "time.time", "time.time_ns", "django.db.models.functions.Now", "apps.journal.clock.now"}
)
CLOCK_FIELDS = frozenset({"auto_now", "auto_now_add"})

FRAMEWORKS = ("django", "rest_framework", "celery", "channels", "redis", "apps.journal", "structlog", "boto3", "stripe")
IMPURE = ("random", "secrets", "socket", "requests", "httpx", "urllib.request", "subprocess", "os.environ", "time")


def clocks(module: Module) -> Iterator[Finding]:
    """Find reads of a clock in files that are given their time."""
    if module.role not in TIMELESS:
        return
    advice = "reads a clock; use ctx.now in commands, take `now` as an argument elsewhere"
    for node in module.nodes:
        if isinstance(node, ast.Attribute) and ".".join(attribute_chain(node)[-2:]) in CLOCKS:
            yield module.finding(node, f"{ast.unparse(node)} {advice}")
        if isinstance(node, ast.keyword) and node.arg in CLOCK_FIELDS:
            yield module.finding(node.value, f"{node.arg} {advice}")
    for node, name in module.imports():
        if name in CLOCK_IMPORTS:
            yield module.finding(node, f"{name} {advice}")


def impurities(module: Module) -> Iterator[Finding]:
    """Find imports that a ``domain`` package may not have: frameworks, other layers of farmos, the outside world."""
    if "domain" not in module.parts:
        return
    for node, name in module.imports():
        if any(name == banned or name.startswith(f"{banned}.") for banned in (*FRAMEWORKS, *IMPURE)):
            yield module.finding(node, f"imports {name}; domain takes values and returns values, let the caller fetch or do it")
        elif name.startswith("apps.") and ".domain" not in name:
            yield module.finding(node, f"imports {name}; domain knows other domain packages only (codes come in as values)")


class TestTheClockCheck:
    @pytest.mark.parametrize(
        "code",
        [
            "datetime.now(tz=UTC)",
            "datetime.datetime.now()",
            "timezone.now()",
            "django.utils.timezone.now()",
            "time.time()",
            "date.today()",
            "clock.now()",
            "models.DateTimeField(auto_now_add=True)",
            "from django.utils.timezone import now",
            "from django.db.models.functions import Now",
            "default = timezone.now",
        ],
    )
    @pytest.mark.parametrize("role", ["commands", "changes", "queries", "models", "domain/pricing"])
    def test_sees_a_clock(self, code: str, role: str) -> None:
        assert list(clocks(sample(code, f"apps/orders/{role}.py")))

    @pytest.mark.parametrize("code", ["ctx.now", "run.started_at.time()", "def late(*, now: datetime): return due < now"])
    def test_leaves_given_time_alone(self, code: str) -> None:
        assert not list(clocks(sample(code, "apps/orders/commands.py")))

    def test_leaves_edges_alone(self) -> None:
        assert not list(clocks(sample("timezone.now()", "apps/orders/views.py")))


class TestThePurityCheck:
    @pytest.mark.parametrize(
        "code",
        [
            "from django.db import models",
            "import django",
            "from rest_framework import status",
            "from celery import shared_task",
            "from apps.journal.refusals import Refusal",
            "from apps.orders.models import Intent",
            "from ..models import Intent",
            "from ..states import IntentState",
            "import random",
            "import time",
        ],
    )
    def test_sees_the_world(self, code: str) -> None:
        assert list(impurities(sample(code, "apps/orders/domain/pricing.py")))

    @pytest.mark.parametrize(
        "code",
        ["from dataclasses import dataclass", "import math", "from .promise import Promise", "from apps.policy.domain.facts import Facts"],
    )
    def test_leaves_values_alone(self, code: str) -> None:
        assert not list(impurities(sample(code, "apps/orders/domain/pricing.py")))


class TestTheTree:
    def test_nobody_who_is_given_time_reads_a_clock(self) -> None:
        assert_none(findings(clocks, *TREE), "Time comes from the context, so that commands can be repeated and tested:")

    def test_domain_packages_are_pure(self) -> None:
        assert_none(findings(impurities, *TREE), "Judgement is pure (ARCHITECTURE.md, rule 4):")
