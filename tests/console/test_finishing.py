"""After the print: checking, reworking, packing and sending in bulk, and the packing slip."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.states import Role
from apps.fulfilment.models import Shipment
from apps.fulfilment.states import ShipmentState
from apps.journal.models import Event
from apps.orders.models import Piece
from apps.orders.states import PieceState
from apps.runs.states import ItemResult
from tests.asking import signed_in
from tests.factories.accounts import make_site, make_user, shop
from tests.factories.floor import make_floor
from tests.factories.orders import make_customer_snapshot, make_line_item, make_paid_intent, make_piece, make_release, make_requirement
from tests.pages import form_on, forms_on, headings
from tests.runs.driving import completed, judged

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/admin/finishing/"
BUTTONS = {
    **{verb: f"/admin/pieces/{verb}/" for verb in ("cool", "pass", "reject", "pack")},
    "reworked": "/admin/pieces/rework-done/",
    "rework": f"{PAGE}rework/",
}


@pytest.fixture
def operator() -> Client:
    shop()
    return signed_in(make_user(Role.OPERATOR))


def made(*, count: int = 2, site: Any = None, **order: Any) -> list[Piece]:
    """Return pieces that came off a printer and cool, of one order."""
    floor = make_floor()
    run = completed(floor.plate(pieces=count), floor.printer())
    judged(run, *[ItemResult.SUCCESS] * count)
    pieces = list(Piece.objects.filter(plate_items__plate=run.plate).select_related("requirement__line__intent").order_by("id"))
    make_customer_snapshot(
        intent=pieces[0].requirement.line.intent,
        shipping_address={"recipient": "Noor A.", "line1": "Way 1", "city": "Springfield", "country": "DE"},
    )
    return pieces


def ids(pieces: list[Piece]) -> list[str]:
    return [str(piece.pk) for piece in pieces]


def send(client: Client, verb: str, pieces: list[Piece], **entered: Any) -> Any:
    """Tick pieces on the page and press the button for ``verb``."""
    form = form_on(client.get(PAGE), "/admin/pieces/cool/")
    return client.post(BUTTONS[verb], {**form, "piece_ids": ids(pieces), **entered})


def states(pieces: list[Piece]) -> set[str]:
    return set(Piece.objects.filter(pk__in=[piece.pk for piece in pieces]).values_list("state", flat=True))


class TestThePage:
    def test_says_what_waits(self, operator: Client) -> None:
        made(count=3)

        page = operator.get(PAGE)

        assert (page.status_code, headings(page)) == (200, 1)
        assert "3 parts cool." in page.content.decode()

    def test_of_nothing_says_so(self, operator: Client) -> None:
        assert "Nothing waits after the print." in operator.get(PAGE).content.decode()

    def test_asks_the_database_as_often_for_many_as_for_one(
        self, operator: Client, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(8):
            intent = make_paid_intent(number=f"A-{number}")
            make_release(intent=intent)
            requirement = make_requirement(line=make_line_item(intent=intent))
            make_piece(requirement=requirement, state=PieceState.QA)
        operator.get(PAGE)

        with django_assert_max_num_queries(12):
            operator.get(PAGE)

    def test_shows_nothing_of_another_site(self, operator: Client) -> None:
        intent = make_paid_intent(site=make_site(), number="THEIRS-1")
        make_piece(requirement=make_requirement(line=make_line_item(intent=intent)), state=PieceState.QA)

        assert "THEIRS-1" not in operator.get(PAGE).content.decode()


class TestTheWayOfAPiece:
    def test_leads_from_the_printer_out_of_the_house(self, operator: Client) -> None:
        pieces = made()

        assert send(operator, "cool", pieces).status_code == 303
        assert states(pieces) == {PieceState.QA}
        assert send(operator, "pass", pieces).status_code == 303
        assert send(operator, "pack", pieces).status_code == 303
        shipment = Shipment.objects.get()
        form = form_on(operator.get(PAGE), f"/admin/shipments/{shipment.pk}/ship/")
        answer = operator.post(f"/admin/shipments/{shipment.pk}/ship/", {**form, "carrier": "DHL", "tracking": "00340"})

        assert answer.status_code == 303
        sent = Shipment.objects.get()
        assert (sent.state, sent.carrier, sent.tracking) == (ShipmentState.SHIPPED, "DHL", "00340")
        assert states(pieces) == {PieceState.SHIPPED}

    def test_may_lead_through_rework(self, operator: Client) -> None:
        pieces = made()
        send(operator, "cool", pieces)

        send(operator, "rework", pieces[:1], reason="QA_COSMETIC")
        assert states(pieces[:1]) == {PieceState.REWORK}
        send(operator, "reworked", pieces[:1])

        assert states(pieces) == {PieceState.QA}

    def test_may_end_in_the_bin(self, operator: Client) -> None:
        pieces = made()
        send(operator, "cool", pieces)

        send(operator, "reject", pieces[:1], reason="WARP")

        assert Event.objects.filter(type="QARejected").count() == 1
        assert states(pieces[:1]) == {PieceState.OWED}

    @pytest.mark.parametrize(
        ("verb", "entered"), [("reject", {"reason": "UNKNOWN"}), ("reject", {"reason": "NO"}), ("pass", {"piece_ids": []})]
    )
    def test_is_not_gone_without_what_is_needed(self, operator: Client, verb: str, entered: dict[str, Any]) -> None:
        pieces = made()
        send(operator, "cool", pieces)

        assert send(operator, verb, pieces, **entered).status_code == 422
        assert states(pieces) == {PieceState.QA}

    def test_happens_once_however_often_it_is_pressed(self, operator: Client) -> None:
        pieces = made()
        send(operator, "cool", pieces)
        form = {**form_on(operator.get(PAGE), "/admin/pieces/cool/"), "piece_ids": ids(pieces)}

        assert [operator.post("/admin/pieces/pass/", form).status_code for _ in range(2)] == [303, 303]
        assert Event.objects.filter(type="QAPassed").count() == 2

    def test_of_another_site_is_not_there(self, operator: Client) -> None:
        intent = make_paid_intent(site=make_site())
        theirs = make_piece(requirement=make_requirement(line=make_line_item(intent=intent)), state=PieceState.QA)

        assert operator.post("/admin/pieces/pass/", {"key": "k", "piece_ids": [str(theirs.pk)]}).status_code == 404

    def test_is_not_for_viewers(self) -> None:
        pieces = made()
        viewer = signed_in(make_user(Role.VIEWER))

        assert "These have cooled" not in viewer.get(PAGE).content.decode()
        assert viewer.post("/admin/pieces/cool/", {"key": "k", "piece_ids": ids(pieces)}).status_code == 403


class TestAShipment:
    def packed(self, operator: Client) -> Shipment:
        pieces = made()
        for verb in ("cool", "pass", "pack"):
            send(operator, verb, pieces)
        return Shipment.objects.get()

    def test_has_a_slip_to_print(self, operator: Client) -> None:
        page = operator.get(f"/admin/shipments/{self.packed(operator).pk}/slip/")

        assert (page.status_code, headings(page)) == (200, 1)
        assert "Noor A." in page.content.decode()
        assert "2 pieces in all" in page.content.decode()

    def test_names_no_customer_to_who_may_not_know_them(self, operator: Client) -> None:
        shipment = self.packed(operator)
        viewer = signed_in(make_user(Role.VIEWER))

        assert "Noor A." in operator.get(PAGE).content.decode()
        assert "Noor A." not in viewer.get(PAGE).content.decode()
        assert viewer.get(f"/admin/shipments/{shipment.pk}/slip/").status_code == 403

    def test_names_its_carrier(self, operator: Client) -> None:
        shipment = self.packed(operator)
        ship = f"/admin/shipments/{shipment.pk}/ship/"

        assert operator.post(ship, {**form_on(operator.get(PAGE), ship), "carrier": " "}).status_code == 422
        assert operator.post(ship, {**form_on(operator.get(PAGE), ship), "carrier": "DHL", "version": "9"}).status_code == 412

    def test_of_another_site_is_not_there(self) -> None:
        from tests.factories.fulfilment import make_shipment

        theirs = make_shipment(site=make_site())
        operator = signed_in(make_user(Role.OPERATOR))

        assert operator.get(f"/admin/shipments/{theirs.pk}/slip/").status_code == 404
        assert operator.post(f"/admin/shipments/{theirs.pk}/ship/", {"key": "k", "version": "1", "carrier": "x"}).status_code == 404
        assert forms_on(operator.get(PAGE))
