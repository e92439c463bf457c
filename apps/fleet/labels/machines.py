"""What is said when it is refused which machine a printer is, or where it answers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.journal.refusals import declare

REASON_NEEDED = _("is needed: say why you are sure that it is this machine")

declare(
    "machine-unsigned",
    status=422,
    title=_("Who noted which machine it is?"),
    detail=_("What tells a machine from others says when it was noted and by whom."),
    fix=_("Let the machine answer once, or accept it with its command."),
    constraint="machines_say_when_and_by_whom",
)
declare(
    "machine-unknown",
    status=409,
    title=_("It never said which machine it is"),
    detail=_("{printer} has not answered yet, or its software says nothing that would tell it from others. There is nothing to accept."),
    fix=_("Wait until it answers. Where it never says more, nothing is compared and nothing keeps it from work."),
)
declare(
    "not-swapped",
    status=409,
    title=_("These two did not change places"),
    detail=_("Neither of the two machines answers at the other's address now, so their addresses stay as they are."),
    fix=_("Look at {printer} again. Correct its address by hand where it answers somewhere else."),
)
