"""What is owed because somebody asked farmos to do something."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from . import actions, commands, events
from .models import ActionRequest
from .owed import Owed
from .refusals import Refusal, StaleVersion
from .results import Parked
from .states import ActionState, Lane
from .subscriptions import subscribe


@subscribe(events.ActionRequested, label=_("Do what somebody asked farmos to do"), lane=Lane.DEFAULT)
def act_on_request(owed: Owed) -> None:
    """Call the action's command in the name of whoever asked, and keep what came of it.

    The command's key is the request's: however often this runs, it is done once. Who changed the target in this very moment is no reason to reject:
    then this is tried again.
    """
    request = ActionRequest.objects.get(pk=owed.event.request_id)
    if request.state != ActionState.REQUESTED:
        return
    try:
        answer = _do(owed, request)
    except StaleVersion:
        raise
    except Refusal as refused:
        answer = refused
    if isinstance(answer, Refusal):
        if answer.status >= 500:
            raise answer
        commands.reject_action(owed.context(), request_id=request.pk, code=answer.code, params=answer.params)
    else:
        approval = answer.approval_id if isinstance(answer, Parked) else None
        commands.accept_action(owed.context(), request_id=request.pk, approval_id=approval)


def _do(owed: Owed, request: ActionRequest) -> Any:
    action = actions.named(request.type)
    target = actions.target_of(action, request.target_id)
    asker: Any = get_user_model()._default_manager.acting_as(request.requested_by, now=owed.context().now)
    if asker is None or not asker.has_perm(action.right, target):
        raise Refusal("permission-denied")
    ctx = replace(owed.context(), actor=asker.actor, key=f"request:{request.pk}", site_id=request.site_id)
    return action.do(ctx, actions.Wanted(target=target, reason=request.reason, params=request.params))
