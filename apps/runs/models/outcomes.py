"""What became of each part on a plate, and the photos that show it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.artifacts.models import Artifact
from apps.catalog.models import ReasonCode
from apps.catalog.states import Reason
from apps.journal.constraints import at_least, known
from apps.journal.immutable import AppendOnly
from apps.journal.versioned import Record
from apps.planning.models import PlateItem
from apps.runs.states import ItemResult

from .runs import Run


class ItemOutcome(Record):
    """Outcome of one part in one attempt, as a person (or a completed attempt) said. A correction is a further record that names the one before.

    "Not sure" goes to QA, "not printed" stays owed.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="outcomes", db_index=False)
    item = models.ForeignKey(PlateItem, on_delete=models.PROTECT, related_name="outcomes", db_index=False)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections", db_index=False)
    outcome = models.CharField(max_length=10, choices=ItemResult.choices)
    reason = models.CharField(max_length=40, choices=Reason.choices, blank=True)
    local_reason = models.ForeignKey(ReasonCode, on_delete=models.PROTECT, null=True, blank=True, related_name="item_outcomes")
    note = models.TextField(blank=True)
    recorded_by = models.CharField(max_length=120)

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("outcome of a part")
        verbose_name_plural = _("outcomes of parts")
        constraints = [
            models.UniqueConstraint(fields=["run", "item"], condition=Q(corrects__isnull=True), name="one_first_outcome_per_part"),
            models.UniqueConstraint(fields=["corrects"], name="an_outcome_is_corrected_once"),
            known("item_outcome", "outcome", ItemResult.values),
            known("item_outcome", "reason", Reason.values, blank=True),
            models.CheckConstraint(condition=~Q(outcome=ItemResult.FAILED) | ~Q(reason=""), name="failed_parts_carry_a_reason"),
            models.CheckConstraint(condition=~Q(outcome=ItemResult.SUCCESS) | Q(reason=""), name="good_parts_carry_no_reason"),
            models.CheckConstraint(condition=~Q(reason=Reason.UNKNOWN) | ~Q(note=""), name="unknown_part_reasons_carry_a_note"),
            models.CheckConstraint(condition=Q(local_reason__isnull=True) | ~Q(reason=""), name="own_part_reasons_map_to_a_canonical_one"),
            models.CheckConstraint(condition=~Q(id=F("corrects")), name="no_outcome_corrects_itself"),
            models.CheckConstraint(condition=~Q(recorded_by=""), name="outcomes_say_who"),
        ]
        indexes = [
            models.Index(fields=["run", "id"], name="item_outcome_by_run"),
            models.Index(fields=["item", "id"], name="item_outcome_by_item"),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()


class OutcomePhoto(Record):
    """Photo of a part, taken when its outcome was recorded. A row of its own, so that the file is not collected."""

    outcome = models.ForeignKey(ItemOutcome, on_delete=models.PROTECT, related_name="photos", db_index=False)
    artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, related_name="outcome_photos")
    position = models.SmallIntegerField(default=0)

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("photo of a part")
        verbose_name_plural = _("photos of parts")
        constraints = [
            models.UniqueConstraint(fields=["outcome", "position"], name="one_outcome_photo_per_position"),
            at_least("outcome_photo", "position", 0),
        ]

    def __str__(self) -> str:
        return f"{self.outcome_id} no. {self.position + 1}"
