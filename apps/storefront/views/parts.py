"""A part, checked and priced: what was found, what to choose, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.catalog.states import QualityTier
from apps.journal.http.page_command import Form
from apps.journal.refusals import Refusal
from apps.orders import queries as prices
from apps.orders.domain.requests import QuoteRequestLine
from apps.parts import commands as parts
from apps.parts import queries as models
from apps.parts.domain.findings import Finding, Offer, Severity
from apps.parts.models import Preflight
from apps.parts.queries import pictures
from apps.parts.states import AnswerKind, PreflightKind, PreflightStatus
from apps.storefront import commands, queries
from apps.storefront.commands import BasketWish
from apps.storefront.labels.words import GOOD_FOR, MADE_FOR

from .owning import OwnPart, part_of
from .page import ShopView
from .start import upload_form


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a finding is: in the picture (dots) and on the part (millimetres), where it is at one place."""

    x: float
    y: float
    place: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding as the page shows it."""

    number: int
    finding: Finding
    words: Any
    spot: Spot | None
    answers: frozenset[str]
    weight: str

    @property
    def needs_choice(self) -> bool:
        """Does it wait for the customer's word?"""
        return self.weight == Severity.WARN

    @property
    def may_be_reviewed(self) -> bool:
        """May the customer ask somebody of the shop to look at it?"""
        return self.weight == Severity.FAIL and Offer.REQUEST_REVIEW in self.finding.offers

    @property
    def is_accepted(self) -> bool:
        """Did the customer say it may be made so?"""
        return AnswerKind.ACCEPTED in self.answers

    @property
    def is_asked(self) -> bool:
        """Does the shop look at it?"""
        return AnswerKind.ASKED in self.answers and AnswerKind.REVIEWED not in self.answers

    @property
    def is_about_size(self) -> bool:
        """Could the numbers be meant in another unit?"""
        return Offer.CHANGE_SIZE in self.finding.offers


class PartPage(ShopView):
    """The check of a part and its price. Asked with ``X-Fragment: options``, only the part of the page that options change."""

    def get(self, request: HttpRequest, revision_id: UUID) -> HttpResponse:
        """Show it with the options of the address, or the usual ones."""
        part = part_of(self.asker, revision_id)
        shown = self.choices(part, wish_in(request.GET))
        if request.headers.get("X-Fragment") == "options":
            return self.show("shop/part_options.html", **shown)
        return self.show("shop/part.html", **shown, **upload_form(), **self.found(part))

    def found(self, part: OwnPart) -> dict[str, Any]:
        """Return what the check has to say."""
        preflight = part.preflight
        findings = findings_of(preflight)
        has_shape = preflight.kind == PreflightKind.MESH
        return {
            "findings": findings,
            "open_choices": sum(one.needs_choice for one in findings),
            "has_picture": has_shape and pictures.may_be_drawn_now(preflight),
            "poster_size": pictures.POSTER,
            "seconds": (preflight.created_at - preflight.upload.created_at).total_seconds(),
        }

    def choices(self, part: OwnPart, wish: BasketWish | None) -> dict[str, Any]:
        """Return what can be chosen, what is chosen, and what that costs."""
        offered = queries.offered(self.asker.site.pk)
        wish = fitting(wish, offered)
        status = models.effective_status(part.preflight)
        shown: dict[str, Any] = {
            "part": part.revision.part,
            "revision": part.revision,
            "preflight": part.preflight,
            "size_mm": size_mm(part.preflight),
            "verdict": status,
            "can_be_made": status != PreflightStatus.FAIL,
            "is_ready": status == PreflightStatus.PASS,
            "choices": [{"offered": one, "good_for": GOOD_FOR.get(one.material.family, "")} for one in offered],
            "wish": wish,
        }
        if wish is None or status == PreflightStatus.FAIL:
            return {**shown, "price": None}
        chosen = next(one for one in offered if one.material.pk == wish.material_id)
        tiers = [{"tier": tier, "label": tier.label, "made_for": MADE_FOR.get(tier, "")} for tier in chosen.tiers]
        return {**shown, "chosen": chosen, "tiers": tiers, **self._priced(part, wish, chosen)}

    def _priced(self, part: OwnPart, wish: BasketWish, chosen: queries.Offered) -> dict[str, Any]:
        site_id, account_id = self.asker.site.pk, self.asker.owner.pk
        line = QuoteRequestLine(part.revision.pk, wish.quantity, wish.material_id, wish.color_id, wish.quality_tier)
        try:
            delivery = prices.delivery(site_id, account_id)
            most = prices.most_pieces(site_id, account_id)
            found = prices.preview(site_id, account_id, [line], pickup=delivery.pickup)
            steps = prices.price_steps(site_id, account_id, line)
        except Refusal as refusal:
            return {"price": None, "price_refusal": refusal}
        return {"price": found, "priced": found.price.lines[0], "steps": steps, "delivery": delivery, "most": most}


class PutIntoBasket(ShopView):
    """The button that puts a part into the basket as it is chosen."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, revision_id: UUID) -> HttpResponse:
        """Do it and show the basket."""
        part = part_of(self.asker, revision_id)
        form = Form(request)
        wish = fitting(wish_of(form), queries.offered(self.asker.site.pk))
        if wish is None:
            raise Refusal("no-released-profile", position=1, material="", tier="")
        suffix = f"-{wish.material_id.hex[-8:]}-{wish.quantity}-{wish.quality_tier}"
        commands.add_to_basket(self.ctx(form, suffix), account_id=self.asker.owner.pk, part_revision_id=part.revision.pk, wish=wish)
        return self.go(reverse("shop-basket"), _("%(part)s is in your basket.") % {"part": part.revision.part.name})


class AnswerFinding(ShopView):
    """The customer's word on a finding: make it so all the same, or have somebody look at it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, revision_id: UUID) -> HttpResponse:
        """Record it and show the part again."""
        part = part_of(self.asker, revision_id)
        form = Form(request)
        code, choice = form.required("code", most=60), form.one_of("choice", ("accept", "review"))
        if choice == "accept":
            parts.accept_finding(self.ctx(form, f"-{code}-accept"), preflight_id=part.preflight.pk, code=code)
            said = _("Noted: we make it so.")
        else:
            message = form.text("message", most=2000)
            parts.request_review(self.ctx(form, f"-{code}-review"), preflight_id=part.preflight.pk, code=code, message=message)
            said = _("Somebody of the shop looks at it. You see the answer here.")
        back = form.text("next", most=300)
        return self.go(back if back == reverse("shop-basket") else reverse("shop-part", args=[revision_id]), said)


def findings_of(preflight: Preflight) -> list[Shown]:
    """Return what a check found, the worst first, each with its number, its words and what was answered."""
    given: dict[str, set[str]] = {}
    for code, kind in preflight.answers.values_list("code", "kind"):
        given.setdefault(code, set()).add(kind)
    order = list(reversed(Severity))
    found = sorted(models.findings_of(preflight), key=lambda one: order.index(one.severity))
    return [_shown(number, one, frozenset(given.get(one.code, ())), preflight) for number, one in enumerate(found, start=1)]


def _shown(number: int, finding: Finding, answers: frozenset[str], preflight: Preflight) -> Shown:
    weight = finding.severity
    if weight is Severity.FAIL and AnswerKind.REVIEWED in answers:
        weight = Severity.WARN
    if weight is Severity.WARN and AnswerKind.ACCEPTED in answers:
        weight = Severity.NOTE
    return Shown(number, finding, models.sentences_of(finding), _spot(finding, preflight), answers, weight)


def _spot(finding: Finding, preflight: Preflight) -> Spot | None:
    """Return where a finding is. What stands on too little is marked where it stands."""
    size = tuple(preflight.metrics.get(f"size_{axis}_um", 0) for axis in "xyz")
    place = finding.place
    if finding.code == "SMALL_BASE" and place is None:
        place = {"x_um": size[0] // 2, "y_um": size[1] // 2, "z_um": 0}
    if place is None or not {"x_um", "y_um", "z_um"} <= place.keys():
        return None
    at = (place["x_um"], place["y_um"], place["z_um"])
    x, y = pictures.place_in_poster((size[0], size[1], size[2]), at)
    return Spot(x, y, " ".join(f"{one / 1000:.3f}" for one in at))


def size_mm(preflight: Preflight) -> list[str]:
    """Return width, depth and height in millimetres; nothing for what has no shape of its own."""
    sizes = [preflight.metrics.get(f"size_{axis}_um") for axis in "xyz"]
    return [f"{size / 1000:.1f}".rstrip("0").rstrip(".") for size in sizes if size is not None]


def wish_in(sent: Any) -> BasketWish | None:
    """Return what an address asks for, as far as it makes sense; None when it asks for nothing."""
    try:
        quantity = int(sent.get("quantity", "1"))
        color = sent.get("color", "")
        wish = BasketWish(UUID(sent["material"]), min(max(quantity, 1), 10**6), UUID(color) if color else None, sent.get("tier", ""))
    except (KeyError, ValueError):
        return None
    return wish


def wish_of(form: Form) -> BasketWish:
    """Return what a form asks for.

    Raises:
        Invalid: a value cannot be one.
    """
    color = form.text("color", most=40)
    return BasketWish(
        material_id=form.uuid("material"),
        quantity=form.number("quantity", least=1, most=10**6),
        color_id=UUID(color) if color and len(color) in (32, 36) and _is_uuid(color) else None,
        quality_tier=form.text("tier", most=20),
        notes=form.text("notes", most=500),
    )


def fitting(wish: BasketWish | None, choices: list[queries.Offered]) -> BasketWish | None:
    """Return the wish with what goes with its material: another material's color or quality falls back to the first of this one's."""
    usual = queries.default_wish(choices)
    if wish is None or usual is None:
        return usual
    chosen = next((one for one in choices if one.material.pk == wish.material_id), None)
    if chosen is None:
        return usual
    colors = [color.pk for color in chosen.colors]
    color_id = wish.color_id if wish.color_id in colors else (colors[0] if colors else None)
    known = QualityTier.STANDARD if QualityTier.STANDARD in chosen.tiers else chosen.tiers[0]
    tier = wish.quality_tier if wish.quality_tier in chosen.tiers else known
    return BasketWish(wish.material_id, wish.quantity, color_id, tier, wish.notes)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
