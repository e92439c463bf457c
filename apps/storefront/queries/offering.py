"""What a part may be made of, in which colors, how good: only what can be promised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from apps.catalog.models import Color, Material
from apps.catalog.states import Process, QualityTier
from apps.inventory import queries as stock
from apps.profiles import queries as profiles
from apps.storefront.commands.basket import BasketWish


@dataclass(frozen=True, slots=True)
class Offered:
    """One material with what goes with it.

    Args:
        material: What it is made of.
        colors: In which colors: those on the shelf; all that are offered while none is.
        tiers: How good, in the order of the catalog.
    """

    material: Material
    colors: tuple[Color, ...]
    tiers: tuple[QualityTier, ...]


def offered(site_id: UUID) -> list[Offered]:
    """Return the materials that can be chosen at a site, PLA first, then by name: those for which a profile is in production."""
    made = profiles.offered_tiers()
    in_stock = stock.colors_in_stock(site_id)
    own = Q(site=None) | Q(site_id=site_id)
    colors = list(Color.objects.filter(own, is_offered=True).order_by("id"))
    materials = Material.objects.filter(own, is_offered=True, process=Process.FFF).order_by("family", "brand", "name", "id")
    found = []
    for material in materials:
        tiers = tuple(
            tier for tier in QualityTier if {(material.family, None, tier.value), (material.family, material.pk, tier.value)} & made
        )
        if tiers:
            found.append(Offered(material, _colors(material, colors, in_stock), tiers))
    return sorted(found, key=lambda one: one.material.family != "PLA")


def default_wish(choices: Iterable[Offered]) -> BasketWish | None:
    """Return how a part is wanted before anybody chose: the first material, the standard quality where it is offered, one piece."""
    first = next(iter(choices), None)
    if first is None:
        return None
    tier = QualityTier.STANDARD if QualityTier.STANDARD in first.tiers else first.tiers[0]
    return BasketWish(first.material.pk, 1, first.colors[0].pk if first.colors else None, tier)


def _colors(material: Material, colors: list[Color], in_stock: set[tuple[UUID, UUID]]) -> tuple[Color, ...]:
    here = tuple(color for color in colors if (material.pk, color.pk) in in_stock)
    return here or tuple(colors)
