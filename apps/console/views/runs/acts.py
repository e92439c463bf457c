"""What the buttons about print attempts ask for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.queries import person_of
from apps.catalog.states import Reason
from apps.console.views.page import Act
from apps.console.views.seen import run_for
from apps.fleet.models import Printer
from apps.journal.http.page_command import Form
from apps.journal.refusals import NotFound
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


class Start(OnRun):
    """Give a waiting attempt to a printer by hand. The policy is asked as always; what binds automation only does not bind whoever presses this."""

    command = staticmethod(runs.dispatch_run)
    receipt = _("Given to the printer: it is sent there and starts. Watch its first layer.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read which printer."""
        printer_id = form.uuid("printer")
        if not person_of(self.request).visible(Printer).filter(pk=printer_id).exists():
            raise NotFound("printer", id=str(printer_id))
        return {"printer_id": printer_id}


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


class AbortAndRequeue(OnRun):
    """Stop, and have every part made again."""

    command = staticmethod(runs.abort_and_requeue)
    receipt = _("Asked to stop. Its parts are made again when it was seen to; the bed waits for you.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read why."""
        return _why(form, Reason.FIRST_LAYER)


class LeaveOut(OnRun):
    """Leave one part out, with a reason."""

    command = staticmethod(runs.exclude_item)
    receipt = _("Asked to leave it out. It is left out when the printer was seen doing it.")

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read which, and why."""
        return {"item_id": form.uuid("item"), "reason": Reason(form.one_of("reason", Reason)), "note": form.text("note", most=2000)}

    def onward(self, request: HttpRequest, result: Any) -> str:
        """Return to the attempt, where the part says what became of it."""
        return reverse("console:run", args=[self.kwargs["run_id"]])


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
