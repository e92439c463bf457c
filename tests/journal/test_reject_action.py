"""Saying why what was asked was not done."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from apps.journal import commands
from apps.journal.context import Context
from apps.journal.models import ActionRequest, Event
from apps.journal.refusals import IllegalTransition, NotFound
from apps.journal.states import ActionState
from tests.factories.journal import make_action_request
from tests.violations import refused

pytestmark = pytest.mark.django_db(transaction=True)


class TestRejecting:
    def test_keeps_the_code_and_what_its_words_name(self, ctx: Context) -> None:
        request = make_action_request()

        commands.reject_action(ctx, request_id=request.pk, code="bed-not-clear", params={"printer": "V3"})

        found = ActionRequest.objects.get()
        assert (found.state, found.code, found.answer) == (ActionState.REJECTED, "bed-not-clear", {"printer": "V3"})
        assert Event.objects.get().type == "ActionRequestRejected"

    def test_of_what_was_answered_is_illegal(self, ctx_factory: Callable[..., Context]) -> None:
        request = make_action_request()
        commands.accept_action(ctx_factory(), request_id=request.pk)

        with pytest.raises(IllegalTransition):
            commands.reject_action(ctx_factory(), request_id=request.pk, code="busy", params={})

    def test_of_nothing_is_not_found(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.reject_action(ctx, request_id=uuid4(), code="busy", params={})


class TestTheDatabase:
    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"requested_by": ""}, "request-anonymous"),
            ({"state": ActionState.ACCEPTED}, "request-settled-undated"),
            ({"code": "busy"}, "request-rejected-unsaid"),
            ({"state": "perhaps"}, "unknown-code"),
        ],
    )
    def test_refuses_in_plain_words(self, changed: dict[str, str], code: str) -> None:
        assert refused(lambda: make_action_request(**changed)).code == code
