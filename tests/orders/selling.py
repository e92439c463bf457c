"""A small shop that sells: prices, a policy, parts that passed their check, and the way from a quote to money and to pieces."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from apps.accounts.models import Account
from apps.catalog.models import Material
from apps.journal import frame, lanes
from apps.orders import changes, commands
from apps.orders.commands import CustomerDetails, QuoteRequestLine
from apps.orders.models import Checkout, Intent, LineItem, Piece, Quote
from apps.orders.payments import pretend
from apps.orders.states import Provider
from apps.parts.models import PartRevision
from apps.policy.domain.default import default_body
from apps.policy.models import Policy
from tests.factories.accounts import make_account, shop
from tests.factories.catalog import make_material
from tests.factories.context import NOW, make_context
from tests.factories.parts import make_part_revision, make_preflight
from tests.factories.policy import make_active_policy
from tests.factories.profiles import make_profile, make_profile_version

BODY: dict[str, Any] = {
    "materials": {"PLA": {"gram_minor": "10", "hour_minor": "200"}, "*": {"gram_minor": "20", "hour_minor": "300", "failure_rate": "0.1"}},
    "setup_minor": 100,
    "pickup": True,
    "shipping": [{"up_to_g": 100_000, "minor": 490}],
    "keep": {"printing": "0.5", "made": "1"},
    "limits": {"quantity": 50, "order_minor": 10_000_000},
}
"""A simple price list: material, time, setup, shipping; half of what prints is kept when it is canceled."""

HOME = {"recipient": "A. Buyer", "line1": "High Street 1", "city": "Springfield", "country": "DE"}
DETAILS = CustomerDetails(account={"name": "A. Buyer"}, shipping_address=HOME, notes="Leave it at the door")


class Shop:
    """The default site, open for business."""

    def __init__(self, **prices: Any) -> None:
        self.site = shop()
        self.policy: Policy = make_active_policy(body=default_body())
        self.material: Material = make_material()
        make_profile_version(profile=make_profile())
        self.account: Account = make_account(name="A. Buyer")
        self.price_list_id = commands.release_price_list(make_context(), site_id=self.site.id, currency="EUR", body={**BODY, **prices})

    def part(self, *findings: Any, **preflight: Any) -> PartRevision:
        """Return a revision whose check is done."""
        revision = make_part_revision()
        make_preflight(*findings, revision=revision, **preflight)
        return revision

    def line(self, quantity: int = 1, **overrides: Any) -> QuoteRequestLine:
        """Return a line somebody wants priced."""
        values: dict[str, Any] = {"material_id": self.material.id, "quantity": quantity, **overrides}
        if "part_revision_id" not in values:
            values["part_revision_id"] = self.part().id
        return QuoteRequestLine(**values)

    def quote(self, *quantities: int, **values: Any) -> Quote:
        """Return an offer for a new part at each of these quantities."""
        lines = values.pop("lines", None) or tuple(self.line(quantity) for quantity in quantities or (1,))
        given = {"site_id": self.site.id, "account_id": self.account.id, "lines": lines, **values}
        return Quote.objects.get(pk=commands.issue_quote(make_context(), **given))

    def order(self, *quantities: int, **values: Any) -> Intent:
        """Return an order that waits for its money."""
        quote = self.quote(*quantities, **values)
        return self.accept(quote)

    def accept(self, quote: Quote, **values: Any) -> Intent:
        """Return the order a quote becomes."""
        given = {"quote_id": quote.id, "expected_version": quote.version, "details": DETAILS, **values}
        return Intent.objects.get(pk=commands.accept_quote(make_context(), **given))

    def paid_order(self, *quantities: int, **values: Any) -> Intent:
        """Return an order that was paid through test payments and is released."""
        intent = self.order(*quantities, **values)
        pay(open_checkout(intent))
        work()
        return fresh(intent)


def fresh(intent: Intent) -> Intent:
    """Return the order as it is now."""
    return Intent.objects.get(pk=intent.pk)


def work() -> None:
    """Do everything that is owed, until nothing is."""
    while lanes.hand_out_next("default"):
        pass


def open_checkout(intent: Intent) -> Checkout:
    """Return an open way to pay."""
    checkout_id = commands.open_checkout(make_context(), intent_id=intent.pk, provider=Provider.TEST)
    work()
    return Checkout.objects.get(pk=checkout_id)


def ticket(checkout: Checkout) -> pretend.Ticket:
    """Return what the pretended provider knows about a checkout: what is in its page's address."""
    found = pretend.ticket_in(checkout.url.rsplit("/", 1)[1])
    assert found is not None
    return found


def message(checkout: Checkout, kind: str = "checkout.paid", /, **values: Any) -> bytes:
    """Return what the provider says about a checkout."""
    return pretend.message_about(ticket(checkout), kind, now=values.pop("now", NOW), **values)


def keep(body: bytes) -> UUID:
    """Keep a message as the endpoint would."""
    said = pretend.Pretend().read(body)
    return commands.store_webhook(make_context(), provider=Provider.TEST, event_id=said.event_id, kind=said.type, headers={}, body=body)


def pay(checkout: Checkout, kind: str = "checkout.paid", /, **values: Any) -> UUID:
    """Let the provider say something about a checkout, do what is owed, and return the message."""
    kept = keep(message(checkout, kind, **values))
    work()
    return kept


def pieces_of(intent: Intent) -> list[Piece]:
    """Return an order's pieces, in the order they were promised."""
    return list(Piece.objects.filter(requirement__line__intent=intent).order_by("requirement__line__position", "number"))


def advance(piece: Piece, *moves: str) -> Piece:
    """Move a piece on by these changes."""
    run_id = uuid4()
    for move in moves:
        with frame.seeding("a piece moves"):
            act = getattr(changes, move)
            known = {"run_id": run_id} if move in ("start_piece", "take_off_piece", "owe_piece_again") else {}
            act(make_context(), piece, **known)
    return piece


SHIPPED = ("start_piece", "take_off_piece", "cool_piece", "pass_piece", "pack_piece", "ship_piece")
"""All moves of a piece that goes well."""


def line_of(intent: Intent, position: int = 1) -> LineItem:
    """Return one line of an order."""
    return LineItem.objects.get(intent=intent, position=position)
