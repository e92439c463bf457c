"""What must hold over the whole database of a farm, at every instant, and what must hold once nothing is owed."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.fleet.models import Printer
from apps.fleet.states import Bed, Occupancy
from apps.fulfilment.models import Shipment, ShipmentPiece
from apps.journal import clock
from apps.journal.models import Delivery
from apps.orders import queries as money
from apps.orders.models import Intent, Piece, PieceFact, Release
from apps.orders.states import DELIVERED, IN_HAND, IntentState, PieceFactKind, PieceState
from apps.planning import queries as planning
from apps.planning.models import BuildPlate, PlateItem
from apps.planning.states import PlateState
from apps.runs.models import ItemOutcome, Run
from apps.runs.states import ON_PRINTER, UNHAPPY, WAITING, ItemResult, RunState

OPEN = (PlateState.DRAFT, PlateState.APPROVED)
RUNNING = (RunState.PRINTING, RunState.PAUSED)
BEYOND_THE_PRINTER = (*(state for state in IN_HAND if state != PieceState.PRINTING), *DELIVERED)
MADE = (ItemResult.SUCCESS, ItemResult.UNKNOWN)


@dataclass
class Floor:
    """Everything about plates and attempts, read once."""

    pieces: dict[UUID, Piece]
    items: list[PlateItem]
    plates: dict[UUID, BuildPlate]
    runs: list[Run]
    printers: list[Printer]

    def has_runs(self, *states: str) -> bool:
        """Is there an attempt in one of these states?"""
        return any(run.state in states for run in self.runs)

    def has_pieces(self, *states: str) -> bool:
        """Is there a piece in one of these states?"""
        return any(piece.state in states for piece in self.pieces.values())

    def items_of(self, plate_id: UUID) -> list[PlateItem]:
        """Return what is on a plate."""
        return [item for item in self.items if item.plate_id == plate_id]


def read() -> Floor:
    """Read all there is."""
    return Floor(
        pieces={piece.pk: piece for piece in Piece.objects.all()},
        items=list(PlateItem.objects.order_by("id")),
        plates={plate.pk: plate for plate in BuildPlate.objects.all()},
        runs=list(Run.objects.order_by("id")),
        printers=list(Printer.objects.all()),
    )


def a_piece_and_its_place_know_each_other(floor: Floor) -> None:
    """An allocated piece is the piece of exactly one live item of an open plate, and the other way round, unless it is canceled."""
    live = {item.pk: item for item in floor.items if item.live}
    for piece in floor.pieces.values():
        if piece.allocated_to is not None:
            item = live.get(piece.allocated_to)
            assert item is not None, f"{piece.state} piece is allocated to an item that is not live"
            assert item.piece_id == piece.pk
            assert floor.plates[item.plate_id].state in OPEN, "a piece is on a plate that is over"
    for item in live.values():
        piece = floor.pieces[item.piece_id]
        assert floor.plates[item.plate_id].state in OPEN, "a plate that is over has live items"
        assert piece.state == PieceState.CANCELED or piece.allocated_to == item.pk, f"a live item's {piece.state} piece is elsewhere"
        assert piece.state not in BEYOND_THE_PRINTER, f"a piece that is {piece.state} is on a live plate"


def attempts_and_printers_know_each_other(floor: Floor) -> None:
    """One live attempt a plate, one active attempt a printer, and a printer is ours exactly while one of ours is on it."""
    live = Counter(run.plate_id for run in floor.runs if run.ended_at is None)
    assert all(count == 1 for count in live.values()), "two attempts of one plate at once"
    on_it: dict[UUID | None, list[Run]] = defaultdict(list)
    for run in floor.runs:
        if run.state in ON_PRINTER:
            on_it[run.printer_id].append(run)
    for printer in floor.printers:
        active = on_it.pop(printer.pk, [])
        assert len(active) <= 1, "two attempts on one printer"
        assert printer.current_run_id == (active[0].pk if active else None), f"a printer that is {printer.occupancy} names another attempt"
        assert bool(active) or printer.occupancy != Occupancy.OURS, "a printer is ours and nothing of ours is on it"
        assert not active or printer.occupancy != Occupancy.FREE, "a printer is free while one of our attempts is on it"
        if active and active[0].state in RUNNING:
            assert printer.bed == Bed.NOT_CLEAR, "something prints on a bed that is clear"
    assert not on_it, "an attempt is on a printer there is not"


def what_prints_is_wanted_and_nowhere_else(floor: Floor) -> None:
    """What is on a printer is on that plate only; its pieces are printing, or canceled. A piece that prints is on such a plate."""
    for run in floor.runs:
        if run.state not in ON_PRINTER:
            continue
        for item in floor.items_of(run.plate_id):
            piece = floor.pieces[item.piece_id]
            if piece.state == PieceState.CANCELED:
                continue
            if floor.plates[run.plate_id].state not in OPEN:
                assert piece.allocated_to != item.pk, "a plate that was taken back still has a piece"
                continue  # it is being stopped; its pieces are made elsewhere
            assert item.live, f"an attempt that is {run.state} makes a piece that is {piece.state} and no longer on its plate"
            wanted = PieceState.PRINTING if run.state in RUNNING else PieceState.OWED
            assert piece.state == wanted, f"a piece is {piece.state} while its attempt is {run.state}"
    started = {run.plate_id: run for run in floor.runs if run.started_at is not None}
    places = {item.pk: item for item in floor.items}
    for piece in floor.pieces.values():
        assert piece.state != PieceState.SCRAPPED, "a piece was scrapped and is not owed again"
        if piece.state == PieceState.PRINTING:
            assert piece.allocated_to is not None, "a piece prints on no plate"
            run = started.get(places[piece.allocated_to].plate_id)  # type: ignore[assignment]
            assert run is not None, "a piece prints and no attempt of its plate began"
            assert run.judged_at is None, "a piece prints in an attempt that was judged"


def what_went_wrong_has_a_reason(floor: Floor) -> None:
    """Every unhappy attempt says why and because of what; every doubtful one shows its evidence."""
    for run in floor.runs:
        assert run.state not in UNHAPPY or (run.reason and run.caused_by), f"an attempt is {run.state} without a reason"
        assert not run.desynced or run.desync_evidence
        assert run.state not in UNHAPPY or run.state == RunState.PAUSED or run.ended_at is not None


def what_was_made_was_seen(floor: Floor) -> None:
    """A piece that is past the printer was made: an outcome that stands says so. What was judged bad is not past it."""
    standing: dict[UUID, list[str]] = defaultdict(list)
    for piece_id, outcome in ItemOutcome.objects.filter(corrections__isnull=True).values_list("item__piece_id", "outcome"):
        standing[piece_id].append(outcome)
    for piece in floor.pieces.values():
        if piece.state in BEYOND_THE_PRINTER:
            assert any(outcome in MADE for outcome in standing[piece.pk]), f"a piece is {piece.state} and nobody saw it made"


def shipments_hold_what_they_say(floor: Floor) -> None:
    """A sent piece is in exactly one sent shipment, a packed one in exactly one open one, any other in none; none is sent twice."""
    sent: Counter[UUID] = Counter()
    packed: Counter[UUID] = Counter()
    shipped = dict(Shipment.objects.values_list("id", "shipped_at"))
    for piece_id, shipment_id in ShipmentPiece.objects.filter(removed_at=None).values_list("piece_id", "shipment_id"):
        (sent if shipped[shipment_id] else packed)[piece_id] += 1
    for piece in floor.pieces.values():
        wanted = (1, 0) if piece.state in DELIVERED else (0, 1) if piece.state == PieceState.PACKED else None
        found = (sent[piece.pk], packed[piece.pk])
        if wanted is None:
            assert found[0] == 0, f"a piece that is {piece.state} is in a shipment that was sent"
            assert found[1] == 0 or piece.state == PieceState.CANCELED, f"a piece that is {piece.state} is packed"
        else:
            assert found == wanted, f"a piece that is {piece.state} is in {found} shipments"
    times = Counter(PieceFact.objects.filter(kind=PieceFactKind.SHIPPED).values_list("piece_id", flat=True))
    assert not times or max(times.values()) == 1, "a piece was shipped twice"


def orders_are_as_far_as_their_pieces(floor: Floor) -> None:
    """An order in production with something sent and nothing open is fulfilled; a canceled one has nothing left to do."""
    states: dict[UUID, set[str]] = defaultdict(set)
    for intent_id, state in Piece.objects.values_list("requirement__line__intent_id", "state"):
        states[intent_id].add(state)
    for intent in Intent.objects.all():
        over = states[intent.pk] <= {PieceState.CANCELED, *DELIVERED}
        if intent.state == IntentState.CANCELED:
            assert over, "a canceled order has open pieces"
        if intent.state == IntentState.PAID and over:
            assert not states[intent.pk] & set(DELIVERED), "all of an order was sent and it is not fulfilled"


def no_more_goes_back_than_came_in(floor: Floor) -> None:
    """What went back, or is to go back, is never more than what came in."""
    for intent in Intent.objects.all():
        books = money.money_of(intent)
        assert 0 <= books.refunded + books.refunding <= books.received, f"more goes back than came in: {books}"


def nothing_was_given_up() -> None:
    """No effect failed for good, and none failed by a fault of ours."""
    dead = Delivery.objects.filter(state="dead").values_list("subscriber", "last_error")
    assert not dead, f"given up: {list(dead)}"
    faults = Delivery.objects.filter(lane="default", last_error__contains=" (at ").values_list("subscriber", "last_error")
    assert not faults, f"failed: {list(faults)}"


AT_EVERY_INSTANT: tuple[Any, ...] = (
    a_piece_and_its_place_know_each_other,
    attempts_and_printers_know_each_other,
    what_prints_is_wanted_and_nowhere_else,
    what_went_wrong_has_a_reason,
    what_was_made_was_seen,
    shipments_hold_what_they_say,
    orders_are_as_far_as_their_pieces,
    no_more_goes_back_than_came_in,
)


def nothing_is_stranded(floor: Floor) -> None:
    """With nothing owed: what waits for a printer can still be printed, canceled pieces block nothing, and every wait has a reason."""
    for run in floor.runs:
        plate = floor.plates[run.plate_id]
        if run.ended_at is None and plate.state != PlateState.APPROVED:
            assert run.state not in WAITING, f"an attempt is {run.state} and its plate is {plate.state}"
            assert run.wish or run.intervened_at, f"an attempt is {run.state}, its plate is {plate.state}, and nobody stops it"
    for item in floor.items:
        if item.live and floor.pieces[item.piece_id].state == PieceState.CANCELED:
            begun = [run for run in floor.runs if run.plate_id == item.plate_id and run.judged_at is None]
            assert begun, "a canceled piece still holds a place on a plate that nobody prints"
    released = set(Release.objects.values_list("intent_id", flat=True))
    waiting = Piece.objects.filter(state=PieceState.OWED, allocated_to=None, requirement__line__intent__state=IntentState.PAID)
    pieces = list(waiting.select_related("requirement__line__intent"))
    reasons = planning.why_waiting(pieces, now=clock.now())
    for piece in pieces:
        reason = reasons[piece.pk]
        if piece.requirement.line.intent_id in released:
            assert reason.code != "NO_PLATE", "a piece waits for a plate, nothing is in its way, and nobody puts it on one"
