"""Jars and dead letters, ready made."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from apps.journal import commands as journal_commands
from apps.journal import frame, leases
from apps.journal.models import Delivery
from tests.factories.context import NOW, make_context
from tests.toy import commands
from tests.toy.models import Jar


def make_jar(**overrides: Any) -> Jar:
    """Return a stored open jar with room for a million bolts."""
    with frame.seeding("factory"):
        return Jar(**{"label": uuid4().hex[:20], "created_at": NOW, **overrides}).add()


def make_dead_letter() -> Delivery:
    """Return an owed note that was given up after its first attempt."""
    commands.add_bolts(make_context(), jar_id=make_jar().id, bolts=1, expected_version=1)
    claimed = leases.claim("default", owner="tests", lease_s=30)
    assert claimed is not None
    journal_commands.give_up_delivery(make_context(), delivery_id=claimed[0], fence=claimed[2], error="nobody answers")
    return Delivery.objects.get(pk=claimed[0])
