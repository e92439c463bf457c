"""``fulfilment.claim_session``: somebody says for which order a print was that was not ours; its pieces go to QA, nothing more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from apps.accounts.states import Role
from apps.fleet.models import MachineSession
from apps.fleet.states import SessionOutcome
from apps.fulfilment import commands
from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import Invalid, NotFound
from apps.orders.models import Piece, PieceFact
from apps.orders.states import PieceState
from tests.asking import signed_in
from tests.factories.accounts import make_site, make_user, shop
from tests.factories.context import NOW, make_context
from tests.factories.fleet import make_printer, make_session
from tests.factories.fulfilment import make_pieces
from tests.factories.orders import make_line_item, make_piece, make_requirement
from tests.recorded import refusal_of, the_event
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


def seen(**values: Any) -> MachineSession:
    given = {"run_id": None, "is_foreign": True, "ended_at": NOW, "outcome": SessionOutcome.COMPLETED, **values}
    return make_session(**{"printer": given.pop("printer", None) or make_printer(site=shop()), **given})


def claim(ctx: Context, session: MachineSession, requirement: Any, quantity: int = 1, **values: Any) -> int:
    given = {"note": "Ines printed it by hand", "expected_version": session.version, **values}
    return commands.claim_session(ctx, session_id=session.pk, requirement_id=requirement.pk, quantity=quantity, **given)


class TestClaiming:
    def test_sends_the_first_owed_pieces_to_qa_with_the_reason(self) -> None:
        session, pieces = seen(), make_pieces(3, PieceState.OWED)
        owner, ctx = pieces[0].requirement, make_context()

        assert claim(ctx, session, owner, 2) == 2

        assert list(Piece.objects.order_by("number").values_list("state", flat=True)) == ["qa", "qa", "owed"]
        facts = PieceFact.objects.filter(kind="received")
        assert {(one.session_id, one.note, one.actor) for one in facts} == {(session.pk, "Ines printed it by hand", ctx.actor.who)}
        session.refresh_from_db()
        assert (session.claimed_for_id, session.claimed_by, session.is_foreign) == (owner.line.intent_id, ctx.actor.who, True)
        event, subjects = the_event("SessionClaimed")
        assert event["pieces"] == 2
        assert {("session", session.pk), ("printer", session.printer_id), ("intent", owner.line.intent_id)} <= subjects

    def test_passes_nothing_by_itself(self) -> None:
        session, pieces = seen(), make_pieces(1, PieceState.OWED)

        claim(make_context(), session, pieces[0].requirement)

        assert not Piece.objects.filter(state=PieceState.PASSED).exists()
        assert not Event.objects.filter(type="QAPassed").exists()

    def test_leaves_pieces_on_plates_and_what_is_made_already(self) -> None:
        pieces = make_pieces(1, PieceState.OWED)
        owner = pieces[0].requirement
        make_piece(requirement=owner, number=2, allocated_to=uuid4())
        make_piece(requirement=owner, number=3, state=PieceState.PASSED)

        refused = refusal_of(lambda: claim(make_context(), seen(), owner, 2))

        assert (refused.code, refused.params["owed"]) == ("claim-exceeds-owed", 1)
        assert not PieceFact.objects.filter(kind="received").exists()

    @pytest.mark.parametrize("outcome", [SessionOutcome.CANCELLED, SessionOutcome.UNKNOWN, SessionOutcome.ERROR])
    def test_a_print_that_did_not_end_well_may_have_made_some(self, outcome: SessionOutcome) -> None:
        pieces = make_pieces(2, PieceState.OWED)

        assert claim(make_context(), seen(outcome=outcome), pieces[0].requirement, 1) == 1


class TestWhatCannotBeClaimed:
    @pytest.mark.parametrize(
        "values",
        [
            {"ended_at": None, "outcome": SessionOutcome.RUNNING},
            {"is_foreign": False, "run_id": uuid4()},
        ],
    )
    def test_is_what_still_prints_or_was_ours(self, values: dict[str, Any]) -> None:
        pieces = make_pieces(1, PieceState.OWED)

        assert refusal_of(lambda: claim(make_context(), seen(**values), pieces[0].requirement)).code == "session-not-claimable"

    def test_is_what_was_claimed_already(self) -> None:
        session, pieces = seen(), make_pieces(2, PieceState.OWED)
        claim(make_context(), session, pieces[0].requirement)
        session.refresh_from_db()

        assert refusal_of(lambda: claim(make_context(), session, pieces[0].requirement)).code == "session-claimed"

    def test_is_for_an_order_in_production_at_the_same_site(self) -> None:
        unpaid = make_requirement(line=make_line_item())
        make_piece(requirement=unpaid)
        elsewhere = seen(printer=make_printer(site=make_site(code="other")))

        assert refusal_of(lambda: claim(make_context(), seen(), unpaid)).code == "order-not-in-production"
        with pytest.raises(NotFound):
            claim(make_context(), elsewhere, make_pieces(1, PieceState.OWED)[0].requirement)

    @pytest.mark.parametrize("wrong", [{"note": " "}, {"quantity": 0}, {"quantity": 10_001}])
    def test_needs_a_reason_and_a_number(self, wrong: dict[str, Any]) -> None:
        owner = make_pieces(1, PieceState.OWED)[0].requirement
        quantity = wrong.pop("quantity", 1)

        with pytest.raises(Invalid):
            claim(make_context(), seen(), owner, quantity, **wrong)


@pytest.mark.both_engines
class TestTwoPeopleAtOnce:
    def test_one_of_them_claims_it(self, writers: Writers, ctx_factory: Callable[..., Context]) -> None:
        session = seen()
        owners = [make_pieces(2, PieceState.OWED)[0].requirement for _ in range(2)]
        contexts = [ctx_factory() for _ in range(2)]

        outcomes = writers.in_threads(lambda index: claim(contexts[index], session, owners[index], 2), 2)

        assert sorted(str(getattr(one.error, "code", one.value)) for one in outcomes) == ["2", "session-claimed"]
        assert PieceFact.objects.filter(kind="received").count() == 2
        assert Event.objects.filter(type="SessionClaimed").count() == 1


class TestOverTheApi:
    def test_is_for_leads(self) -> None:
        session, owner = seen(), make_pieces(1, PieceState.OWED)[0].requirement
        body = {"requirement_id": str(owner.pk), "quantity": 1, "note": "by hand"}
        headers = {"Idempotency-Key": uuid4().hex, "If-Match": f'"v{session.version}"'}
        place = f"/api/v1/machine-sessions/{session.pk}/claim"

        refused = signed_in(make_user(Role.OPERATOR)).post(place, body, content_type="application/json", headers=headers)
        done = signed_in(make_user(Role.LEAD)).post(place, body, content_type="application/json", headers=headers)

        assert (refused.status_code, done.status_code) == (403, 200)
        assert done.json()["result"] == 1
