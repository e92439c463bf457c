"""Prints that were not ours, on pages: listed, and claimed for an order by somebody with a name and a reason."""

from __future__ import annotations

import pytest

from apps.accounts.states import Role
from apps.fleet.models import MachineSession
from apps.orders.models import Piece
from apps.orders.states import PieceState
from tests.asking import signed_in
from tests.factories.accounts import make_site, make_user, shop
from tests.factories.context import NOW
from tests.factories.fleet import make_printer, make_session
from tests.factories.fulfilment import make_pieces
from tests.pages import form_on, headings, press

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/admin/printers/seen/"


def seen(code: str = "V4", **values: object) -> MachineSession:
    given = {"file_name": f"{code}.gcode", "is_foreign": True, "run_id": None, "ended_at": NOW, "outcome": "completed", **values}
    return make_session(printer=make_printer(code=code, site=given.pop("site", None) or shop()), **given)


class TestTheList:
    def test_shows_those_of_all_printers_or_of_one(self) -> None:
        seen("V4")
        seen("V5")
        seen("X1", site=make_site(code="other"))
        make_session(printer=make_printer(code="O1", site=shop()), file_name="ours.gcode")
        client = signed_in(make_user(Role.OPERATOR))

        everything, one = client.get(LIST), client.get(f"{LIST}?printer=V5").content.decode()

        assert headings(everything) == 1
        assert [name in everything.content.decode() for name in ("V4.gcode", "V5.gcode", "X1.gcode", "ours.gcode")] == [
            True,
            True,
            False,
            False,
        ]
        assert ("V5.gcode" in one, "V4.gcode" in one) == (True, False)

    def test_goes_on_page_by_page(self) -> None:
        for number in range(32):
            seen(f"P{number}")

        first = signed_in(make_user(Role.OPERATOR)).get(LIST)

        before = first.context["before"]
        rest = signed_in(make_user(Role.OPERATOR)).get(f"{LIST}?before={before}").content.decode()
        assert ("P1.gcode" in rest, "P31.gcode" in rest) == (True, False)


class TestClaiming:
    def test_names_the_order_and_sends_its_pieces_to_qa(self) -> None:
        session, pieces = seen(), make_pieces(2, PieceState.OWED)
        client, page = signed_in(make_user(Role.LEAD)), f"{LIST}{session.pk}/"
        owner = pieces[0].requirement

        answer = press(client, page, f"{page}claim/", requirement=str(owner.pk), quantity="2", note="by hand", next=page)

        assert (answer.status_code, answer["Location"]) == (303, page)
        assert set(Piece.objects.values_list("state", flat=True)) == {"qa"}
        html = client.get(page).content.decode()
        assert owner.line.intent.number in html
        assert "A claim is not taken back" in html
        assert "Not claimed" in client.get(f"{LIST}?show=unclaimed").content.decode()
        assert "V4.gcode" not in client.get(f"{LIST}?show=unclaimed").content.decode()

    def test_twice_from_one_page_claims_it_once(self) -> None:
        session, pieces = seen(), make_pieces(4, PieceState.OWED)
        client, page = signed_in(make_user(Role.LEAD)), f"{LIST}{session.pk}/"
        form = {**form_on(client.get(page), f"{page}claim/"), "requirement": str(pieces[0].requirement_id), "quantity": "2", "note": "x"}

        assert [client.post(f"{page}claim/", form).status_code for _ in range(2)] == [303, 303]
        assert Piece.objects.filter(state=PieceState.QA).count() == 2

    def test_of_more_than_is_owed_is_refused_in_words(self) -> None:
        session, pieces = seen(), make_pieces(1, PieceState.OWED)
        page = f"{LIST}{session.pk}/"

        answer = press(
            signed_in(make_user(Role.LEAD)), page, f"{page}claim/", requirement=str(pieces[0].requirement_id), quantity="2", note="x"
        )

        assert answer.status_code == 409
        assert "It does not owe that many" in answer.content.decode()

    def test_is_for_leads_where_they_work(self) -> None:
        session = seen()
        make_pieces(1, PieceState.OWED)
        page = f"{LIST}{session.pk}/"

        assert "A lead can say" in signed_in(make_user(Role.OPERATOR)).get(page).content.decode()
        assert signed_in(make_user(Role.OPERATOR)).post(f"{page}claim/", {"key": "x"}).status_code == 403
        assert signed_in(make_user(Role.LEAD, site=make_site(code="other"))).get(page).status_code == 404
