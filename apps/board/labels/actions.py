"""What the buttons of a card say, and the key that presses them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.board.domain.cards import Action
from apps.runs.domain.anomaly import Step

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class ActionWords:
    """The label of a button, its key, and what pressing it will and will not do where that is worth saying."""

    label: StrOrPromise
    key: str = ""
    effect: StrOrPromise = ""


_PRINTER = ActionWords(_("Open printer"), "I")
WORDS: dict[str, ActionWords] = {
    "runs.refresh_run": ActionWords(_("Refresh state"), "R", _("Refresh only asks the printer again. It starts and stops nothing.")),
    "runs.pause_run": ActionWords(_("Pause and notify operator"), "F", _("Asks the printer to pause. Heaters may go off while it waits.")),
    "runs.acknowledge_anomaly": ActionWords(_("I see to it")),
    "form:abort": ActionWords(_("Stop it for good")),
    "form:requeue": ActionWords(_("Abort and requeue")),
    "runs.resume_run": ActionWords(_("Go on printing"), "", _("Asks the printer to go on where it stands.")),
    "runs.clear_bed": ActionWords(_("Bed is clear"), "B", _("The next print may then start there by itself.")),
    "fulfilment.cool_pieces": ActionWords(_("They are cool")),
    "fulfilment.pass_qa": ActionWords(_("Good, pass them")),
    "fulfilment.finish_rework": ActionWords(_("Rework is done")),
    "fulfilment.pack_pieces": ActionWords(_("Packed")),
    "form:doubt": ActionWords(_("Decide what is true"), "E"),
    "page:run": ActionWords(_("Stop it or look closer")),
    "page:leave-out": ActionWords(_("Leave one part out")),
    "page:why": ActionWords(_("Why is it waiting?")),
    "page:printer": _PRINTER,
    "page:stop": ActionWords(_("Stop it at once")),
    "page:service": ActionWords(_("See to its maintenance"), "I"),
    "page:approval": ActionWords(_("Review and approve"), "A"),
    "page:plan": ActionWords(_("Open Build Plan"), "P"),
    "form:breaker": ActionWords(_("Look into it")),
    "page:given-up": ActionWords(_("Look at what was given up")),
    "page:payment": ActionWords(_("Check the payment")),
    "page:outcome": ActionWords(_("What happened on the plate?")),
    "form:reject": ActionWords(_("Not good")),
    "form:ship": ActionWords(_("Ship")),
    "form:beds": ActionWords(_("Clear beds"), "B"),
    "form:members": ActionWords(_("Show them")),
    "page:incident": ActionWords(_("See to it together"), "I"),
    "page:order": ActionWords(_("Open order")),
}


_STEPS = {
    Step.PAUSE: "runs.pause_run",
    Step.RESUME: "runs.resume_run",
    Step.ABORT: "form:abort",
    Step.REQUEUE: "form:requeue",
    Step.EXCLUDE: "page:leave-out",
    Step.REFRESH: "runs.refresh_run",
    Step.LOOK: "page:printer",
    Step.ACKNOWLEDGE: "runs.acknowledge_anomaly",
}


def step_words(step: Step) -> ActionWords:
    """Return what the button for a step of a playbook says."""
    return WORDS[_STEPS[step]]


def words_of(action: Action) -> ActionWords:
    """Return what the button for an action says.

    Raises:
        KeyError: nobody gave it words.
    """
    words = WORDS[action.code]
    count = len(action.params.get("piece_ids", ()))
    if not count:
        return words
    counted = {
        "fulfilment.pass_qa": ngettext("Pass %(n)d part", "Pass %(n)d parts", count),
        "fulfilment.pack_pieces": ngettext("Pack %(n)d part", "Pack %(n)d parts", count),
        "fulfilment.cool_pieces": ngettext("%(n)d part is cool", "%(n)d parts are cool", count),
    }
    label = counted.get(action.code)
    return ActionWords(label % {"n": count}, words.key, words.effect) if label else words
