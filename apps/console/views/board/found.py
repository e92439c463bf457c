"""Find anything: one field, and what begins with what was typed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from apps.board import queries
from apps.board.badges import BADGES, Badge
from apps.board.queries import Found
from apps.console.views.page import Page

KINDS: dict[str, tuple[Any, str, str, str]] = {
    "intent": (_("Order"), "package", "console:order", "number"),
    "plate": (_("Plate"), "layout-grid", "console:plate", "plate_id"),
    "printer": (_("Printer"), "printer", "console:printer", "code"),
    "part": (_("Part"), "box", "admin:parts_part_change", "object_id"),
    "account": (_("Customer"), "user", "admin:accounts_account_change", "object_id"),
    "spool": (_("Spool"), "spool", "admin:inventory_spool_change", "object_id"),
    "run": (_("Print Attempt"), "play", "console:run", "run_id"),
}
"""Kind → what it is called, its icon, and where it is shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing found, and where it leads."""

    found: Found
    label: Any
    icon: str
    url: str
    badge: Badge | None


class FoundPage(Page):
    """What begins with ``?q=``; the same page answers the search field that opens over every other."""

    permission = "runs.view_run"
    title = _("Find anything")
    template_name = "console/board/find.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what was found."""
        asked = self.request.GET.get("q", "")[:200]
        user: Any = self.request.user
        found = queries.find(asked, where=user.sites_where)
        return {**super().get_context_data(**kwargs), "asked": asked, "lines": list(_lines(found))}


def _lines(found: tuple[Found, ...]) -> Iterator[Line]:
    for one in found:
        label, icon, name, argument = KINDS[one.kind]
        value = one.name if argument in ("number", "code") else one.id
        yield Line(one, label, icon, _address(name, argument, value), BADGES.get((one.kind, one.state)))


def _address(name: str, argument: str, value: str) -> str:
    """Return where it is shown; empty where there is no such page."""
    try:
        return reverse(name, args=[value]) if argument == "object_id" else reverse(name, kwargs={argument: value})
    except NoReverseMatch:
        return ""
