"""What others asked farmos to do."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from apps.journal.models import ActionRequest
from tests.factories.accounts import shop
from tests.factories.filling import filled, stored
from tests.factories.policy import WHO


def make_action_request(**overrides: Any) -> ActionRequest:
    """Return a request to pause a print that nobody answered yet."""
    values = {"type": "PAUSE_RUN", "target_kind": "run", "requested_by": WHO, **overrides}
    return stored(ActionRequest, filled(values, site_id=lambda: shop().pk, target_id=uuid4))
