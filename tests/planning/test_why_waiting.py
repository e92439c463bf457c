"""Why is this not printing? Each thing in the way has a code, words and a place to go."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.journal import frame
from apps.orders.models import Piece
from apps.orders.states import PieceState
from apps.planning import queries
from apps.planning.models import PlateItem
from apps.planning.queries import Blocker
from apps.planning.queries.waiting import WORDS
from apps.policy.states import GatedTransition, SubjectKind
from tests.factories.context import NOW
from tests.factories.orders import make_intent, make_line_item, make_paid_intent, make_piece, make_release, make_requirement
from tests.factories.parts import FAILURE, make_preflight
from tests.factories.planning import (
    make_approved_plan,
    make_approved_plate,
    make_output,
    make_plan,
    make_plan_review,
    make_plate,
    make_plate_item,
)
from tests.factories.policy import make_approval, make_hold

pytestmark = pytest.mark.django_db


def why(piece: Piece) -> Blocker:
    found = queries.why_waiting([piece], now=NOW).get(piece.pk)
    assert found is not None
    assert found.words
    assert found.next_action
    return found


def released_piece() -> Piece:
    release = make_release()
    requirement = make_requirement(line=make_line_item(intent=release.intent))
    make_preflight(revision=requirement.part_revision)
    return make_piece(requirement=requirement)


class TestBeforeThereIsAPlan:
    def test_it_is_not_paid(self) -> None:
        piece = make_piece(requirement=make_requirement(line=make_line_item(intent=make_intent())))

        assert (why(piece).code, why(piece).kind) == ("NOT_PAID", "intent")

    def test_it_is_paid_but_not_released(self) -> None:
        piece = make_piece(requirement=make_requirement(line=make_line_item(intent=make_paid_intent())))

        assert why(piece).code == "NOT_RELEASED"

    def test_its_model_was_not_checked_or_cannot_be_made(self) -> None:
        release = make_release()
        requirement = make_requirement(line=make_line_item(intent=release.intent))
        piece = make_piece(requirement=requirement)
        assert (why(piece).code, why(piece).params) == ("PREFLIGHT", {"status": None})

        make_preflight(FAILURE, revision=requirement.part_revision, status="FAIL")
        assert why(piece).params == {"status": "FAIL"}

    def test_its_plan_is_being_drafted(self) -> None:
        assert why(released_piece()).code == "NO_PLAN"


class TestWithAPlan:
    def test_a_person_must_look(self) -> None:
        piece = released_piece()
        plan = make_plan(requirement=piece.requirement)
        make_plan_review(plan=plan)

        assert (why(piece).code, why(piece).id, why(piece).params["reviews"]) == ("REVIEW", str(plan.pk), ["COSMETIC_FACE"])

    def test_no_profile_fits(self) -> None:
        piece = released_piece()
        make_plan_review(plan=make_plan(requirement=piece.requirement), code="NO_MATCH")

        assert why(piece).code == "NO_PROFILE"

    def test_somebody_is_asked(self) -> None:
        piece = released_piece()
        plan = make_plan(requirement=piece.requirement)
        assert why(piece).code == "PLAN_NOT_APPROVED"

        make_approval(transition=GatedTransition.PLAN_APPROVE, subject_kind=SubjectKind.PLAN, subject_id=plan.pk)
        assert why(piece).code == "APPROVAL"

    def test_it_kept_failing(self) -> None:
        piece = released_piece()
        make_approved_plan(requirement=piece.requirement, dispatch_blocked=True, blocked_since=NOW)

        assert (why(piece).code, why(piece).since) == ("PLAN_LOCKED", NOW)

    def test_it_waits_for_a_plate(self) -> None:
        piece = released_piece()
        make_approved_plan(requirement=piece.requirement)

        assert why(piece).code == "NO_PLATE"

    def test_it_is_on_hold(self) -> None:
        piece = released_piece()
        make_approved_plan(requirement=piece.requirement)
        hold = make_hold(scope="order", scope_id=piece.requirement.line.intent_id)

        assert (why(piece).code, why(piece).id) == ("ON_HOLD", str(hold.pk))


class TestOnAPlate:
    def test_each_step_has_its_words(self) -> None:
        piece = released_piece()
        make_plate_item(piece=piece, plate=make_plate())
        assert why(piece).code == "PLATE_NOT_APPROVED"

        leave_plates()
        make_plate_item(piece=piece, plate=make_approved_plate())
        assert why(piece).code == "SLICE_NOT_ALLOWED"

    def test_with_gcode_planning_has_done_its_part(self) -> None:
        piece = released_piece()
        output = make_output()
        make_plate_item(piece=piece, plate=make_approved_plate(slice_key=output.slice_key, output=output))

        assert queries.why_waiting([piece], now=NOW) == {}

    @pytest.mark.parametrize(("is_planned", "is_placed"), [(False, False), (True, False), (False, True)])
    def test_many_components_cost_as_many_statements_as_one(self, is_planned: bool, is_placed: bool) -> None:
        for _ in range(6):
            piece = released_piece()
            if is_planned:
                make_plan_review(plan=make_plan(requirement=piece.requirement))
            if is_placed:
                make_plate_item(piece=piece, plate=make_approved_plate())
        pieces = list(Piece.objects.select_related("requirement__line__intent"))

        with CaptureQueriesContext(connection) as one:
            queries.why_waiting(pieces[:1], now=NOW)
        with CaptureQueriesContext(connection) as many:
            found = queries.why_waiting(pieces, now=NOW)

        assert set(found) == {piece.pk for piece in pieces}
        assert len(many) == len(one)

    def test_what_is_not_owed_waits_for_nothing_here(self) -> None:
        assert queries.why_waiting([make_piece(state=PieceState.QA)], now=NOW) == {}


def leave_plates() -> None:
    """End what every item is for."""
    with frame.seeding("another plate"):
        PlateItem.objects.update(live=False)


def test_every_code_is_spoken() -> None:
    assert all(str(sentence).endswith(".") for sentences in WORDS.values() for sentence in sentences)
