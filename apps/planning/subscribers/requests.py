"""What plug-ins may ask about build plans."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.journal.actions import Wanted, action
from apps.journal.context import Context
from apps.planning import commands
from apps.planning.models import Plan


def _site(plan: Plan) -> UUID:
    return plan.requirement.line.intent.site_id


@action(
    "REQUEST_PLAN_REVIEW",
    label=_("Have a build plan looked at"),
    kind="plan",
    model=Plan,
    right="planning.request_review",
    site_of=_site,
)
def request_review(ctx: Context, wanted: Wanted) -> Any:
    """Ask a person to look at it before it is approved, or used on."""
    return commands.request_review(ctx, plan_id=wanted.target.pk, note=wanted.reason)
