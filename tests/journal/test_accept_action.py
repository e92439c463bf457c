"""Saying that what was asked was done."""

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

pytestmark = pytest.mark.django_db(transaction=True)


class TestAccepting:
    def test_keeps_when_and_which_approval_it_waits_for(self, ctx: Context) -> None:
        request, approval_id = make_action_request(), uuid4()

        commands.accept_action(ctx, request_id=request.pk, approval_id=approval_id)

        found = ActionRequest.objects.get()
        assert (found.state, found.settled_at, found.answer) == (ActionState.ACCEPTED, ctx.now, {"approval": str(approval_id)})
        assert Event.objects.get().type == "ActionRequestAccepted"

    def test_happens_once(self, ctx_factory: Callable[..., Context]) -> None:
        request = make_action_request()
        commands.accept_action(ctx_factory(), request_id=request.pk)

        with pytest.raises(IllegalTransition):
            commands.accept_action(ctx_factory(), request_id=request.pk)

    def test_of_nothing_is_not_found(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.accept_action(ctx, request_id=uuid4())
