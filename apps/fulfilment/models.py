"""Shipments: which pieces leave the house together."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from apps.accounts.models import Site
from apps.fulfilment.states import ShipmentState
from apps.journal.constraints import known, signed
from apps.journal.immutable import AppendOnly, Frozen
from apps.journal.versioned import Record, Versioned
from apps.orders.models import Piece


class Shipment(Versioned):
    """Shipment: pieces of one or more orders that go to one place together. Once it was sent, what was sent never changes."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="shipments", db_index=False)
    state = FSMField(max_length=10, choices=ShipmentState.choices, default=ShipmentState.PACKED, protected=True)
    packed_by = models.CharField(max_length=120)
    carrier = models.CharField(max_length=60, blank=True, help_text=_("Who carries it; pickup: handed over here"))
    tracking = models.CharField(max_length=120, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    shipped_by = models.CharField(max_length=120, blank=True)

    immutable = Frozen(
        fields=("site", "state", "packed_by", "carrier", "shipped_at", "shipped_by", "created_at"),
        when=f"OLD.state = '{ShipmentState.SHIPPED}'",
    )

    class Meta(Versioned.Meta):
        verbose_name = _("shipment")
        constraints = [
            known("shipment", "state", ShipmentState.values),
            models.CheckConstraint(condition=~Q(packed_by=""), name="shipments_say_who_packed_them"),
            signed("sent_shipments_say_when_who_and_how", "shipped_at", "shipped_by", "carrier"),
            models.CheckConstraint(
                condition=Q(state=ShipmentState.SHIPPED, shipped_at__isnull=False)
                | (~Q(state=ShipmentState.SHIPPED) & Q(shipped_at__isnull=True)),
                name="sent_shipments_say_when",
            ),
        ]
        indexes = [models.Index(fields=["site", "state", "id"], name="shipment_by_state")]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.created_at:%Y-%m-%d}"

    @transition(field=state, source=ShipmentState.PACKED, target=ShipmentState.SHIPPED)
    def ship(self, *, carrier: str, tracking: str, by: str, now: datetime) -> None:
        """It left the house or was handed over."""
        self.carrier = carrier
        self.tracking = tracking
        self.shipped_by = by
        self.shipped_at = now


class ShipmentPiece(Record):
    """One piece in a shipment. Taken out again before it was sent, it stays on record."""

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="contents", db_index=False)
    piece = models.ForeignKey(Piece, on_delete=models.PROTECT, related_name="shipment_pieces")
    removed_at = models.DateTimeField(null=True, blank=True)

    immutable = AppendOnly(may_fill=("removed_at",))

    class Meta(Record.Meta):
        verbose_name = _("piece in a shipment")
        verbose_name_plural = _("pieces in shipments")
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "piece"], condition=Q(removed_at__isnull=True), name="a_shipment_holds_a_piece_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id}: {self.piece_id}"
