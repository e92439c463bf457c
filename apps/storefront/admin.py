"""Looking at visitors and baskets."""

from __future__ import annotations

from django.contrib import admin

from apps.journal.readonly import ReadOnlyAdmin

from .models import BasketLine, Visitor


@admin.register(Visitor)
class VisitorAdmin(ReadOnlyAdmin[Visitor]):
    """Browsers in which somebody buys without signing in."""

    list_display = ("id", "account", "site", "created_at", "ended_at")
    list_filter = ("site", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("account", "site")
    search_fields = ("=id", "=account__id")
    ordering = ("-id",)


@admin.register(BasketLine)
class BasketLineAdmin(ReadOnlyAdmin[BasketLine]):
    """What customers put together and did not order yet."""

    list_display = ("part_revision", "quantity", "material", "color", "quality_tier", "account", "created_at")
    list_filter = ("quality_tier", "material")
    list_select_related = ("part_revision__part", "material", "color", "account")
    search_fields = ("part_revision__part__name", "=id", "=account__id")
    ordering = ("-id",)
