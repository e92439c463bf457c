"""What fulfilment promises to keep is kept by the database itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import models

from tests.factories.fulfilment import make_sent_shipment, make_shipment, make_shipment_piece
from tests.kept_rows import KeepsItsPromises

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]

KEPT: dict[str, Callable[[], models.Model]] = {"Shipment": make_sent_shipment, "ShipmentPiece": make_shipment_piece}
MAY_CHANGE = {"Shipment": "tracking", "ShipmentPiece": "removed_at"}
OPEN: dict[str, Callable[[], models.Model]] = {"Shipment": make_shipment}


class TestRowsOfFulfilment(KeepsItsPromises):
    app = "fulfilment"
    kept = KEPT
    may_change = MAY_CHANGE
    still_open = OPEN
