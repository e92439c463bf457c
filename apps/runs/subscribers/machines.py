"""Acting on machines: getting a file there and starting it, pausing, resuming, stopping, looking. How is in ``apps/runs/connector``."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.owed import Owed
from apps.journal.states import Lane
from apps.journal.subscriptions import subscribe
from apps.runs import events
from apps.runs.connector import ACT_ATTEMPTS, ACT_LEASE_S, STOP_ATTEMPTS, STOP_LEASE_S


@subscribe(
    events.RunDispatchRequested,
    label=_("Send a file to a printer and start it"),
    lane=Lane.DISPATCH,
    max_attempts=ACT_ATTEMPTS,
    lease_s=ACT_LEASE_S,
)
def dispatch(owed: Owed) -> None:
    """Start the attempt on its printer exactly once, or find that it was started, or give it back."""
    from apps.runs.connector import dispatching

    dispatching.dispatch(owed)


@subscribe(events.RunPauseRequested, label=_("Pause a print"), lane=Lane.DISPATCH, max_attempts=ACT_ATTEMPTS, lease_s=ACT_LEASE_S)
def pause(owed: Owed) -> None:
    """Pause the print on its machine, and see that it stands still."""
    from apps.runs.connector import acting

    acting.pause(owed)


@subscribe(events.RunResumeRequested, label=_("Let a print go on"), lane=Lane.DISPATCH, max_attempts=ACT_ATTEMPTS, lease_s=ACT_LEASE_S)
def resume(owed: Owed) -> None:
    """Let the print go on at its machine, and see that it does."""
    from apps.runs.connector import acting

    acting.resume(owed)


@subscribe(events.RunAbortRequested, label=_("Stop a print"), lane=Lane.DISPATCH, max_attempts=ACT_ATTEMPTS, lease_s=ACT_LEASE_S)
def abort(owed: Owed) -> None:
    """Stop the print at its machine, and see that it has ended."""
    from apps.runs.connector import acting

    acting.abort(owed)


@subscribe(
    events.ItemExclusionRequested,
    label=_("Leave a part out of a print"),
    lane=Lane.DISPATCH,
    max_attempts=ACT_ATTEMPTS,
    lease_s=ACT_LEASE_S,
)
def exclude(owed: Owed) -> None:
    """Have the machine leave the part out, and see that it does."""
    from apps.runs.connector import excluding

    excluding.exclude(owed)


@subscribe(
    events.EmergencyStopRequested, label=_("Stop a machine at once"), lane=Lane.RECONCILE, max_attempts=STOP_ATTEMPTS, lease_s=STOP_LEASE_S
)
def emergency_stop(owed: Owed) -> None:
    """Have the machine stop now; past its queue, past everything. Not any more when it could not be told for a while."""
    from apps.runs.connector import acting

    acting.emergency_stop(owed)


@subscribe(events.FirmwareRestartRequested, label=_("Restart a printer's firmware"), lane=Lane.RECONCILE, max_attempts=3)
def restart_firmware(owed: Owed) -> None:
    """Have the firmware start again, unless something prints by now."""
    from apps.runs.connector import acting

    acting.restart_firmware(owed)


@subscribe(events.RunRefreshRequested, label=_("Look what a printer is doing"), lane=Lane.RECONCILE, max_attempts=3)
def refresh(owed: Owed) -> None:
    """Ask the machine now, and judge its answer like any other."""
    from apps.runs.connector import acting

    acting.refresh(owed)
