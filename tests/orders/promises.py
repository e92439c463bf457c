"""A shop in which anything may happen to its orders, and what must hold at every instant all the same.

``Promises`` is a hypothesis state machine over the commands and changes of orders. A wider one (plates, printers) derives from it, adds its own
rules and overrides ``allocate``, ``start`` and ``finish`` where real plates and runs do them.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.db import transaction
from django_fsm import TransitionNotAllowed
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from apps.catalog.states import Reason
from apps.journal import frame
from apps.journal.refusals import Refusal
from apps.orders import changes, commands, queries
from apps.orders.commands import FewerPieces
from apps.orders.models import Intent, LedgerEntry, Piece, PieceFact, Refund, Requirement
from apps.orders.states import CancelReason, IntentState, PieceFactKind, PieceState
from tests.factories.context import make_context
from tests.orders.selling import Shop, fresh, open_checkout, pay, work

SOME = st.integers(0, 10**6)
"""Which of those there are: taken modulo their number."""

RUNS = ("start_piece", "take_off_piece", "owe_piece_again")
MOVES: dict[str, tuple[str, ...]] = {
    PieceState.OWED: ("start_piece", "receive_piece"),
    PieceState.PRINTING: ("take_off_piece", "owe_piece_again", "scrap_piece"),
    PieceState.COOLING: ("cool_piece", "scrap_piece"),
    PieceState.QA: ("pass_piece", "rework_piece", "scrap_piece"),
    PieceState.PASSED: ("pack_piece", "rework_piece", "scrap_piece"),
    PieceState.REWORK: ("finish_rework", "scrap_piece"),
    PieceState.PACKED: ("ship_piece", "scrap_piece"),
    PieceState.SHIPPED: ("close_piece", "scrap_piece"),
}
"""What may happen to a piece, by its state. Canceling is left to the commands, which change the price as well."""

EVERY_MOVE = sorted({move for moves in MOVES.values() for move in moves})


class Promises(RuleBasedStateMachine):
    """Orders come, are paid, changed, made, spoiled, refunded and canceled."""

    shop: ClassVar[Shop]
    """Where it happens. All walks share it; each looks at its own orders only."""
    steps: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.intents: list[UUID] = []

    def teardown(self) -> None:
        """Leave nothing owed to the next walk."""
        work()

    @initialize(quantity=st.integers(1, 4), is_paid=st.booleans())
    def begin(self, quantity: int, is_paid: bool) -> None:
        """A walk starts with an order, often one in production."""
        make = self.shop.paid_order if is_paid else self.shop.order
        self.intents.append(make(quantity, 2).pk)

    # what customers and money do

    @precondition(lambda self: len(self.intents) < 3)
    @rule(quantities=st.lists(st.integers(1, 4), min_size=1, max_size=2))
    def order(self, quantities: list[int]) -> None:
        self.steps["order"] += 1
        self.intents.append(self.shop.order(*quantities).pk)

    @rule(
        which=SOME,
        kind=st.sampled_from(["checkout.paid", "checkout.payment_failed", "checkout.expired"]),
        off=st.sampled_from([0, 0, 0, -1]),
    )
    def hear_from_the_provider(self, which: int, kind: str, off: int) -> None:
        self.steps["provider"] += 1
        if intent := self._one(which, IntentState.AWAITING_PAYMENT):
            self._try(lambda: self._hear_about(intent, kind, off), "order-not-awaiting-payment")  # all of it is there and being looked at

    @staticmethod
    def _hear_about(intent: Intent, kind: str, off: int) -> None:
        checkout = open_checkout(intent)
        pay(checkout, kind, amount=checkout.amount_minor + off)

    @rule(which=SOME)
    def hear_it_again(self, which: int) -> None:
        self.steps["again"] += 1
        entries = LedgerEntry.objects.filter(intent__in=self.intents, kind="payment", provider="test").order_by("id")
        if entries:
            checkouts = entries[which % len(entries)].intent.checkouts.exclude(session_id="").order_by("id")
            pay(checkouts[0], id=f"evt_{uuid4().hex}")

    @rule(which=SOME, amount=st.integers(1, 4000))
    def give_money_back(self, which: int, amount: int) -> None:
        self.steps["refund"] += 1
        if intent := self._one(which):
            self._try(
                lambda: commands.request_refund(
                    make_context(), intent_id=intent.pk, expected_version=intent.version, amount_minor=amount, note="Goodwill"
                ),
                "refund-too-much",
            )

    @rule()
    def do_what_is_owed(self) -> None:
        self.steps["work"] += 1
        work()

    @rule(which=SOME, count=st.integers(1, 3), confirm=st.booleans())
    def promise_less(self, which: int, count: int, confirm: bool) -> None:
        self.steps["less"] += 1
        rows = Requirement.objects.filter(line__intent__in=self.intents).order_by("id")
        if rows:
            row = rows[which % len(rows)]
            intent = fresh(row.line.intent)
            lines = (FewerPieces(row.pk, count),)
            self._try(
                lambda: commands.amend_cancel_qty(
                    make_context(), intent_id=intent.pk, expected_version=intent.version, lines=lines, confirm_started=confirm
                ),
                "order-is-over",
                "pieces-started",
                "pieces-too-few",
                "pieces-all-canceled",
            )

    @rule(which=SOME, reason=st.sampled_from(CancelReason), really=st.integers(0, 3))
    def cancel(self, which: int, reason: CancelReason, really: int) -> None:
        self.steps["cancel"] += 1
        if really == 0 and (intent := self._one(which)):
            self._try(
                lambda: commands.cancel_intent(
                    make_context(), intent_id=intent.pk, expected_version=intent.version, reason=reason, confirm_started=True
                ),
                "order-is-over",
            )

    # what the floor does

    @rule(which=SOME)
    def allocate(self, which: int) -> None:
        self.steps["allocate"] += 1
        waiting = [one for one in queries.pieces_to_plan(self.shop.site.id) if one.requirement.line.intent_id in self.intents]
        if waiting:
            piece = Piece.objects.get(pk=waiting[which % len(waiting)].pk)
            self._change(lambda: changes.allocate_piece(make_context(), piece, item_id=uuid4()))

    @rule(which=SOME)
    def unallocate(self, which: int) -> None:
        self.steps["unallocate"] += 1
        planned = self._pieces().filter(allocated_to__isnull=False)
        if planned:
            piece = planned[which % len(planned)]
            self._change(lambda: changes.unallocate_piece(make_context(), piece))

    @rule(which=SOME, choice=SOME, reason=st.sampled_from([Reason.WARP, Reason.QA_COSMETIC]))
    def move_on(self, which: int, choice: int, reason: Reason) -> None:
        self.steps["move"] += 1
        rows = self._pieces().filter(requirement__line__intent__state__in=[IntentState.PAID, IntentState.FULFILLED])
        if rows:
            piece = rows[which % len(rows)]
            moves = MOVES.get(piece.state, ())
            if moves:
                self._change(lambda: self._move(piece, moves[choice % len(moves)], reason))
                self._change(lambda: changes.fulfil_if_complete(make_context(), piece.requirement.line.intent_id))

    @rule(which=SOME, move=st.sampled_from(EVERY_MOVE))
    def try_any_move(self, which: int, move: str) -> None:
        """A move that is not possible now changes nothing, and a machine's report about a canceled piece neither."""
        self.steps["any"] += 1
        rows = self._pieces()
        if not rows:
            return
        piece = rows[which % len(rows)]
        if move in MOVES.get(piece.state, ()):
            return
        before = (piece.state, piece.version, piece.facts.count())
        self._try_move(piece, move)
        now = Piece.objects.get(pk=piece.pk)
        assert (now.state, now.version, now.facts.count()) == before

    # what must hold

    @invariant()
    def every_promised_piece_stands_in_exactly_one_place(self) -> None:
        for requirement_id in Requirement.objects.filter(line__intent__in=self.intents).values_list("pk", flat=True):
            counts = queries.piece_counts(requirement_id)
            assert counts.balanced, counts

    @invariant()
    def every_piece_is_where_its_facts_say(self) -> None:
        last: dict[UUID, str] = {}
        placed: dict[UUID, UUID | None] = {}
        facts = PieceFact.objects.filter(piece__requirement__line__intent__in=self.intents).order_by("id")
        for piece_id, kind, came_from, to, item_id in facts.values_list("piece_id", "kind", "from_state", "to_state", "item_id"):
            assert came_from == last.get(piece_id, ""), "a fact starts where the one before ended"
            last[piece_id] = to
            if kind == PieceFactKind.ALLOCATED:
                placed[piece_id] = item_id
            if kind in (PieceFactKind.UNALLOCATED, PieceFactKind.MADE):
                placed[piece_id] = None
        for piece_id, state, allocated_to in self._pieces().values_list("pk", "state", "allocated_to"):
            assert (state, allocated_to) == (last[piece_id], placed.get(piece_id))

    @invariant()
    def money_is_conserved(self) -> None:
        for intent in Intent.objects.filter(pk__in=self.intents):
            money = queries.money_of(intent)
            assert 0 <= money.refunded <= money.refunded + money.refunding <= money.received
            assert 0 <= money.due <= intent.price_minor
            if intent.state == IntentState.CANCELED and not intent.webhook_messages.filter(state="review").exists():
                assert money.surplus == 0, "what is not charged is on its way back"
            booked = Refund.objects.filter(intent=intent, state="issued").values_list("amount_minor", flat=True)
            assert sum(booked) == money.refunded

    @invariant()
    def an_order_is_fulfilled_only_when_nothing_of_it_is_open(self) -> None:
        for intent in Intent.objects.filter(pk__in=self.intents, state=IntentState.FULFILLED):
            states = set(Piece.objects.filter(requirement__line__intent=intent).values_list("state", flat=True))
            assert states <= {PieceState.SHIPPED, PieceState.CLOSED, PieceState.CANCELED}

    # how it is done

    def _one(self, which: int, *states: IntentState) -> Intent | None:
        rows = Intent.objects.filter(pk__in=self.intents, **({"state__in": states} if states else {})).order_by("id")
        return rows[which % len(rows)] if rows else None

    def _pieces(self) -> Any:
        return Piece.objects.filter(requirement__line__intent__in=self.intents).select_related("requirement__line__intent").order_by("id")

    def _change(self, act: Any) -> None:
        with transaction.atomic(), frame.seeding("the floor"):
            act()

    def _move(self, piece: Piece, move: str, reason: Reason) -> None:
        known: dict[str, Any] = {"run_id": uuid4()} if move in RUNS else {}
        if move in ("scrap_piece", "rework_piece"):
            known["reason"] = reason
        getattr(changes, move)(make_context(), piece, **known)

    def _try_move(self, piece: Piece, move: str) -> None:
        try:
            self._change(lambda: self._move(piece, move, Reason.WARP))
        except TransitionNotAllowed:
            return
        assert piece.state == PieceState.CANCELED, f"{move} was possible while {piece.state}"

    def _try(self, act: Any, *allowed: str) -> None:
        code = ""
        try:
            act()
        except Refusal as refusal:
            code = refusal.code
        assert code in ("", *allowed)
