"""Jars, ready made."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from apps.journal import frame
from tests.factories.context import NOW
from tests.toy.models import Jar


def make_jar(**overrides: Any) -> Jar:
    """Return a stored open jar with room for a million bolts."""
    with frame.seeding("factory"):
        return Jar(**{"label": uuid4().hex[:20], "created_at": NOW, **overrides}).add()
