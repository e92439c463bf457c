"""What can be done with breakers that tripped: a person looks, writes what they saw, and puts them back in."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.refusals import Invalid, Refusal
from apps.policy import changes
from apps.policy.models import Breaker


@command("policy.acknowledge_breaker")
def acknowledge_breaker(ctx: Context, *, breaker_id: UUID, expected_version: int, note: str) -> None:
    """Put a breaker back in. What it locked (a plan, a printer) is unlocked by the command of that record; failures so far are settled.

    Raises:
        Invalid: no note.
        NotFound, StaleVersion: it changed since the asker looked.
        Refusal: ``breaker-acknowledged``.
    """
    if not note.strip():
        raise Invalid({"note": str(_("Write what you found; it is what the next person reads."))})
    breaker = Breaker.at_version(breaker_id, expected_version)
    if breaker.acknowledged_at is not None:
        raise Refusal("breaker-acknowledged", id=str(breaker_id))
    changes.put_back(ctx, breaker, note=note.strip())
