"""Contexts: who asks, when, with which key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from apps.journal.context import Actor, Context

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""The moment tests live in: a Monday morning."""


def make_context(**overrides: Any) -> Context:
    """Return a context at ``NOW`` with a key nobody else has."""
    return Context(**{"actor": Actor.service("tests"), "now": NOW, "key": uuid4().hex, "request_id": "tests", **overrides})
