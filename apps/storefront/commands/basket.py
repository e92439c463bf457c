"""Baskets: what customers put together before they order."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from apps.accounts.models import Account
from apps.catalog.states import QualityTier
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.orders import changes as orders
from apps.orders import queries as prices
from apps.orders.domain.requests import QuoteRequestLine
from apps.orders.models import Intent, Quote
from apps.orders.states import QuoteState
from apps.storefront import events
from apps.storefront.labels.refusals import NOTES_TOO_LONG
from apps.storefront.models import BasketLine

MOST_LINES = 100
MOST_NOTES = 500


@dataclass(frozen=True, slots=True)
class BasketWish:
    """How a part is wanted.

    Args:
        material_id: Of which material.
        color_id: In which color; None: any.
        quality_tier: How good it has to be.
        quantity: How many.
        notes: What else.
    """

    material_id: UUID
    quantity: int
    color_id: UUID | None = None
    quality_tier: str = QualityTier.STANDARD
    notes: str = ""


@dataclass(frozen=True, slots=True)
class LineSeen:
    """A line of a basket, and the version of it somebody saw."""

    line_id: UUID
    version: int


@command("storefront.add_to_basket")
def add_to_basket(ctx: Context, *, account_id: UUID, part_revision_id: UUID, wish: BasketWish) -> UUID:
    """Put a part into a customer's basket and return the line's id. A part may be there while it still waits for the customer's choice.

    Raises:
        NotFound: no such customer, or the part is not theirs.
        Invalid, Refusal: what a price for it would be refused with; ``basket-full``.
    """
    account = _owner(account_id)
    _check(account, part_revision_id, wish)
    return _put(ctx, account, part_revision_id, wish).pk


@command("storefront.change_basket_line")
def change_basket_line(ctx: Context, *, account_id: UUID, line_id: UUID, expected_version: int, wish: BasketWish) -> None:
    """Want a part otherwise. An offer that held it is over.

    Raises:
        NotFound: no such line in this customer's basket.
        StaleVersion: it changed since the asker looked.
        Invalid, Refusal: what a price for it would be refused with; ``basket-line-ordered``.
    """
    account = _owner(account_id)
    line = _line(account, line_id, expected_version)
    _check(account, line.part_revision_id, wish)
    _end_offer(ctx, line)
    line.material_id, line.color_id = wish.material_id, wish.color_id
    line.quality_tier, line.quantity, line.notes = QualityTier(wish.quality_tier), wish.quantity, wish.notes
    line.quote = None
    line.save_changes("material", "color", "quality_tier", "quantity", "notes", "quote")
    changed = events.BasketChanged(line_id=line.pk, account_id=account.pk, quantity=line.quantity)
    record(_here(ctx, account), event=changed, subjects=_about(line))


@command("storefront.remove_basket_line")
def remove_basket_line(ctx: Context, *, account_id: UUID, line_id: UUID, expected_version: int) -> None:
    """Take a part out of the basket. An offer that held it is over; the part itself stays.

    Raises:
        NotFound: no such line in this customer's basket.
        StaleVersion: it changed since the asker looked.
        Refusal: ``basket-line-ordered``.
    """
    account = _owner(account_id)
    line = _line(account, line_id, expected_version)
    _end_offer(ctx, line)
    about = _about(line)
    emptied = events.BasketEmptied(line_id=line.pk, account_id=account.pk)
    line.delete()
    record(_here(ctx, account), event=emptied, subjects=about)


@command("storefront.keep_offer")
def keep_offer(ctx: Context, *, account_id: UUID, quote_id: UUID, lines: tuple[LineSeen, ...]) -> None:
    """Hold lines of a basket by an offer that was just made for them. Whatever offer held them before is over, so that one is accepted at most.

    Raises:
        NotFound: no such customer, or the offer is not theirs.
        Refusal: ``basket-changed``: a line is not as it was when the offer was asked for, or was ordered.
    """
    account = _owner(account_id)
    quote = Quote.objects.filter(pk=quote_id, account=account).first()
    if quote is None or quote.state != QuoteState.SENT:
        raise NotFound(str(Quote._meta.verbose_name), id=str(quote_id))
    for seen in lines:
        line = BasketLine.objects.filter(pk=seen.line_id, account=account).first()
        if line is None or line.version != seen.version:
            raise Refusal("basket-changed")
        if line.quote_id is not None and not orders.supersede_quote(ctx, line.quote_id):
            raise Refusal("basket-changed")
        line.quote = quote
        line.save_changes("quote")
    offered = events.BasketOffered(account_id=account.pk, quote_id=quote.pk, lines=len(lines))
    record(_here(ctx, account), event=offered, subjects=[Subject("account", account.pk), Subject("quote", quote.pk)])


@command("storefront.reorder")
def reorder(ctx: Context, *, account_id: UUID, intent_id: UUID) -> int:
    """Put what an order promised into the basket of the same customer, as it was chosen then, and return how many parts that are.

    What can no longer be had as it was is left out: a material that is not offered, a quality without a profile.

    Raises:
        NotFound: no such order of this customer.
        Refusal: ``basket-full``.
    """
    account = _owner(account_id)
    intent = Intent.objects.filter(pk=intent_id, account=account).first()
    if intent is None:
        raise NotFound(str(Intent._meta.verbose_name), id=str(intent_id))
    added = 0
    for line in intent.lines.filter(part_revision__isnull=False, material__isnull=False).order_by("position"):
        assert line.part_revision_id is not None and line.material_id is not None  # noqa: S101, PT018 - for the type checker
        wish = BasketWish(line.material_id, line.quantity, line.color_id, line.quality_tier, _wish_in(line.constraints))
        try:
            _check(account, line.part_revision_id, wish)
        except Refusal:
            continue
        _put(ctx, account, line.part_revision_id, wish)
        added += 1
    return added


def _wish_in(constraints: list[dict[str, object]]) -> str:
    return next((str(one.get("text", "")) for one in constraints if one.get("kind") == "custom"), "")[:MOST_NOTES]


def _owner(account_id: UUID) -> Account:
    account: Account = locks.account(account_id)
    return account


def _check(account: Account, part_revision_id: UUID, wish: BasketWish) -> None:
    """Refuse what no offer could be made for, except that the customer may still have to choose."""
    if len(wish.notes) > MOST_NOTES:
        raise Invalid({"notes": str(NOTES_TOO_LONG) % {"most": MOST_NOTES}})
    asked = QuoteRequestLine(part_revision_id, wish.quantity, wish.material_id, wish.color_id, wish.quality_tier)
    prices.preview(account.site_id, account.pk, [asked], pickup=prices.delivery(account.site_id, account.pk).pickup)


def _put(ctx: Context, account: Account, part_revision_id: UUID, wish: BasketWish) -> BasketLine:
    if BasketLine.objects.filter(account=account).exclude(quote__state=QuoteState.ACCEPTED).count() >= MOST_LINES:
        raise Refusal("basket-full", most=MOST_LINES)
    line = BasketLine(
        account=account,
        part_revision_id=part_revision_id,
        quantity=wish.quantity,
        material_id=wish.material_id,
        color_id=wish.color_id,
        quality_tier=wish.quality_tier,
        notes=wish.notes,
        created_at=ctx.now,
    ).add()
    filled = events.BasketFilled(line_id=line.pk, account_id=account.pk, part_revision_id=part_revision_id, quantity=line.quantity)
    record(_here(ctx, account), event=filled, subjects=_about(line))
    return line


def _line(account: Account, line_id: UUID, expected_version: int) -> BasketLine:
    if not BasketLine.objects.filter(pk=line_id, account=account).exists():
        raise NotFound(str(BasketLine._meta.verbose_name), id=str(line_id))
    return BasketLine.at_version(line_id, expected_version)


def _end_offer(ctx: Context, line: BasketLine) -> None:
    if line.quote_id is not None and not orders.supersede_quote(ctx, line.quote_id):
        raise Refusal("basket-line-ordered")


def _about(line: BasketLine) -> list[Subject]:
    return [Subject("basket_line", line.pk), Subject("account", line.account_id)]


def _here(ctx: Context, account: Account) -> Context:
    return ctx.about(site_id=account.site_id)
