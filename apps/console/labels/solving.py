"""Who can take away what keeps something from printing, and where: one line for each code of the runs and planning apps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Solving:
    """Who can solve it, the page that does, its button and icon; ``by_itself``: nobody needs to."""

    who: StrOrPromise
    icon: str
    page: str
    label: StrOrPromise
    by_itself: bool = False


_FLOOR, _LEAD, _PLANNER = _("Anyone on the floor"), _("A lead"), _("A planner or lead")
_ITSELF = _("Solves itself")

SOLVING: dict[str, Solving] = {
    "ON_HOLD": Solving(_("Who put it on hold, a planner or a lead"), "hand", "hold", _("Open the hold")),
    "NOT_PAID": Solving(_("The customer, or a lead who records the payment"), "credit-card", "order", _("Open order")),
    "NOT_RELEASED": Solving(_LEAD, "factory", "order", _("Open order")),
    "PREFLIGHT": Solving(_PLANNER, "scan-line", "order", _("Look at the findings")),
    "NO_SLICER": Solving(_("Who runs this machine"), "settings-2", "", ""),
    "NO_PLAN": Solving(_ITSELF, "layers", "given-up", _("See what farmos gave up"), by_itself=True),
    "NO_PROFILE": Solving(_PLANNER, "git-branch", "plan", _("Open Build Plan")),
    "REVIEW": Solving(_PLANNER, "clipboard-check", "plan", _("Look and answer")),
    "APPROVAL": Solving(_LEAD, "hourglass", "approval", _("Review and approve")),
    "PLAN_NOT_APPROVED": Solving(_PLANNER, "shield-check", "plan", _("Open Build Plan")),
    "PLAN_LOCKED": Solving(_PLANNER, "lock", "plan", _("Look into it")),
    "NO_PLATE": Solving(_ITSELF, "layout-grid", "", "", by_itself=True),
    "PLATE_NOT_APPROVED": Solving(_FLOOR, "layout-grid", "plate", _("Open plate")),
    "SLICE_NOT_ALLOWED": Solving(_PLANNER, "scissors", "decision", _("See the decision")),
    "SLICING": Solving(_ITSELF, "loader", "", "", by_itself=True),
    "SLICE_FAILED": Solving(_PLANNER, "scissors", "plan", _("Revise the plan")),
    "AUTOMATION_OFF": Solving(_PLANNER, "zap-off", "", ""),
    "DENIED": Solving(_LEAD, "ban", "approval", _("See the answer")),
    "POLICY": Solving(_LEAD, "shield-alert", "decision", _("See the decision")),
    "NOT_QUEUED": Solving(_FLOOR, "circle-dashed", "plate", _("Open plate")),
    "NO_PRINTER": Solving(_PLANNER, "printer", "printers", _("Open printers")),
    "NO_PRINTER_AT_ALL": Solving(_LEAD, "printer", "printers", _("Add a printer")),
    "MATERIAL": Solving(_FLOOR, "spool", "printers", _("Load it")),
    "BED": Solving(_FLOOR, "brush", "printers", _("Clear the bed")),
    "OFFLINE": Solving(_FLOOR, "wifi-off", "printers", _("Open printers")),
    "OTHER_MACHINE": Solving(_LEAD, "fingerprint", "printers", _("Open printers")),
    "OUT_OF_SERVICE": Solving(_FLOOR, "wrench", "printers", _("Open printers")),
    "FOREIGN": Solving(_FLOOR, "user-x", "printers", _("Open printers")),
    "PRINTER_ON_HOLD": Solving(_LEAD, "hand", "printers", _("Open printers")),
    "INCIDENT": Solving(_LEAD, "zap-off", "incident", _("Open the incident")),
    "STAGGERED": Solving(_ITSELF, "zap", "building", _("Circuits"), by_itself=True),
    "UNWATCHED": Solving(_ITSELF, "clock", "hours", _("Working hours"), by_itself=True),
    "ENDS_ALONE": Solving(_ITSELF, "clock", "hours", _("Working hours"), by_itself=True),
    "NO_SHIFT_FITS": Solving(_LEAD, "clock", "hours", _("Working hours")),
    "WAITING_FOR_PRINTER": Solving(_ITSELF, "clock", "printers", _("Open printers"), by_itself=True),
    "STARTS_NOW": Solving(_ITSELF, "play", "", "", by_itself=True),
    "UPLOADING": Solving(_ITSELF, "upload", "", "", by_itself=True),
    "NOT_HEARD": Solving(_FLOOR, "wifi-off", "printer", _("Open printer")),
    "RUNOUT": Solving(_FLOOR, "spool", "printer", _("Open printer")),
    "PAUSED": Solving(_FLOOR, "circle-pause", "printer", _("Open printer")),
    "IN_DOUBT": Solving(_FLOOR, "unplug", "printer", _("Decide what is true")),
    "PRINTING": Solving(_ITSELF, "play", "", "", by_itself=True),
    "NOT_JUDGED": Solving(_FLOOR, "clipboard-check", "outcome", _("What happened on the plate?")),
    "TO_BE_DECIDED": Solving(_ITSELF, "repeat", "given-up", _("See what farmos gave up"), by_itself=True),
    "REPRINT": Solving(_FLOOR, "repeat", "outcome", _("Open the result")),
}
"""Code of a blocker → who solves it and where. A test fails for a code without any."""
