"""What a price is calculated from: the list in force, and of each line what was measured. Everything here is pinned to the quote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.accounts.models import Account
from apps.artifacts.models import Artifact
from apps.catalog.models import Color, Material
from apps.catalog.states import MaterialFamily, QualityTier
from apps.journal import canonical
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.orders.domain import pricing
from apps.orders.domain.prices import FORMULA_VERSION, Prices, read
from apps.orders.domain.pricing import Price, WantedLine
from apps.orders.domain.requests import QuoteRequestLine
from apps.orders.labels.prices import CONSTRAINT_UNKNOWN, QUANTITY_INVALID
from apps.orders.models import PriceList
from apps.orders.states import ConstraintKind, PriceListState
from apps.parts import queries as parts
from apps.parts.domain.estimate import Coefficients, estimate
from apps.parts.models import PartRevision, Preflight
from apps.parts.states import PreflightKind, PreflightStatus
from apps.profiles import queries as profiles

LAYER_UM: dict[str, int] = {
    QualityTier.DRAFT: 280,
    QualityTier.STANDARD: 200,
    QualityTier.FINE: 120,
    QualityTier.FUNCTIONAL: 200,
    QualityTier.COSMETIC: 160,
}
"""The layer height a tier is estimated with, before a profile is chosen."""
WISH_KEYS = frozenset({"kind", "axis", "face", "faces", "text"})
LONGEST_WISH = 4000
"""Characters of one wish, as JSON."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One line with everything its price is calculated from."""

    asked: QuoteRequestLine
    wanted: WantedLine
    artifact: Artifact
    analyser: str


def price_list_for(site_id: UUID, account: Account | None) -> PriceList:
    """Return the prices in force: the customer's own list, or the site's.

    Raises:
        Refusal: ``no-price-list``.
    """
    released = PriceList.objects.filter(site_id=site_id, state=PriceListState.RELEASED)
    key = "standard"
    if account is not None and account.price_list_id is not None:
        key = PriceList.objects.filter(pk=account.price_list_id).values_list("key", flat=True).first() or key
    found = released.filter(key=key).first() or released.filter(key="standard").first()
    if found is None:
        raise Refusal("no-price-list")
    return found


def prices_of(price_list: PriceList) -> Prices:
    """Return the rates of a price list, which were checked when it was released.

    Raises:
        Refusal: ``no-price-list``: the list cannot be used by this version of farmos.
    """
    prices, problems = read(price_list.body, price_list.currency, tuple(MaterialFamily.values))
    if problems:
        raise Refusal("no-price-list")
    return prices


def measure(site_id: UUID, account_id: UUID | None, position: int, line: QuoteRequestLine, *, may_be_unanswered: bool = False) -> Measured:
    """Return what one line's price is calculated from.

    Args:
        site_id: Where it is to be made.
        account_id: Who asks.
        position: Which line of theirs.
        line: What they ask.
        may_be_unanswered: Also of a part that waits for the customer's choice: to show a price, never to offer it.

    Raises:
        NotFound: no such part, or it is somebody else's.
        Invalid: the quantity is no number of pieces, or a constraint is of no known kind.
        Refusal: ``model-cannot-be-made``, ``findings-unanswered``, ``model-not-measured``, ``material-not-offered``, ``no-released-profile``,
            ``unknown-code``.
    """
    _check_values(position, line)
    preflight = _passed(site_id, account_id, position, line.part_revision_id, may_be_unanswered=may_be_unanswered)
    material = _offered(Material, line.material_id, site_id, position)
    if line.color_id is not None:
        _offered(Color, line.color_id, site_id, position)
    seconds, filament_mg, support_mm2 = _made(preflight, material, line, position)
    wanted = WantedLine(
        position=position,
        quantity=line.quantity,
        family=material.family,
        material_id=material.pk,
        color_id=line.color_id,
        seconds=seconds,
        filament_mg=filament_mg,
        support_mm2=support_mm2,
    )
    return Measured(line, wanted, preflight.artifact, preflight.analyser)


def priced(prices: Prices, wanted: list[WantedLine], *, priority: str, pickup: bool) -> Price:
    """Return what lines come to.

    Raises:
        Refusal: ``material-without-price``, ``pickup-not-offered``, ``quote-quantity-too-large``, ``quote-too-heavy``, ``quote-too-large``.
    """
    try:
        return pricing.price(prices, wanted, priority=priority, pickup=pickup)
    except pricing.NoPrice as error:
        raise _unpriced(error) from error


def _unpriced(error: pricing.NoPrice) -> Refusal:
    match error.code:
        case "price-material":
            return Refusal("material-without-price", **error.params)
        case "price-pickup":
            return Refusal("pickup-not-offered")
        case "price-quantity":
            return Refusal("quote-quantity-too-large", **error.params)
        case "price-weight":
            return Refusal("quote-too-heavy", **error.params)
    return Refusal("quote-too-large", **error.params)


def pinned(price_list: PriceList, measured: list[Measured], price: Price, *, priority: str, pickup: bool) -> dict[str, Any]:
    """Return everything the price was calculated from and came to, so that the same inputs give the same bytes."""
    return {
        "formula_version": FORMULA_VERSION,
        "currency": price_list.currency,
        "price_list": {"key": price_list.key, "version": price_list.list_version, "sha256": price_list.sha256},
        "priority": str(priority),
        "pickup": pickup,
        "lines": [_pinned_line(one) for one in measured],
        "price": {
            "lines": [one.total_minor for one in price.lines],
            "extras": [{"code": one.code, "minor": one.minor} for one in price.extras],
            "shipping_minor": price.shipping_minor,
            "tax_minor": price.tax_minor,
            "total_minor": price.total_minor,
        },
    }


def _pinned_line(one: Measured) -> dict[str, Any]:
    wanted = one.wanted
    return {
        "position": wanted.position,
        "quantity": wanted.quantity,
        "part_revision": str(one.asked.part_revision_id),
        "file_sha256": one.artifact.sha256,
        "analyser": one.analyser,
        "material": str(wanted.material_id),
        "family": str(wanted.family),
        "color": None if wanted.color_id is None else str(wanted.color_id),
        "quality_tier": str(one.asked.quality_tier),
        "seconds": wanted.seconds,
        "filament_mg": wanted.filament_mg,
        "support_mm2": wanted.support_mm2,
    }


def _check_values(position: int, line: QuoteRequestLine) -> None:
    if isinstance(line.quantity, bool) or not isinstance(line.quantity, int) or line.quantity < 1:
        raise Invalid({f"lines.{position}.quantity": str(QUANTITY_INVALID)})
    if line.quality_tier not in QualityTier.values:
        raise Refusal("unknown-code", field="quality_tier")
    if not all(_is_wish(one) for one in line.constraints):
        raise Invalid({f"lines.{position}.constraints": str(CONSTRAINT_UNKNOWN)})


def _is_wish(found: Any) -> bool:
    """Is this one of the things that can be asked, with nothing else in it?"""
    if not isinstance(found, dict) or not set(found) <= WISH_KEYS or found.get("kind") not in ConstraintKind.values:
        return False
    return isinstance(found.get("text", ""), str) and len(canonical.text(found)) <= LONGEST_WISH


def _passed(site_id: UUID, account_id: UUID | None, position: int, revision_id: UUID, *, may_be_unanswered: bool) -> Preflight:
    revision = PartRevision.objects.filter(pk=revision_id, part__site_id=site_id).select_related("part").first()
    if revision is None or revision.part.account_id not in (None, account_id):
        raise NotFound(str(PartRevision._meta.verbose_name), id=str(revision_id))
    preflight = parts.preflight_of(revision_id)
    status = parts.effective_status(preflight)
    if status == PreflightStatus.WARN and may_be_unanswered:
        return preflight
    if status != PreflightStatus.PASS:
        codes = [found.code for found in parts.findings_of(preflight) if found.severity != "NOTE"]
        raise Refusal("model-cannot-be-made" if status == PreflightStatus.FAIL else "findings-unanswered", position=position, codes=codes)
    return preflight


def _offered(model: type[Any], record_id: UUID, site_id: UUID, position: int) -> Any:
    found = model.objects.filter(pk=record_id).first()
    if found is None or found.site_id not in (None, site_id) or not found.is_offered:
        raise Refusal("material-not-offered", position=position, kind=str(model._meta.verbose_name))
    return found


def _made(preflight: Preflight, material: Material, line: QuoteRequestLine, position: int) -> tuple[int, int, int]:
    """Return what one piece takes: seconds, milligrams of filament, square millimetres that supports touch."""
    metrics = preflight.metrics
    if preflight.kind == PreflightKind.GCODE:
        seconds, filament_mg = metrics.get("seconds"), metrics.get("filament_mg")
        if not isinstance(seconds, int) or not isinstance(filament_mg, int) or seconds < 1 or filament_mg < 1:
            raise Refusal("model-not-measured", position=position)
        return seconds, filament_mg, 0
    if not profiles.classes_with_profile(material_family=material.family, material_id=material.pk, quality_tier=line.quality_tier):
        raise Refusal("no-released-profile", position=position, material=str(material), tier=QualityTier(line.quality_tier).label)
    found = estimate(metrics, density_mg_cm3=material.density_mg_cm3, coefficients=Coefficients(layer_um=LAYER_UM[line.quality_tier]))
    return found.seconds, found.filament_mg, 0
