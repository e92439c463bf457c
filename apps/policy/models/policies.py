"""Policies and what came of asking them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_fsm
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.journal.constraints import at_least, known, not_after, sha256_hex, signed, together
from apps.journal.immutable import AppendOnly, Frozen
from apps.journal.versioned import Record, Versioned
from apps.policy.states import ApprovalState, GatedTransition, Outcome, PolicyState, SubjectKind

STANDING_GRANT = Q(state=ApprovalState.GRANTED, similar_until__isnull=False)


class Policy(Versioned):
    """Policy: one version of a site's rules for automation. A version is activated, never edited; a change is the next version.

    ``version`` counts writes to this row; ``policy_version`` is the number people and decisions speak of.
    """

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="policies", db_index=False)
    key = models.SlugField(max_length=60, default="shop", db_index=False)
    policy_version = models.IntegerField(default=1)
    body = models.JSONField(help_text=_("Auto-advance, approvals, ceilings and limits; thresholds and sets only"))
    sha256 = models.CharField(max_length=64, help_text=_("Of the body's canonical JSON"))
    note = models.TextField(blank=True, help_text=_("Why this version differs from the one before"))
    created_by = models.CharField(max_length=120)
    state = django_fsm.FSMField(max_length=10, choices=PolicyState.choices, default=PolicyState.DRAFT, protected=True)
    activated_by = models.CharField(max_length=120, blank=True)
    activated_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    immutable = Frozen(
        fields=("site", "key", "policy_version", "body", "sha256", "created_by", "created_at", "activated_by", "activated_at"),
        when="OLD.state <> 'draft'",
    )

    class Meta(Versioned.Meta):
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        constraints = [
            models.UniqueConstraint(fields=["site", "key", "policy_version"], name="one_policy_per_version"),
            models.UniqueConstraint(fields=["site"], condition=Q(state=PolicyState.ACTIVE), name="one_active_policy_per_site"),
            known("policy", "state", PolicyState.values),
            at_least("policy", "policy_version", 1),
            sha256_hex("policy", "sha256"),
            models.CheckConstraint(
                condition=Q(state=PolicyState.DRAFT, activated_at__isnull=True)
                | (~Q(state=PolicyState.DRAFT) & Q(activated_at__isnull=False)),
                name="only_activated_policies_leave_draft",
            ),
            signed("policy_activations_say_who_and_when", "activated_at", "activated_by"),
            models.CheckConstraint(
                condition=Q(state=PolicyState.RETIRED, retired_at__isnull=False)
                | (~Q(state=PolicyState.RETIRED) & Q(retired_at__isnull=True)),
                name="retired_policies_say_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.policy_version}"

    @django_fsm.transition(field=state, source=PolicyState.DRAFT, target=PolicyState.ACTIVE)
    def activate(self, *, by: str, now: datetime) -> None:
        """From now on this version decides. The one before must have been retired first."""
        self.activated_by = by
        self.activated_at = now

    @django_fsm.transition(field=state, source=PolicyState.ACTIVE, target=PolicyState.RETIRED)
    def retire(self, *, now: datetime) -> None:
        """Another version takes over."""
        self.retired_at = now


class Decision(Record):
    """Decision: what the gate answered, from which facts, by which rules. ``created_at`` is the moment it was made.

    Asking the same policy version with the same ``inputs`` gives the same outcome for ever. Without a working evaluator automation is stopped
    and a person is let through; such decisions are marked ``policy_unavailable``.
    """

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="decisions", db_index=False)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="decisions", null=True, blank=True, db_index=False)
    policy_unavailable = models.BooleanField(default=False)
    transition = models.CharField(max_length=20, choices=GatedTransition.choices)
    subject_kind = models.CharField(max_length=20, choices=SubjectKind.choices)
    subject_id = models.UUIDField()
    subjects = models.JSONField(default=dict, blank=True, help_text=_("Everything concerned: {intents, plan, build_plate, run}"))
    inputs = models.TextField(help_text=_("Canonical JSON of every fact that was looked at"))
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    explanations = models.JSONField(default=list, blank=True, help_text=_("Codes with their parameters, strongest first"))
    rule_ids = models.JSONField(default=list, blank=True, help_text=_("Every rule that fired"))
    actor = models.CharField(max_length=120)
    is_automatic = models.BooleanField(default=False, help_text=_("No person asked for exactly this"))
    command = models.CharField(max_length=80)

    immutable = AppendOnly()

    class Meta(Record.Meta):
        verbose_name = _("decision")
        constraints = [
            known("decision", "transition", GatedTransition.values),
            known("decision", "subject_kind", SubjectKind.values),
            known("decision", "outcome", Outcome.values),
            models.CheckConstraint(condition=Q(policy__isnull=False) | Q(policy_unavailable=True), name="decisions_name_their_policy"),
            models.CheckConstraint(
                condition=Q(policy_unavailable=False)
                | Q(is_automatic=True, outcome=Outcome.BLOCK)
                | Q(is_automatic=False, outcome=Outcome.ALLOW),
                name="without_a_policy_only_people_start_things",
            ),
            models.CheckConstraint(condition=~Q(inputs="") & ~Q(actor="") & ~Q(command=""), name="decisions_can_be_replayed"),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="decision_by_subject"),
            models.Index(fields=["site", "transition", "id"], name="decision_by_transition"),
            models.Index(fields=["policy", "outcome", "id"], name="decision_by_policy"),
        ]

    def __str__(self) -> str:
        return f"{self.transition} {self.outcome}"


class Approval(Versioned):
    """Approval: a question a person must answer before one exact version of something may move, and the answer.

    A grant may also stand for similar work until ``similar_until``; it can be taken back. Expired means nobody answered by ``expires_at``.
    """

    site = models.ForeignKey("accounts.Site", on_delete=models.PROTECT, related_name="approvals", db_index=False)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="approvals", db_index=False)
    transition = models.CharField(max_length=20, choices=GatedTransition.choices)
    subject_kind = models.CharField(max_length=20, choices=SubjectKind.choices)
    subject_id = models.UUIDField()
    subject_version = models.IntegerField(help_text=_("The version that was looked at; a later one needs a new answer"))
    asked_by = models.CharField(max_length=120)
    expires_at = models.DateTimeField(null=True, blank=True)
    state = django_fsm.FSMField(max_length=10, choices=ApprovalState.choices, default=ApprovalState.PENDING, protected=True)
    decided_by = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    similar_scope = models.JSONField(null=True, blank=True, help_text=_("What counts as similar"))
    similar_until = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=120, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoke_reason = models.TextField(blank=True)

    immutable = Frozen(
        fields=(
            "site",
            "decision",
            "transition",
            "subject_kind",
            "subject_id",
            "subject_version",
            "asked_by",
            "expires_at",
            "decided_by",
            "decided_at",
            "reason",
            "similar_scope",
            "similar_until",
            "created_at",
        ),
        when="OLD.state <> 'pending'",
    )

    class Meta(Versioned.Meta):
        verbose_name = _("approval")
        constraints = [
            known("approval", "state", ApprovalState.values),
            known("approval", "transition", GatedTransition.values),
            known("approval", "subject_kind", SubjectKind.values),
            at_least("approval", "subject_version", 1),
            models.UniqueConstraint(fields=["decision"], name="one_approval_per_decision"),
            models.UniqueConstraint(
                fields=["transition", "subject_kind", "subject_id"],
                condition=Q(state=ApprovalState.PENDING),
                name="one_open_question_per_subject",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ApprovalState.GRANTED, ApprovalState.DENIED]) | Q(decided_at__isnull=False),
                name="answered_approvals_have_an_answer",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ApprovalState.PENDING, ApprovalState.EXPIRED]) | Q(decided_at__isnull=True),
                name="unanswered_approvals_have_no_answer",
            ),
            signed("approval_answers_say_who_when_and_why", "decided_at", "decided_by", "reason"),
            models.CheckConstraint(
                condition=~Q(state=ApprovalState.EXPIRED) | Q(expires_at__isnull=False), name="only_approvals_with_a_deadline_expire"
            ),
            models.CheckConstraint(
                condition=Q(state=ApprovalState.REVOKED, revoked_at__isnull=False)
                | (~Q(state=ApprovalState.REVOKED) & Q(revoked_at__isnull=True)),
                name="revoked_approvals_were_revoked",
            ),
            signed("revocations_say_who_when_and_why", "revoked_at", "revoked_by", "revoke_reason"),
            together("standing_grants_have_a_scope_and_an_end", "similar_scope", "similar_until"),
            models.CheckConstraint(
                condition=Q(similar_until__isnull=True) | Q(state__in=[ApprovalState.GRANTED, ApprovalState.REVOKED]),
                name="only_grants_cover_similar_work",
            ),
            not_after("approval", "decided_at", "similar_until"),
        ]
        indexes = [
            models.Index(fields=["site", "expires_at"], condition=Q(state=ApprovalState.PENDING), name="approval_waiting"),
            models.Index(fields=["site", "transition", "similar_until"], condition=STANDING_GRANT, name="approval_standing"),
            models.Index(fields=["subject_kind", "subject_id", "id"], name="approval_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.transition} {self.state}"

    @django_fsm.transition(field=state, source=ApprovalState.PENDING, target=ApprovalState.GRANTED)
    def grant(
        self, *, by: str, reason: str, now: datetime, similar_scope: dict[str, Any] | None = None, similar_until: datetime | None = None
    ) -> None:
        """Let it move, and with a scope also what is similar until then."""
        self._answer(by=by, reason=reason, now=now)
        self.similar_scope = similar_scope
        self.similar_until = similar_until

    @django_fsm.transition(field=state, source=ApprovalState.PENDING, target=ApprovalState.DENIED)
    def deny(self, *, by: str, reason: str, now: datetime) -> None:
        """Do not let it move."""
        self._answer(by=by, reason=reason, now=now)

    @django_fsm.transition(field=state, source=ApprovalState.PENDING, target=ApprovalState.EXPIRED)
    def expire(self) -> None:
        """Nobody answered in time."""

    @django_fsm.transition(field=state, source=[ApprovalState.PENDING, ApprovalState.GRANTED], target=ApprovalState.REVOKED)
    def revoke(self, *, by: str, reason: str, now: datetime) -> None:
        """Take the question, or the grant, back. What already started is not touched."""
        self.revoked_by = by
        self.revoked_at = now
        self.revoke_reason = reason

    def _answer(self, *, by: str, reason: str, now: datetime) -> None:
        self.decided_by = by
        self.decided_at = now
        self.reason = reason
