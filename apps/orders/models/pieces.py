"""Pieces: the only place where "how many" is counted."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from apps.catalog.states import Reason
from apps.fleet.models import MachineSession
from apps.journal.constraints import at_least, known
from apps.journal.immutable import AppendOnly, Frozen
from apps.journal.versioned import Record, Versioned
from apps.orders.states import DELIVERED, IN_HAND, TO_MAKE, UNHAPPY_PIECES, CancelReason, PieceFactKind, PieceState

from .amendments import Amendment
from .lines import Requirement

PIECE_REASONS = [*Reason.choices, *CancelReason.choices]
OVER = (PieceState.CANCELED, *DELIVERED)
BEFORE_SHIPPING = (*TO_MAKE, *IN_HAND)


class Piece(Versioned):
    """Piece: one promised unit of a component. Whatever fails on the way, the unit stays owed until it is shipped or canceled.

    ``allocated_to`` is the item of a live plate that is to make it; planning sets and clears it. A failed, aborted or foreign print satisfies
    nothing by itself.
    """

    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="pieces", db_index=False)
    number = models.IntegerField(default=1)
    amendment = models.ForeignKey(
        Amendment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="added_pieces",
        help_text=_("Empty: promised from the start"),
    )
    state = FSMField(max_length=10, choices=PieceState.choices, default=PieceState.OWED, protected=True)
    since = models.DateTimeField(help_text=_("In this state since"))
    reason = models.CharField(max_length=40, choices=PIECE_REASONS, blank=True)
    allocated_to = models.UUIDField(null=True, blank=True)

    immutable = Frozen(fields=("requirement", "number", "amendment", "created_at"))

    class Meta(Versioned.Meta):
        verbose_name = _("piece")
        constraints = [
            models.UniqueConstraint(fields=["requirement", "number"], name="one_piece_per_number"),
            models.UniqueConstraint(fields=["allocated_to"], condition=Q(allocated_to__isnull=False), name="a_plate_item_makes_one_piece"),
            at_least("piece", "number", 1),
            known("piece", "state", PieceState.values),
            known("piece", "reason", [*Reason.values, *CancelReason.values], blank=True),
            models.CheckConstraint(condition=~Q(state__in=UNHAPPY_PIECES) | ~Q(reason=""), name="unhappy_pieces_carry_a_reason"),
            models.CheckConstraint(
                condition=~Q(state__in=OVER) | Q(allocated_to__isnull=True), name="pieces_that_are_over_are_on_no_plate"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "since"], name="piece_by_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.requirement_id} no. {self.number}"

    @transition(field=state, source=PieceState.OWED, target=PieceState.PRINTING)
    def start(self, *, now: datetime) -> None:
        """A machine began to make it."""
        self._moved(now)

    @transition(field=state, source=PieceState.PRINTING, target=PieceState.OWED)
    def owe_again(self, *, now: datetime) -> None:
        """The attempt ended and nothing was made: skipped, failed before it began, or stopped."""
        self._moved(now)

    @transition(field=state, source=PieceState.PRINTING, target=PieceState.COOLING)
    def take_off(self, *, now: datetime) -> None:
        """It was made; good or not is for QA to say."""
        self._moved(now)

    @transition(field=state, source=list(TO_MAKE), target=PieceState.COOLING)
    def recover(self, *, now: datetime) -> None:
        """A corrected outcome: it was made after all."""
        self._moved(now)

    @transition(field=state, source=PieceState.OWED, target=PieceState.QA)
    def receive(self, *, now: datetime) -> None:
        """Taken from stock, bought, made outside the printers, or claimed from a print that was not ours: it goes to QA like any other."""
        self._moved(now)

    @transition(field=state, source=PieceState.COOLING, target=PieceState.QA)
    def cool(self, *, now: datetime) -> None:
        """It can be touched and judged."""
        self._moved(now)

    @transition(field=state, source=PieceState.QA, target=PieceState.PASSED)
    def pass_qa(self, *, now: datetime) -> None:
        """It is good."""
        self._moved(now)

    @transition(field=state, source=[PieceState.QA, PieceState.PASSED, PieceState.PACKED], target=PieceState.REWORK)
    def rework(self, *, reason: Reason, now: datetime) -> None:
        """It is not good but can be made good."""
        self._moved(now, reason)

    @transition(field=state, source=PieceState.REWORK, target=PieceState.QA)
    def finish_rework(self, *, now: datetime) -> None:
        """It was worked on and is judged again."""
        self._moved(now)

    @transition(field=state, source=[*IN_HAND, PieceState.SHIPPED], target=PieceState.SCRAPPED)
    def scrap(self, *, reason: Reason, now: datetime) -> None:
        """It is of no use: failed, rejected, damaged, or lost or refused after shipping. The unit is owed again."""
        self._moved(now, reason)

    @transition(field=state, source=PieceState.SCRAPPED, target=PieceState.OWED)
    def reopen(self, *, now: datetime) -> None:
        """It may be planned again."""
        self._moved(now)

    @transition(field=state, source=PieceState.PASSED, target=PieceState.PACKED)
    def pack(self, *, now: datetime) -> None:
        """It is in its package."""
        self._moved(now)

    @transition(field=state, source=PieceState.PACKED, target=PieceState.SHIPPED)
    def ship(self, *, now: datetime) -> None:
        """It left the house or was handed over."""
        self._moved(now)

    @transition(field=state, source=PieceState.SHIPPED, target=PieceState.CLOSED)
    def close(self, *, now: datetime) -> None:
        """Nothing more is expected. A later claim is answered by a replacement order."""
        self._moved(now)

    @transition(field=state, source=list(BEFORE_SHIPPING), target=PieceState.CANCELED)
    def cancel(self, *, reason: Reason | CancelReason, now: datetime) -> None:
        """It is promised no longer, whether or not something was made of it."""
        self._moved(now, reason)

    def _moved(self, now: datetime, reason: str = "") -> None:
        self.since = now
        self.reason = reason


class PieceFact(Record):
    """Something that happened to a piece, in order. ``created_at`` is when. Every count about a piece can be derived from these."""

    piece = models.ForeignKey(Piece, on_delete=models.PROTECT, related_name="facts", db_index=False)
    kind = models.CharField(max_length=12, choices=PieceFactKind.choices)
    from_state = models.CharField(max_length=10, choices=PieceState.choices, blank=True)
    to_state = models.CharField(max_length=10, choices=PieceState.choices)
    reason = models.CharField(max_length=40, choices=PIECE_REASONS, blank=True)
    note = models.TextField(blank=True)
    actor = models.CharField(max_length=120)
    item_id = models.UUIDField(null=True, blank=True, help_text=_("The part on a plate that was, or is no more, to make it"))
    run_id = models.UUIDField(null=True, blank=True, help_text=_("The print attempt it happened in"))
    session = models.ForeignKey(
        MachineSession,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="piece_facts",
        help_text=_("The print that was not ours and was claimed for it"),
    )

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("fact about a piece")
        verbose_name_plural = _("facts about pieces")
        constraints = [
            known("piece_fact", "kind", PieceFactKind.values),
            known("piece_fact", "from_state", PieceState.values, blank=True),
            known("piece_fact", "to_state", PieceState.values),
            known("piece_fact", "reason", [*Reason.values, *CancelReason.values], blank=True),
            models.CheckConstraint(condition=~Q(to_state__in=UNHAPPY_PIECES) | ~Q(reason=""), name="unhappy_piece_facts_carry_a_reason"),
            models.CheckConstraint(
                condition=(Q(from_state="") & Q(kind__in=[PieceFactKind.PROMISED, PieceFactKind.ADDED]))
                | (~Q(from_state="") & ~Q(kind__in=[PieceFactKind.PROMISED, PieceFactKind.ADDED])),
                name="only_first_facts_come_from_nowhere",
            ),
            models.CheckConstraint(condition=~Q(reason=Reason.UNKNOWN) | ~Q(note=""), name="unknown_piece_reasons_carry_a_note"),
            models.CheckConstraint(condition=~Q(actor=""), name="piece_facts_say_who"),
            models.UniqueConstraint(
                fields=["piece"], condition=Q(kind__in=[PieceFactKind.PROMISED, PieceFactKind.ADDED]), name="a_piece_is_promised_once"
            ),
        ]
        indexes = [
            models.Index(fields=["piece", "id"], name="piece_fact_timeline"),
            models.Index(fields=["run_id", "id"], condition=Q(run_id__isnull=False), name="piece_fact_by_run"),
        ]

    def __str__(self) -> str:
        return f"{self.piece_id}: {self.get_kind_display()}"
