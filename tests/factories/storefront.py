"""Visitors and what is in their baskets."""

from __future__ import annotations

from typing import Any

from apps.storefront.models import BasketLine, Visitor
from tests.factories.accounts import make_account, shop
from tests.factories.catalog import make_material
from tests.factories.filling import filled, stored
from tests.factories.parts import make_part_revision


def make_visitor(**overrides: Any) -> Visitor:
    """Return a browser with a guest of its own."""
    return stored(Visitor, filled(overrides, site=shop, account=lambda: make_account(email="")))


def make_basket_line(**overrides: Any) -> BasketLine:
    """Return one bracket in a basket."""
    return stored(BasketLine, filled(overrides, account=make_account, part_revision=make_part_revision, material=make_material))
