"""Plates: layouts whose slots are bound to promised pieces."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from apps.accounts.models import Site
from apps.catalog.models import PrinterClass
from apps.catalog.states import Process, Reason
from apps.fleet.models import Printer
from apps.journal.constraints import at_least, known, sha256_hex, signed
from apps.journal.immutable import AppendOnly, Frozen
from apps.journal.prefixes import folded
from apps.journal.versioned import Record, Versioned
from apps.orders.models import Piece
from apps.planning.states import PlateState
from apps.policy.models import Decision

from .layouts import Layout, Output
from .plans import Plan

PINNED = [PlateState.APPROVED, PlateState.SUPERSEDED]
OPEN_PLATES = [PlateState.DRAFT, PlateState.APPROVED]


class BuildPlate(Versioned):
    """Plate (hidden when it holds one piece): which pieces are made together. Always there, even for one piece on one printer.

    Approving pins the exact set of items and the layout, for a printer class or one printer.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="plates", db_index=False)
    number = models.CharField(max_length=40)
    process = models.CharField(max_length=8, choices=Process.choices, default=Process.FFF)
    layout = models.ForeignKey(Layout, on_delete=models.PROTECT, null=True, blank=True, related_name="plates")
    printer_class = models.ForeignKey(PrinterClass, on_delete=models.PROTECT, null=True, blank=True, related_name="plates")
    printer = models.ForeignKey(Printer, on_delete=models.PROTECT, null=True, blank=True, related_name="plates")
    items_sha256 = models.CharField(max_length=64, blank=True, help_text=_("Over slot, piece, plan and revision of every item"))
    auto_choices = models.JSONField(default=list, blank=True, help_text=_("Why these pieces are made together, and what else was possible"))
    slice_key = models.CharField(max_length=64, blank=True, help_text=_("What its G-code is known by, once it was asked for"))
    output = models.ForeignKey(
        Output, on_delete=models.PROTECT, null=True, blank=True, related_name="plates", help_text=_("Its G-code, once there is one")
    )
    state = FSMField(max_length=12, choices=PlateState.choices, default=PlateState.DRAFT, protected=True)
    approved_by = models.CharField(max_length=120, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="plates")
    superseded_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.CharField(max_length=120, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=40, choices=Reason.choices, blank=True)

    immutable = Frozen(
        fields=(
            "site",
            "number",
            "process",
            "layout",
            "printer_class",
            "printer",
            "items_sha256",
            "auto_choices",
            "approved_by",
            "approved_at",
            "decision",
            "created_at",
        ),
        when=f"OLD.state <> '{PlateState.DRAFT}'",
    )

    class Meta(Versioned.Meta):
        verbose_name = _("plate")
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="one_plate_per_number"),
            known("build_plate", "state", PlateState.values),
            known("build_plate", "process", Process.values),
            known("build_plate", "void_reason", Reason.values, blank=True),
            sha256_hex("build_plate", "items_sha256", blank=True),
            sha256_hex("build_plate", "slice_key", blank=True),
            models.CheckConstraint(condition=Q(output__isnull=True) | ~Q(slice_key=""), name="sliced_plates_say_by_what_key"),
            models.CheckConstraint(condition=~Q(number=""), name="plates_have_a_number"),
            models.CheckConstraint(
                condition=~Q(state__in=PINNED)
                | (
                    Q(layout__isnull=False, approved_at__isnull=False)
                    & ~Q(items_sha256="")
                    & (Q(printer_class__isnull=False) | Q(printer__isnull=False))
                ),
                name="approved_plates_are_pinned",
            ),
            models.CheckConstraint(
                condition=~Q(state=PlateState.DRAFT) | Q(approved_at__isnull=True), name="draft_plates_are_not_approved"
            ),
            signed("plate_approvals_say_who_and_when", "approved_at", "approved_by"),
            models.CheckConstraint(
                condition=Q(state=PlateState.SUPERSEDED, superseded_at__isnull=False)
                | (~Q(state=PlateState.SUPERSEDED) & Q(superseded_at__isnull=True)),
                name="superseded_plates_say_when",
            ),
            models.CheckConstraint(
                condition=Q(state=PlateState.VOID, voided_at__isnull=False) | (~Q(state=PlateState.VOID) & Q(voided_at__isnull=True)),
                name="void_plates_say_when",
            ),
            signed("void_plates_say_who_and_why", "voided_at", "voided_by", "void_reason"),
        ]
        indexes = [
            models.Index(fields=["site", "state", "id"], name="plate_by_state"),
            models.Index(folded("number"), name="plate_by_number"),
        ]

    def __str__(self) -> str:
        return self.number

    @transition(field=state, source=PlateState.DRAFT, target=PlateState.APPROVED)
    def approve(self, *, by: str, now: datetime, decision: Decision | None = None) -> None:
        """Pin the exact set: it may be sliced and queued."""
        self.approved_by = by
        self.approved_at = now
        self.decision = decision

    @transition(field=state, source=PlateState.APPROVED, target=PlateState.SUPERSEDED)
    def supersede(self, *, now: datetime) -> None:
        """Another plate takes over what is left of it."""
        self.superseded_at = now

    @transition(field=state, source=OPEN_PLATES, target=PlateState.VOID)
    def void(self, *, reason: Reason, by: str, now: datetime) -> None:
        """It is not made."""
        self.void_reason = reason
        self.voided_by = by
        self.voided_at = now


class PlateItem(Versioned):
    """Part on a plate: one piece in one slot, by one revision of its plan.

    Live means this item is to make the piece; a piece is live on at most one plate. Once its plate was approved an item is pinned: then only
    ``live`` may change.
    """

    plate = models.ForeignKey(BuildPlate, on_delete=models.PROTECT, related_name="items", db_index=False)
    slot = models.IntegerField(default=1)
    piece = models.ForeignKey(Piece, on_delete=models.PROTECT, related_name="plate_items")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="plate_items")
    plan_revision = models.IntegerField(default=1)
    live = models.BooleanField(default=True)
    is_pinned = models.BooleanField(default=False)

    immutable = Frozen(fields=("plate", "slot", "piece", "plan", "plan_revision", "is_pinned", "created_at"), when="OLD.is_pinned")

    class Meta(Versioned.Meta):
        verbose_name = _("part on a plate")
        verbose_name_plural = _("parts on plates")
        constraints = [
            models.UniqueConstraint(fields=["plate", "slot"], name="one_piece_per_plate_slot"),
            models.UniqueConstraint(fields=["plate", "piece"], name="a_piece_is_on_a_plate_once"),
            models.UniqueConstraint(fields=["piece"], condition=Q(live=True), name="a_piece_is_on_one_live_plate"),
            at_least("plate_item", "slot", 1),
            at_least("plate_item", "plan_revision", 1),
        ]

    def __str__(self) -> str:
        return f"slot {self.slot}"


class SliceFailure(Record):
    """Slice that gave no usable G-code: why, for which plate and key, and the last words of the slicer."""

    plate = models.ForeignKey(BuildPlate, on_delete=models.PROTECT, related_name="slice_failures", db_index=False)
    slice_key = models.CharField(max_length=64)
    code = models.CharField(max_length=60)
    params = models.JSONField(default=dict, blank=True, help_text=_("What was measured, and the limit"))
    log = models.TextField(blank=True, help_text=_("The end of what the slicer said"))

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("failed slice")
        verbose_name_plural = _("failed slices")
        constraints = [
            sha256_hex("slice_failure", "slice_key"),
            models.CheckConstraint(condition=~Q(code=""), name="slice_failures_carry_a_code"),
        ]
        indexes = [models.Index(fields=["plate", "id"], name="slice_failure_by_plate")]

    def __str__(self) -> str:
        return self.code
