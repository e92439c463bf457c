"""What the pages of one print attempt have in common."""

from __future__ import annotations

from functools import cached_property

from apps.accounts.models import Site
from apps.console.views.page import Page
from apps.console.views.seen import run_for
from apps.runs.models import Run


class RunPage(Page):
    """A page about the print attempt of the address."""

    permission = "runs.view_run"

    @cached_property
    def run(self) -> Run:
        """The attempt of the address."""
        return run_for(self.request, self.kwargs["run_id"])

    @cached_property
    def site(self) -> Site:
        """The attempt's site."""
        site: Site = self.run.plate.site
        return site
