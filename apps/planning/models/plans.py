"""Build plans: the recipe of one component, by revision."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from apps.artifacts.models import Artifact
from apps.catalog.states import Process, Reason
from apps.journal.constraints import at_least, known, sha256_hex, signed
from apps.journal.immutable import Frozen
from apps.journal.versioned import Versioned
from apps.orders.models import Requirement
from apps.planning.states import PlanSource, PlanState, ReviewCode
from apps.policy.models import Decision
from apps.policy.states import RiskLevel
from apps.profiles.models import ProfileVersion

PINNED = [PlanState.APPROVED, PlanState.SUPERSEDED]
MADE_FROM_PINS = (
    Q(source=PlanSource.GEOMETRY, profile_version__isnull=False) & ~Q(slicer_digest="")
    | Q(source=PlanSource.PROJECT, source_artifact__isnull=False) & ~Q(slicer_digest="")
    | Q(source=PlanSource.GCODE, source_artifact__isnull=False)
)


class Plan(Versioned):
    """Build Plan: one revision of how a component is made. Approving pins everything it is made from; a change is the next revision.

    ``dispatch_blocked`` is the lock the plan loop breaker puts on it: nothing is printed from it automatically until it is acknowledged.
    """

    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="plans", db_index=False)
    revision = models.IntegerField(default=1)
    process = models.CharField(max_length=8, choices=Process.choices, default=Process.FFF)
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="derived_plans")
    created_by = models.CharField(max_length=120)
    source = models.CharField(max_length=10, choices=PlanSource.choices, default=PlanSource.GEOMETRY)
    source_artifact = models.ForeignKey(Artifact, on_delete=models.PROTECT, null=True, blank=True, related_name="plans")
    profile_version = models.ForeignKey(ProfileVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="plans")
    slicer_digest = models.CharField(max_length=120, blank=True, help_text=_("Slicer name, version and hash of its binary"))
    printer_requirements = models.JSONField(
        default=dict, blank=True, help_text=_("{min_build_volume, enclosure_required, nozzle_diameter, build_sheet, capability_tags[]}")
    )
    slicing = models.JSONField(default=dict, blank=True, help_text=_("{layer_height, supports, infill, overrides, orientation}"))
    material_slots = models.JSONField(default=list, blank=True, help_text=_("[{tool, family, color, grams}]; empty: one, as ordered"))
    planned_stops = models.JSONField(default=list, blank=True)
    post_processing = models.JSONField(default=list, blank=True, help_text=_("[{kind, station, instructions, minutes, check}]"))
    qa_template = models.CharField(max_length=80, blank=True)
    qa_sampling = models.JSONField(default=dict, blank=True, help_text=_("Empty: every piece"))
    auto_choices = models.JSONField(
        default=list, blank=True, help_text=_("What was chosen automatically: alternatives, reasons, confidence")
    )
    estimated_minutes = models.IntegerField(null=True, blank=True)
    filament_mg = models.IntegerField(null=True, blank=True)
    filament_mm = models.IntegerField(null=True, blank=True)
    diff = models.JSONField(null=True, blank=True, help_text=_("What changed since the plan it is based on"))
    impact = models.JSONField(null=True, blank=True, help_text=_("What that affects"))
    pins = models.JSONField(default=dict, blank=True, help_text=_("Hashes of everything it is made from"))
    pins_sha256 = models.CharField(max_length=64, blank=True)
    risk_level = models.CharField(max_length=8, choices=RiskLevel.choices, blank=True)
    risk_factors = models.JSONField(default=list, blank=True, help_text=_("[{factor, value, threshold, source}]"))
    state = FSMField(max_length=12, choices=PlanState.choices, default=PlanState.DRAFT, protected=True)
    approved_by = models.CharField(max_length=120, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="plans")
    superseded_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.CharField(max_length=120, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=40, choices=Reason.choices, blank=True)
    dispatch_blocked = models.BooleanField(default=False)
    blocked_since = models.DateTimeField(null=True, blank=True)

    immutable = Frozen(
        fields=(
            "requirement",
            "revision",
            "process",
            "based_on",
            "created_by",
            "source",
            "source_artifact",
            "profile_version",
            "slicer_digest",
            "printer_requirements",
            "slicing",
            "material_slots",
            "planned_stops",
            "post_processing",
            "qa_template",
            "qa_sampling",
            "auto_choices",
            "estimated_minutes",
            "filament_mg",
            "filament_mm",
            "diff",
            "impact",
            "pins",
            "pins_sha256",
            "approved_by",
            "approved_at",
            "decision",
            "created_at",
        ),
        when=f"OLD.state <> '{PlanState.DRAFT}'",
    )

    class Meta(Versioned.Meta):
        verbose_name = _("build plan")
        constraints = [
            models.UniqueConstraint(fields=["requirement", "revision"], name="one_plan_per_revision"),
            models.UniqueConstraint(fields=["requirement"], condition=Q(state=PlanState.APPROVED), name="one_approved_plan_per_component"),
            known("plan", "state", PlanState.values),
            known("plan", "source", PlanSource.values),
            known("plan", "process", Process.values),
            known("plan", "risk_level", RiskLevel.values, blank=True),
            known("plan", "void_reason", Reason.values, blank=True),
            at_least("plan", "revision", 1),
            models.CheckConstraint(
                condition=Q(estimated_minutes__gte=0, filament_mg__gte=0, filament_mm__gte=0), name="plan_estimates_are_not_negative"
            ),
            sha256_hex("plan", "pins_sha256", blank=True),
            models.CheckConstraint(condition=~Q(created_by=""), name="plans_say_who_drafted_them"),
            models.CheckConstraint(
                condition=Q(revision=1) | Q(based_on__isnull=False, diff__isnull=False), name="later_revisions_say_what_changed"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=PINNED) | (~Q(pins_sha256="") & MADE_FROM_PINS), name="approved_plans_are_pinned"
            ),
            models.CheckConstraint(condition=~Q(state__in=PINNED) | Q(approved_at__isnull=False), name="approved_plans_were_approved"),
            models.CheckConstraint(condition=~Q(state=PlanState.DRAFT) | Q(approved_at__isnull=True), name="draft_plans_are_not_approved"),
            signed("plan_approvals_say_who_and_when", "approved_at", "approved_by"),
            models.CheckConstraint(
                condition=Q(state=PlanState.SUPERSEDED, superseded_at__isnull=False)
                | (~Q(state=PlanState.SUPERSEDED) & Q(superseded_at__isnull=True)),
                name="superseded_plans_say_when",
            ),
            models.CheckConstraint(
                condition=Q(state=PlanState.VOID, voided_at__isnull=False) | (~Q(state=PlanState.VOID) & Q(voided_at__isnull=True)),
                name="void_plans_say_when",
            ),
            signed("void_plans_say_who_and_why", "voided_at", "voided_by", "void_reason"),
            models.CheckConstraint(
                condition=Q(dispatch_blocked=True, blocked_since__isnull=False) | Q(dispatch_blocked=False, blocked_since__isnull=True),
                name="locked_plans_say_since_when",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state=PlanState.DRAFT), name="plan_draft_by_age"),
            models.Index(fields=["blocked_since"], condition=Q(dispatch_blocked=True), name="plan_locked"),
        ]

    def __str__(self) -> str:
        return f"{self.requirement_id} rev {self.revision}"

    @transition(field=state, source=PlanState.DRAFT, target=PlanState.APPROVED)
    def approve(self, *, by: str, now: datetime, decision: Decision | None = None) -> None:
        """Pin it: from now on plates may be made from exactly this."""
        self.approved_by = by
        self.approved_at = now
        self.decision = decision

    @transition(field=state, source=PlanState.APPROVED, target=PlanState.SUPERSEDED)
    def supersede(self, *, now: datetime) -> None:
        """A newer revision was approved; new plates use that one."""
        self.superseded_at = now

    @transition(field=state, source=[PlanState.DRAFT, PlanState.APPROVED], target=PlanState.VOID)
    def void(self, *, reason: Reason, by: str, now: datetime) -> None:
        """Nothing is made from it: the order was canceled or the part is designed anew."""
        self.void_reason = reason
        self.voided_by = by
        self.voided_at = now


class PlanReview(Versioned):
    """Review: something a person must look at before the plan can be approved, with the evidence, and what they said."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="reviews", db_index=False)
    code = models.CharField(max_length=24, choices=ReviewCode.choices)
    evidence = models.JSONField(default=dict, blank=True, help_text=_("What was seen, with every place"))
    raised_by = models.CharField(max_length=120)
    resolved_by = models.CharField(max_length=120, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, help_text=_("Why it is all right"))

    immutable = Frozen(fields=("plan", "code", "raised_by", "created_at"))

    class Meta(Versioned.Meta):
        verbose_name = _("review of a plan")
        verbose_name_plural = _("reviews of plans")
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], condition=Q(resolved_at__isnull=True), name="one_open_review_per_code"),
            known("plan_review", "code", ReviewCode.values),
            models.CheckConstraint(condition=~Q(raised_by=""), name="reviews_say_who_raised_them"),
            signed("resolved_reviews_say_who_when_and_why", "resolved_at", "resolved_by", "note"),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(resolved_at__isnull=True), name="plan_review_open_by_age"),
            models.Index(fields=["plan", "id"], name="plan_review_by_plan"),
        ]

    def __str__(self) -> str:
        return self.get_code_display()
