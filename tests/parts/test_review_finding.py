"""``parts.review_finding``: staff let a failure through, with a reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import Refusal
from apps.parts import commands, queries
from apps.parts.domain.findings import Finding, Severity
from apps.parts.models import FindingAnswer
from apps.parts.states import AnswerKind, PreflightStatus
from tests.factories.parts import FAILURE, WARNING, make_preflight

pytestmark = pytest.mark.django_db(transaction=True)

FINAL = Finding("GCODE_TOO_HOT", Severity.FAIL)


class TestReviewing:
    def test_makes_a_failure_weigh_as_a_warning(self, ctx: Context) -> None:
        preflight = make_preflight(FAILURE, status=PreflightStatus.FAIL)

        commands.review_finding(ctx, preflight_id=preflight.id, code=FAILURE.code, reason="  The slicer closes that hole ")

        answer = FindingAnswer.objects.get()
        assert (answer.kind, answer.reason) == (AnswerKind.REVIEWED, "The slicer closes that hole")
        assert queries.effective_status(preflight) == PreflightStatus.WARN
        assert preflight.status == PreflightStatus.FAIL
        assert '"by_staff":true' in Event.objects.get(type="ReviewResolved").data

    def test_of_one_part_says_nothing_about_another(self, ctx: Context) -> None:
        reviewed, other = (make_preflight(FAILURE, status=PreflightStatus.FAIL) for _ in range(2))

        commands.review_finding(ctx, preflight_id=reviewed.id, code=FAILURE.code, reason="fine")

        assert queries.effective_status(other) == PreflightStatus.FAIL


class TestBadInput:
    @pytest.mark.parametrize(
        ("code", "reason", "refusal"),
        [
            (FAILURE.code, "  ", "review-without-reason"),
            (WARNING.code, "fine", "finding-is-no-failure"),
            (FINAL.code, "fine", "finding-not-reviewable"),
            ("NO_SUCH", "fine", "finding-unknown"),
        ],
    )
    def test_is_refused_and_leaves_nothing(self, ctx: Context, code: str, reason: str, refusal: str) -> None:
        preflight = make_preflight(FAILURE, WARNING, FINAL, status=PreflightStatus.FAIL)

        with pytest.raises(Refusal) as refused:
            commands.review_finding(ctx, preflight_id=preflight.id, code=code, reason=reason)

        assert refused.value.code == refusal
        assert not FindingAnswer.objects.exists()
        assert not Event.objects.exists()

    def test_twice_is_said_to_be_answered(self, ctx_factory: Callable[..., Context]) -> None:
        preflight = make_preflight(FAILURE, status=PreflightStatus.FAIL)
        commands.review_finding(ctx_factory(), preflight_id=preflight.id, code=FAILURE.code, reason="fine")

        with pytest.raises(Refusal) as refused:
            commands.review_finding(ctx_factory(), preflight_id=preflight.id, code=FAILURE.code, reason="again")

        assert refused.value.code == "finding-answered"
