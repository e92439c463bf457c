"""Everything there is, for the phone's tab bar."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .page import Page


class More(Page):
    """The rail as a page: where a tab bar has no room."""

    permission = "runs.view_run"
    title = _("More")
    template_name = "console/more.html"
