"""What price lists and quotes look like."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from apps.journal.http.scope import HidesFromCustomers, Scoped
from apps.journal.http.shown import Code, ShownVersioned
from apps.orders import models


class PriceList(ShownVersioned):
    """Price list, one version: what prices are calculated from. It never changes; one is in force."""

    model = models.PriceList

    site_id: UUID
    key: str
    list_version: int
    currency: str
    state: Code
    body: dict[str, Any]
    sha256: str
    note: str
    released_by: str
    released_at: datetime | None


class QuoteLine(ShownVersioned):
    """One line of a quote at one quantity."""

    model = models.QuoteLine

    position: int
    quantity: int
    part_revision_id: UUID | None
    sku: str
    title: str
    material_id: UUID | None
    color_id: UUID | None
    quality_tier: Code
    constraints: list[Any]
    unit_minor: int
    total_minor: int
    ready_at: datetime | None
    is_chosen: bool


class QuoteInList(ShownVersioned):
    """Quote, in short."""

    model = models.Quote

    site_id: UUID
    number: str
    account_id: UUID | None
    source: Code
    state: Code
    currency: str
    total_minor: int
    shipping_minor: int
    tax_minor: int
    valid_until: datetime | None


class Quote(QuoteInList):
    """Quote: a price, everything it was calculated from fixed by a hash, open to be accepted until its end."""

    supersedes_id: UUID | None
    lead_time_minutes: int | None
    terms: str
    quote_hash: str
    price_list_id: UUID | None
    pinned_inputs: dict[str, Any] | None
    sent_at: datetime | None
    settled_at: datetime | None
    acceptance: Code | None
    po_number: str
    lines: list[QuoteLine]


class PriceLists(Scoped):
    """Prices of the asker's sites."""

    model = models.PriceList


class Quotes(HidesFromCustomers):
    """Quotes at the asker's sites, and customers' own."""

    model = models.Quote
    fetches = ("lines",)
    for_staff = ("price_list_id", "pinned_inputs")
