"""What policy owes because of what happened: holds with an end, ended when their time is over."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.owed import Later, Owed
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe

from . import commands, events
from .models import Hold


@subscribe(events.HoldPlaced, label=_("End a hold whose time is over"), lane=Lane.DEFAULT)
def end_lapsed(owed: Owed) -> None:
    """Wait for the end of a hold that has one, then say that it is over: whoever waits for that goes on."""
    until = owed.event.until
    if until is None or Hold.objects.filter(pk=owed.event.hold_id, released_at__isnull=False).exists():
        return
    wait_s = (until - owed.context().now).total_seconds()
    if wait_s > 0:
        raise Later(wait_s)
    commands.lapse_hold(owed.context(), hold_id=owed.event.hold_id)
