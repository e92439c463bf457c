"""Each row of the table of disagreements, and each reason why an attempt went back into the queue, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

RULINGS: dict[str, StrOrPromise] = {
    "machine_silent": _("The printer does not answer. What we last knew stays: silence proves nothing."),
    "machine_locked_out": _("Something answers at the printer's address but does not let us in. Correct its address or key."),
    "machine_starting": _("The printer's firmware is starting. We look again when it is ready."),
    "machine_unclear": _('The printer says "{machine}", which is no clear answer. We look again.'),
    "machine_stopped": _('The printer\'s firmware has stopped: "{message}". It needs a person.'),
    "completed": _("The printer finished our file."),
    "history_says_completed": _("Our file is no longer loaded; the printer's history says that it was finished."),
    "complete_but_implausible": _(
        "The printer says that our file is complete, but it took too little time, stopped too early, or is another size. Look at the plate."
    ),
    "stopped_as_asked": _("The print was stopped, as somebody asked."),
    "stopped_at_the_machine": _("The print was stopped at the printer."),
    "file_unreadable": _("The printer could not read the file any further."),
    "print_error": _('The print ended with an error: "{message}".'),
    "history_says_error": _("Our file is no longer loaded; the printer's history says that it ended with an error."),
    "history_says_shutdown": _("Our file is no longer loaded; the printer's history says that the firmware shut down."),
    "record_says_unsuccessful": _(
        "Our file is no longer loaded; the printer's record of it says that the print ended without success, not why."
    ),
    "machine_restarted": _("The printer was restarted while it printed. The print is lost, and its remains may be on the bed."),
    "started_again_at_the_machine": _(
        "Our file prints, but the printer was restarted since we started it: somebody started it again there."
    ),
    "resumed": _("The print goes on."),
    "printing": _("The printer prints our file: {percent} percent."),
    "stop_not_followed_yet": _("The printer was asked to stop and still prints. It first finishes what it is at."),
    "still_paused": _("The print stands still."),
    "paused_as_asked": _("The print was paused, as somebody asked."),
    "paused_at_the_machine": _("The print was paused at the printer, not by us."),
    "other_file_loaded": _("We thought: {thought}. The printer has another file loaded, and nothing says how ours ended."),
    "idle_without_proof": _("We thought: {thought}. The printer is idle, and nothing says how the print ended."),
    "already_printing": _("The printer has started our file already."),
    "restarted_during_start": _(
        "The printer was restarted just when the print was started, and nothing says whether it began. Look at the bed."
    ),
    "start_unproven": _("The start was sent, and nothing shows whether the print began. Look at the printer."),
    "foreign_print": _("The printer is busy with something that is not ours. It is left alone."),
    "printed_unseen": _("The printer has printed {file} while nobody watched it. What came of it may be on the bed."),
    "pause_left_over": _("Somebody pressed pause on the idle printer. The next print could then not be paused, so none is started."),
    "being_started": _("The file is being sent to the printer and started."),
    "prints_after_its_end": _("The attempt is over for us, but the printer still prints its file, or prints it again."),
    "idle": _("The printer is idle."),
}


def explain(code: str, params: Mapping[str, Any]) -> str:
    """Return what a ruling found, in the reader's language."""
    return str(RULINGS[code]).format(**params)


def explain_evidence(evidence: Mapping[str, Any], *, thought: str, machine: str) -> str:
    """Return what the ruling kept with ``evidence`` found, in a sentence; nothing where the evidence does not say it.

    Args:
        evidence: As kept with a doubtful attempt: its ``code``, and what was seen.
        thought: What we thought, in a word.
        machine: What the machine said, in a word.
    """
    words = RULINGS.get(str(evidence.get("code", "")))
    if words is None:
        return ""
    known = {"message": "", "percent": "", **evidence, "thought": thought, "machine": machine}
    return str(words).format_map(known)
