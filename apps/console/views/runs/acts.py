"""What the buttons about print attempts ask for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.catalog.states import Reason
from apps.console.views.page import Act
from apps.console.views.seen import run_for
from apps.journal.http.page_command import Form
from apps.runs import commands as runs
from apps.runs.models import ItemOutcome


class OnRun(Act):
    """A button about one print attempt."""

    home = "/admin/"

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the attempt's site, if the asker works there."""
        site_id: UUID = run_for(self.request, place["run_id"]).plate.site_id
        return site_id


class OnOutcome(OnRun):
    """A button about what was said of one part."""

    versioned = False

    def site_of(self, place: dict[str, Any]) -> UUID:
        """Return the site of the outcome's attempt, if the asker works there."""
        outcome = ItemOutcome.objects.filter(pk=place["outcome_id"]).first()
        return super().site_of({"run_id": outcome.run_id if outcome else place["outcome_id"]})


class Pause(OnRun):
    """Pause, with a reason."""

    command = staticmethod(runs.pause_run)
    receipt = _("Asked to pause. It is paused when the machine was seen to stand still.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read why."""
        return _why(form, Reason.OPERATOR_PAUSE)


class Resume(OnRun):
    """Go on printing."""

    command = staticmethod(runs.resume_run)
    receipt = _("Asked to go on. It prints when the machine was seen to.")


class Abort(OnRun):
    """Stop for good, with a reason."""

    command = staticmethod(runs.abort_run)

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read why."""
        return _why(form, Reason.OPERATOR_ABORT)

    def receipt_for(self, result: Any) -> str:
        """Say whether it is over, or the machine must still be seen to stop."""
        return str(_("Stopped. Nothing had been started.")) if result else str(_("Asked to stop. Watch the machine until it stands still."))


class Refresh(OnRun):
    """Refresh state: only asks the printer again."""

    versioned = False
    command = staticmethod(runs.refresh_run)
    receipt = _("The printer is asked again. This starts and stops nothing.")


class Adopt(OnRun):
    """Adopt machine state."""

    command = staticmethod(runs.adopt_machine_state)
    receipt = _("Adopted. The attempt has ended; say what happened on the plate.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read what caused it, where somebody knows."""
        return _why(form, Reason.DESYNC)


class Keep(OnRun):
    """Keep platform state."""

    command = staticmethod(runs.keep_platform_state)
    receipt = _("Kept. Does the machine still disagree when it is next looked at, the doubt comes back.")


def _why(form: Form, otherwise: Reason) -> dict[str, Any]:
    reason = Reason(form.one_of("reason", Reason)) if form.text("reason") else otherwise
    return {"reason": reason, "note": form.text("note", most=2000)}
