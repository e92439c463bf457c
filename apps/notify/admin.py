"""Looking at notices, who was told, and mails."""

from __future__ import annotations

from django.contrib import admin

from apps.journal.readonly import ReadOnlyAdmin, UncountedPaginator

from .models import MailOut, Notice, Notification, Preference


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin[Notice]):
    """What people were needed for."""

    list_display = ("created_at", "kind", "severity", "cause", "acknowledged_at", "escalated_at", "closed_at", "site")
    list_filter = ("severity", "kind", ("closed_at", admin.EmptyFieldListFilter), "site")
    list_select_related = ("site",)
    search_fields = ("cause", "=id", "=subject_id")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin[Notification]):
    """Who was told of what."""

    list_display = ("created_at", "person", "notice", "read_at", "muted_at", "mail", "mailed_at")
    list_filter = ("mail", ("read_at", admin.EmptyFieldListFilter))
    list_select_related = ("person", "notice")
    search_fields = ("person__email", "=notice__id", "=id")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(MailOut)
class MailOutAdmin(ReadOnlyAdmin[MailOut]):
    """Mails that are owed or went out."""

    list_display = ("created_at", "letter", "state", "person", "intent", "due_at", "ended_at", "drop_code")
    list_filter = ("state", "letter", "drop_code")
    list_select_related = ("person", "intent")
    search_fields = ("person__email", "intent__number", "=id")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(Preference)
class PreferenceAdmin(ReadOnlyAdmin[Preference]):
    """How people want to be told."""

    list_display = ("person", "mail_urgent", "mail_attention", "mail_information", "urgent_breaks_quiet")
    list_filter = ("mail_urgent", "mail_attention", "mail_information")
    list_select_related = ("person",)
    search_fields = ("person__email", "=id")
    ordering = ("-id",)
