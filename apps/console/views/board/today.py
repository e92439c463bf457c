"""Today: what needs a person, in the order of what is lost first; then what is at risk, runs, waits for QA, comes next."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Site
from apps.board import queries
from apps.console.views.page import Page
from apps.journal import clock
from apps.journal.http.access import may

from .showing import Board, Showing

BOARD = "console/board/board.html"


class TodayPage(Page):
    """The board of one site."""

    permission = "runs.view_run"
    title = _("Today")
    template_name = "console/board/today.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the board."""
        board = board_for(self.request.user, self.site, self.request.GET.get("card", ""))
        return {**super().get_context_data(**kwargs), "board": board, "now": board.today.now, "board_template": BOARD}


def board_for(user: Any, site: Site, chosen: str = "") -> Board:
    """Return the board of a site as far as ``user`` may act on it."""
    today = queries.today(site.pk, now=clock.now())
    return Showing(today, zone=site.zone, may=lambda command: may(user, command, site.pk)).board(chosen)
