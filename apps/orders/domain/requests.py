"""What somebody asks a price for, and who they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class QuoteRequestLine:
    """One line somebody wants a price for.

    Args:
        part_revision_id: What.
        quantity: How many.
        material_id: Of which material.
        color_id: In which colour; None: any.
        quality_tier: How good it has to be.
        constraints: What is asked beside its shape: ``[{kind, …}]``.
        title: What the customer calls it.
    """

    part_revision_id: UUID
    quantity: int
    material_id: UUID
    color_id: UUID | None = None
    quality_tier: str = "standard"
    constraints: tuple[dict[str, Any], ...] = field(default=())
    title: str = ""


@dataclass(frozen=True, slots=True)
class CustomerDetails:
    """Who orders, where it goes, what they wrote. Kept with the order, erased on request, never in an event.

    Args:
        account: Name, e-mail, language, tax ids, as they are now.
        shipping_address: Where it goes: ``recipient, company, line1, line2, city, postal_code, region, country, phone``; empty for pickup.
        billing_address: Where the invoice goes; empty: the same.
        notes: What the customer wrote.
    """

    account: dict[str, Any] = field(default_factory=dict)
    shipping_address: dict[str, Any] = field(default_factory=dict)
    billing_address: dict[str, Any] = field(default_factory=dict)
    notes: str = ""
