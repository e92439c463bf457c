"""``parts.accept_finding``: the customer has it made although of a warning."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from apps.journal.context import Actor, Context
from apps.journal.models import Event
from apps.journal.refusals import NotFound, Refusal
from apps.parts import commands, queries
from apps.parts.models import FindingAnswer
from apps.parts.states import AnswerKind, PreflightStatus
from tests.factories.parts import FAILURE, NOTE, WARNING, make_preflight

pytestmark = pytest.mark.django_db(transaction=True)


class TestAccepting:
    def test_lets_the_part_be_made_and_records_who_chose(self, ctx_factory: Callable[..., Context]) -> None:
        preflight, buyer = make_preflight(WARNING, NOTE, status=PreflightStatus.WARN), uuid4()

        commands.accept_finding(ctx_factory(actor=Actor.person(buyer)), preflight_id=preflight.id, code=WARNING.code)

        answer = FindingAnswer.objects.get()
        assert (answer.kind, answer.answered_by) == (AnswerKind.ACCEPTED, f"person:{buyer}")
        assert queries.effective_status(preflight) == PreflightStatus.PASS
        event = Event.objects.get()
        assert event.type == "ReviewResolved"
        assert '"by_staff":false' in event.data

    def test_twice_is_one_answer(self, ctx_factory: Callable[..., Context]) -> None:
        preflight = make_preflight(WARNING, status=PreflightStatus.WARN)

        first, second = (commands.accept_finding(ctx_factory(), preflight_id=preflight.id, code=WARNING.code) for _ in range(2))

        assert first == second == FindingAnswer.objects.get().id
        assert Event.objects.count() == 1

    def test_one_of_two_warnings_leaves_the_other(self, ctx: Context) -> None:
        other = WARNING.__class__("UNIT_SUSPECT", WARNING.severity)
        preflight = make_preflight(WARNING, other, status=PreflightStatus.WARN)

        commands.accept_finding(ctx, preflight_id=preflight.id, code=WARNING.code)

        assert queries.effective_status(preflight) == PreflightStatus.WARN

    def test_a_failure_that_staff_let_through_is_the_customers_to_accept(self, ctx_factory: Callable[..., Context]) -> None:
        preflight = make_preflight(FAILURE, status=PreflightStatus.FAIL)
        commands.review_finding(ctx_factory(), preflight_id=preflight.id, code=FAILURE.code, reason="Looked at it, holds")

        commands.accept_finding(ctx_factory(), preflight_id=preflight.id, code=FAILURE.code)

        assert queries.effective_status(preflight) == PreflightStatus.PASS


class TestBadInput:
    @pytest.mark.parametrize(
        ("code", "refusal"),
        [(FAILURE.code, "finding-needs-review"), (NOTE.code, "finding-asks-nothing"), ("NO_SUCH", "finding-unknown")],
    )
    def test_is_refused_and_leaves_nothing(self, ctx: Context, code: str, refusal: str) -> None:
        preflight = make_preflight(FAILURE, NOTE, status=PreflightStatus.FAIL)

        with pytest.raises(Refusal) as refused:
            commands.accept_finding(ctx, preflight_id=preflight.id, code=code)

        assert refused.value.code == refusal
        assert not FindingAnswer.objects.exists()

    @pytest.mark.parametrize("preflight_id", [uuid4()])
    def test_of_a_preflight_nobody_knows_is_not_found(self, ctx: Context, preflight_id: UUID) -> None:
        with pytest.raises(NotFound):
            commands.accept_finding(ctx, preflight_id=preflight_id, code="OPEN")
