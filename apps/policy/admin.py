"""Looking at policies, decisions, approvals, holds and breakers."""

from __future__ import annotations

from django.contrib import admin

from apps.journal.readonly import ReadOnlyAdmin, UncountedPaginator

from .models import Approval, Breaker, BreakerCount, Decision, Hold, Policy


@admin.register(Policy)
class PolicyAdmin(ReadOnlyAdmin[Policy]):
    """Rules for automation, by version."""

    list_display = ("key", "policy_version", "state", "site", "activated_at", "activated_by", "retired_at")
    list_filter = ("state", "site")
    list_select_related = ("site",)
    search_fields = ("key", "note", "=id")
    ordering = ("site", "key", "-policy_version")


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin[Decision]):
    """What the gate answered, and from what."""

    list_display = (
        "created_at",
        "transition",
        "outcome",
        "subject_kind",
        "subject_id",
        "policy",
        "is_automatic",
        "policy_unavailable",
        "actor",
    )
    list_filter = ("outcome", "transition", "subject_kind", "is_automatic", "policy_unavailable", "site")
    list_select_related = ("policy",)
    search_fields = ("=subject_id", "=id", "actor")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin[Approval]):
    """What people were asked, and what they answered."""

    list_display = (
        "created_at",
        "transition",
        "state",
        "subject_kind",
        "subject_id",
        "asked_by",
        "expires_at",
        "decided_by",
        "similar_until",
    )
    list_filter = ("state", "transition", "subject_kind", "site")
    search_fields = ("=subject_id", "=id", "asked_by", "decided_by")
    ordering = ("-id",)


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin[Hold]):
    """What is kept from starting, and why."""

    list_display = ("placed_at", "scope", "scope_id", "group", "reason", "note", "placed_by", "until", "released_at", "released_by")
    list_filter = (("released_at", admin.EmptyFieldListFilter), "scope", "reason", "site")
    search_fields = ("=scope_id", "group", "note", "placed_by")
    ordering = ("-id",)


@admin.register(BreakerCount)
class BreakerCountAdmin(ReadOnlyAdmin[BreakerCount]):
    """Failures that breakers counted."""

    list_display = ("failed_at", "breaker", "subject_id", "family", "failure_id")
    list_filter = ("breaker", "family", "site")
    search_fields = ("=subject_id", "=failure_id")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(Breaker)
class BreakerAdmin(ReadOnlyAdmin[Breaker]):
    """Breakers that tripped."""

    list_display = ("tripped_at", "kind", "subject_id", "family", "acknowledged_at", "acknowledged_by", "note")
    list_filter = (("acknowledged_at", admin.EmptyFieldListFilter), "kind", "family", "site")
    search_fields = ("=subject_id", "note")
    ordering = ("-id",)
