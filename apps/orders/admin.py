"""Looking at quotes, orders, pieces and money."""

from __future__ import annotations

from django.contrib import admin

from apps.journal.readonly import ReadOnlyAdmin, UncountedPaginator

from .models import (
    Amendment,
    AmendmentLine,
    Checkout,
    CustomerSnapshot,
    Intent,
    LedgerEntry,
    LineItem,
    NumberSeries,
    Piece,
    PieceFact,
    PriceList,
    Quote,
    QuoteLine,
    Refund,
    Release,
    Requirement,
    WebhookMessage,
)


@admin.register(PriceList)
class PriceListAdmin(ReadOnlyAdmin[PriceList]):
    """Rates, by version."""

    list_display = ("key", "list_version", "state", "currency", "site", "released_at", "released_by")
    list_filter = ("state", "currency", "site")
    list_select_related = ("site",)
    search_fields = ("key", "note", "=id")
    ordering = ("site", "key", "-list_version")


@admin.register(Quote)
class QuoteAdmin(ReadOnlyAdmin[Quote]):
    """Offers."""

    list_display = ("number", "state", "account", "total_minor", "currency", "source", "sent_at", "valid_until", "settled_at", "acceptance")
    list_filter = ("state", "source", "acceptance", "site")
    list_select_related = ("account",)
    search_fields = ("number", "po_number", "account__name", "account__email", "=id")
    ordering = ("-id",)


@admin.register(QuoteLine)
class QuoteLineAdmin(ReadOnlyAdmin[QuoteLine]):
    """What was offered, at which quantities."""

    list_display = ("quote", "position", "quantity", "title", "sku", "unit_minor", "total_minor", "is_chosen", "ready_at")
    list_filter = ("is_chosen", "quality_tier")
    list_select_related = ("quote",)
    search_fields = ("quote__number", "title", "sku")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(Intent)
class IntentAdmin(ReadOnlyAdmin[Intent]):
    """Orders: what was promised."""

    list_display = ("number", "state", "kind", "account", "price_minor", "currency", "due_at", "priority", "source", "cancel_reason")
    list_filter = ("state", "kind", "priority", "source", "cancel_reason", "site")
    list_select_related = ("account",)
    search_fields = ("number", "external_ref", "account__name", "account__email", "=id")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(CustomerSnapshot)
class CustomerSnapshotAdmin(ReadOnlyAdmin[CustomerSnapshot]):
    """Customer details as they were when the order was made or changed."""

    list_display = ("intent", "number", "created_at", "erased_at", "erased_by")
    list_filter = (("erased_at", admin.EmptyFieldListFilter),)
    list_select_related = ("intent",)
    search_fields = ("intent__number", "=id")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin[Release]):
    """What let orders into production."""

    list_display = ("intent", "basis", "released_by", "created_at", "decision")
    list_filter = ("basis",)
    list_select_related = ("intent", "decision")
    search_fields = ("intent__number", "released_by")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(LineItem)
class LineItemAdmin(ReadOnlyAdmin[LineItem]):
    """Lines of orders."""

    list_display = ("intent", "position", "quantity", "title", "sku", "material", "color", "quality_tier", "total_minor")
    list_filter = ("quality_tier",)
    list_select_related = ("intent", "material", "color")
    search_fields = ("intent__number", "title", "sku", "=id")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(Requirement)
class RequirementAdmin(ReadOnlyAdmin[Requirement]):
    """Components of lines."""

    list_display = ("line", "position", "component", "part_revision", "sku", "qty_per_set", "amendment")
    list_filter = ("component",)
    list_select_related = ("line", "part_revision", "amendment")
    search_fields = ("line__intent__number", "sku", "=id")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(Piece)
class PieceAdmin(ReadOnlyAdmin[Piece]):
    """Promised units."""

    list_display = ("requirement", "number", "state", "since", "reason", "allocated_to", "amendment")
    list_filter = ("state", "reason")
    list_select_related = ("requirement", "amendment")
    search_fields = ("requirement__line__intent__number", "=id", "=allocated_to")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(PieceFact)
class PieceFactAdmin(ReadOnlyAdmin[PieceFact]):
    """What happened to pieces."""

    list_display = ("created_at", "piece", "kind", "from_state", "to_state", "reason", "actor", "run_id")
    list_filter = ("kind", "to_state", "reason")
    list_select_related = ("piece",)
    search_fields = ("=piece__id", "=run_id", "actor")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(Amendment)
class AmendmentAdmin(ReadOnlyAdmin[Amendment]):
    """Changes to orders."""

    list_display = ("intent", "number", "kind", "made_by", "created_at", "price_delta_minor", "sla_due_at", "source")
    list_filter = ("kind", "source")
    list_select_related = ("intent",)
    search_fields = ("intent__number", "made_by")
    ordering = ("-id",)


@admin.register(AmendmentLine)
class AmendmentLineAdmin(ReadOnlyAdmin[AmendmentLine]):
    """What changes did to components."""

    list_display = ("amendment", "line", "requirement", "pieces")
    list_select_related = ("amendment", "line", "requirement")
    search_fields = ("amendment__intent__number",)
    ordering = ("-id",)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin[LedgerEntry]):
    """Money."""

    list_display = ("occurred_at", "kind", "amount_minor", "currency", "intent", "number", "provider", "external_id", "recorded_by")
    list_filter = ("kind", "currency", "provider", "site")
    list_select_related = ("intent",)
    search_fields = ("intent__number", "number", "external_id", "=id")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(NumberSeries)
class NumberSeriesAdmin(ReadOnlyAdmin[NumberSeries]):
    """Which number comes next."""

    list_display = ("kind", "site", "prefix", "next_value", "width")
    list_filter = ("site",)
    list_select_related = ("site",)
    ordering = ("site", "kind")
    search_fields = ("prefix",)


@admin.register(Checkout)
class CheckoutAdmin(ReadOnlyAdmin[Checkout]):
    """Ways to pay that were opened."""

    list_display = ("intent", "state", "provider", "amount_minor", "currency", "code", "created_at", "closed_at")
    list_filter = ("state", "provider")
    list_select_related = ("intent",)
    search_fields = ("intent__number", "session_id", "=id")
    ordering = ("-id",)


@admin.register(WebhookMessage)
class WebhookMessageAdmin(ReadOnlyAdmin[WebhookMessage]):
    """What providers told us, as it came."""

    list_display = ("event_id", "provider", "kind", "state", "code", "attempts", "intent", "received_at")
    list_filter = ("state", "provider")
    list_select_related = ("intent",)
    search_fields = ("event_id", "intent__number", "=id")
    ordering = ("-id",)
    paginator = UncountedPaginator


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin[Refund]):
    """Money to give back."""

    list_display = ("intent", "state", "amount_minor", "currency", "reason", "provider", "requested_by", "settled_at", "code")
    list_filter = ("state", "reason", "provider")
    list_select_related = ("intent",)
    search_fields = ("intent__number", "external_id", "=id")
    ordering = ("-id",)
