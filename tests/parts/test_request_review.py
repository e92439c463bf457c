"""``parts.request_review``: the customer asks somebody of the shop to look at a failure."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from apps.journal.context import Actor, Context
from apps.journal.models import Event
from apps.journal.refusals import Invalid, NotFound, Refusal
from apps.parts import commands, queries
from apps.parts.domain.findings import Finding, Severity
from apps.parts.models import FindingAnswer
from apps.parts.states import AnswerKind, PreflightStatus
from tests.factories.parts import FAILURE, WARNING, make_preflight

pytestmark = pytest.mark.django_db(transaction=True)


class TestAsking:
    def test_is_on_record_and_lets_nothing_through(self, ctx_factory: Callable[..., Context]) -> None:
        preflight, visitor = make_preflight(FAILURE, status=PreflightStatus.FAIL), uuid4()

        commands.request_review(
            ctx_factory(actor=Actor.visitor(visitor)), preflight_id=preflight.id, code=FAILURE.code, message=" It printed before "
        )

        answer = FindingAnswer.objects.get()
        assert (answer.kind, answer.reason, answer.answered_by) == (AnswerKind.ASKED, "It printed before", f"visitor:{visitor}")
        assert queries.effective_status(preflight) == PreflightStatus.FAIL
        event = Event.objects.get()
        assert (event.type, "printed" in event.data) == ("ReviewRequested", False)

    def test_twice_is_one_question(self, ctx_factory: Callable[..., Context]) -> None:
        preflight = make_preflight(FAILURE, status=PreflightStatus.FAIL)

        first, second = (commands.request_review(ctx_factory(), preflight_id=preflight.id, code=FAILURE.code) for _ in range(2))

        assert first == second
        assert Event.objects.count() == 1


class TestBadInput:
    def test_of_no_preflight_or_finding(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.request_review(ctx, preflight_id=uuid4(), code=FAILURE.code)
        with pytest.raises(Refusal) as refused:
            commands.request_review(ctx, preflight_id=make_preflight().id, code="OPEN")
        assert refused.value.code == "finding-unknown"

    @pytest.mark.parametrize(
        ("finding", "code"),
        [(WARNING, "finding-is-no-failure"), (Finding("GCODE_TOO_HOT", Severity.FAIL), "finding-not-reviewable")],
        ids=["a warning", "a failure nobody may let through"],
    )
    def test_about_what_nobody_can_let_through(self, ctx: Context, finding: Finding, code: str) -> None:
        preflight = make_preflight(finding, status=PreflightStatus.FAIL)

        with pytest.raises(Refusal) as refused:
            commands.request_review(ctx, preflight_id=preflight.id, code=finding.code)

        assert refused.value.code == code
        assert not FindingAnswer.objects.exists()

    def test_at_great_length(self, ctx: Context) -> None:
        preflight = make_preflight(FAILURE, status=PreflightStatus.FAIL)

        with pytest.raises(Invalid):
            commands.request_review(ctx, preflight_id=preflight.id, code=FAILURE.code, message="x" * 2001)
