"""What policy promises to keep is kept by the database itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import models

from tests.factories.policy import (
    make_active_policy,
    make_approval,
    make_breaker,
    make_breaker_count,
    make_decision,
    make_granted_approval,
    make_hold,
    make_policy,
)
from tests.kept_rows import KeepsItsPromises

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]

KEPT: dict[str, Callable[[], models.Model]] = {
    "Policy": make_active_policy,
    "Decision": make_decision,
    "Approval": make_granted_approval,
    "Hold": make_hold,
    "BreakerCount": make_breaker_count,
    "Breaker": make_breaker,
}
"""Every model that makes a promise, with a row for which it holds."""

MAY_CHANGE = {
    "Policy": "note state retired_at",
    "Approval": "state revoked_by revoked_at revoke_reason",
    "Hold": "released_by released_at release_note",
    "BreakerCount": "taken_back_at",
    "Breaker": "acknowledged_by acknowledged_at note",
}
"""All that may still change in such a row, beside its version; every other model of KEPT changes nothing."""

OPEN: dict[str, Callable[[], models.Model]] = {
    "Policy": make_policy,
    "Approval": make_approval,
}
"""Rows for which the promise does not hold yet."""


class TestRowsOfPolicy(KeepsItsPromises):
    app = "policy"
    kept = KEPT
    may_change = MAY_CHANGE
    still_open = OPEN
