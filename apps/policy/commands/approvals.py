"""What can be done with questions to people: answer them, let them run out, take answers back."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.refusals import Invalid
from apps.policy import changes, events
from apps.policy.models import Approval


@command("policy.grant_approval")
def grant_approval(ctx: Context, *, approval_id: UUID, expected_version: int, reason: str) -> None:
    """Let exactly what was asked about move. Whoever parked it tries again, and the gate finds this answer.

    Raises:
        Invalid: no reason.
        NotFound, StaleVersion, IllegalTransition: there is no such open question any more.
    """
    approval = _asked(approval_id, expected_version, reason)
    approval.grant(by=ctx.actor.who, reason=reason.strip(), now=ctx.now)
    approval.save_changes("state", "decided_by", "decided_at", "reason", "similar_scope", "similar_until")
    changes.record_answer(ctx, approval, events.ApprovalGranted)


@command("policy.deny_approval")
def deny_approval(ctx: Context, *, approval_id: UUID, expected_version: int, reason: str) -> None:
    """Say no. The work stays parked, with this answer as its blocker.

    Raises:
        Invalid: no reason.
        NotFound, StaleVersion, IllegalTransition: there is no such open question any more.
    """
    approval = _asked(approval_id, expected_version, reason)
    approval.deny(by=ctx.actor.who, reason=reason.strip(), now=ctx.now)
    approval.save_changes("state", "decided_by", "decided_at", "reason")
    changes.record_answer(ctx, approval, events.ApprovalDenied)


@command("policy.expire_approval")
def expire_approval(ctx: Context, *, approval_id: UUID) -> bool:
    """Close a question nobody answered by its deadline; return False when it was answered, or its time has not come."""
    approval = Approval.objects.filter(pk=approval_id).first()
    if approval is None or approval.state != "pending" or approval.expires_at is None or approval.expires_at > ctx.now:
        return False
    approval.expire()
    approval.save_changes("state")
    changes.record_answer(ctx, approval, events.ApprovalExpired)
    return True


@command("policy.revoke_approval")
def revoke_approval(ctx: Context, *, approval_id: UUID, expected_version: int, reason: str) -> None:
    """Take a question or a grant back. What already started is not touched.

    Raises:
        Invalid: no reason.
        NotFound, StaleVersion, IllegalTransition: it is over already.
    """
    approval = _asked(approval_id, expected_version, reason)
    approval.revoke(by=ctx.actor.who, reason=reason.strip(), now=ctx.now)
    approval.save_changes("state", "revoked_by", "revoked_at", "revoke_reason")
    changes.record_answer(ctx, approval, events.ApprovalRevoked)


def _asked(approval_id: UUID, expected_version: int, reason: str) -> Approval:
    if not reason.strip():
        raise Invalid({"reason": str(_("Say why; whoever looks at it later needs to know."))})
    return Approval.at_version(approval_id, expected_version)
