"""The one button of the page after the print that Today does not have: rework. The others are Today's."""

from __future__ import annotations

from typing import Any

from django.utils.translation import ngettext

from apps.catalog.states import Reason
from apps.console.views.board.acts import AboutPieces
from apps.fulfilment import commands as fulfilment
from apps.journal.http.page_command import Form


class StartRework(AboutPieces):
    """They can be made good."""

    command = staticmethod(fulfilment.start_rework)
    home = "/admin/finishing/"

    def arguments(self, form: Form) -> dict[str, Any]:
        """Read which pieces, and why."""
        return {**super().arguments(form), "reason": Reason(form.one_of("reason", Reason)), "note": form.text("note", most=2000)}

    def receipt_for(self, result: Any) -> str:
        """Say how many."""
        return ngettext("%(n)d part goes to rework.", "%(n)d parts go to rework.", result) % {"n": result}
