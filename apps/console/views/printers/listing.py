"""All printers: what needs a person first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.board.queries.printers import Need, Tile, completed, glances
from apps.console.views.page import Page
from apps.console.views.seen import rights
from apps.fleet.models import Printer
from apps.fleet.states import Bed, Connection, Health, Occupancy
from apps.journal import clock

MOST_TILES = 48
"""Tiles on one page; the rest is in the list."""
MOST_ROWS = 100
"""Rows of the list on one page."""

COMMANDS = (
    *("runs.clear_bed", "runs.refresh_run", "fleet.report_bed_not_clear", "fleet.acknowledge_printer"),
    *("fleet.register_printer", "runs.record_outcomes", "fleet.correct_access"),
)
VIEWS = ("needs", "groups", "list")
SHOWN = ("all", "needs", "printing", "free", "offline")


@dataclass(frozen=True, slots=True)
class Group:
    """Printers that stand together, under one heading."""

    name: str
    tiles: list[Tile]


class Printers(Page):
    """All printers of a site, as tiles or as a list."""

    permission = "fleet.view_printer"
    title = gettext_lazy("Printers")
    template_name = "console/printers/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the tiles, what is asked of people, and what they may do."""
        asked = self.request.GET
        view, shown, group = _one_of(asked.get("view"), VIEWS), _one_of(asked.get("show"), SHOWN), asked.get("group", "")
        everything = glances(Printer.objects.filter(site=self.site, retired_at=None))
        found = [tile for tile in everything if _is_shown(tile, shown) and group in ("", tile.printer.group)]
        start = int(asked["from"]) if view == "list" and asked.get("from", "").isdecimal() else 0
        told = completed(found[start : start + (MOST_ROWS if view == "list" else MOST_TILES)], now=clock.now())
        return {
            **super().get_context_data(**kwargs),
            "headline": headline(everything),
            "summary": summary(everything),
            "tiles": told,
            "groups": _groups(told) if view == "groups" else [],
            "beds": [tile for tile in found if tile.is_bed_asked],
            "left_out": max(0, len(found) - start - len(told)),
            "next": start + len(told) if view == "list" else 0,
            "count": len(everything),
            "view": view,
            "shown": shown,
            "group": group,
            "all_groups": sorted({tile.printer.group for tile in everything if tile.printer.group}),
            "can": rights(self.request, self.site.pk, COMMANDS),
        }


def headline(found: list[Tile]) -> str:
    """Return the sentence that says what to do: beds first, then what needs a look."""
    count = ngettext("%(n)d printer.", "%(n)d printers.", len(found)) % {"n": len(found)}
    beds = sum(tile.need == Need.BED for tile in found)
    others = sum(Need.BED < tile.need < Need.NOBODY for tile in found)
    if beds and others:
        clear = ngettext("%(n)d bed to clear,", "%(n)d beds to clear,", beds) % {"n": beds}
        then = ngettext("then %(n)d more needs a look.", "then %(n)d more need a look.", others) % {"n": others}
        return f"{count} {clear} {then}"
    if beds:
        return f"{count} {ngettext('%(n)d bed to clear.', '%(n)d beds to clear.', beds) % {'n': beds}}"
    if others:
        return f"{count} {ngettext('%(n)d needs a look.', '%(n)d need a look.', others) % {'n': others}}"
    return f"{count} {_('Nothing needs you.')}"


def summary(found: list[Tile]) -> str:
    """Return what clearing beds gives, and what the others do."""
    beds = [tile.printer.code for tile in found if tile.need == Need.BED]
    printing = sum(tile.printer.occupancy == Occupancy.OURS for tile in found)
    free = sum(_is_free(tile) for tile in found)
    gain = ""
    if beds:
        gain = ngettext(
            "Clearing %(codes)s gives %(n)d free printer at once.", "Clearing %(codes)s gives %(n)d free printers at once.", len(beds)
        ) % {"codes": _listed(beds), "n": len(beds)}
    doing = _("%(printing)d printing, %(free)d free.") % {"printing": printing, "free": free}
    return f"{gain} {doing}".strip()


def _listed(codes: list[str], most: int = 6) -> str:
    shown = codes[:most]
    if len(codes) > most:
        return _("%(some)s and %(n)d more") % {"some": ", ".join(shown), "n": len(codes) - most}
    return _("%(some)s and %(last)s") % {"some": ", ".join(shown[:-1]), "last": shown[-1]} if len(shown) > 1 else shown[0]


def _is_free(tile: Tile) -> bool:
    """May it start the next print?"""
    printer = tile.printer
    is_well = printer.health == Health.OK and printer.connection == Connection.ONLINE
    return bool(is_well and printer.bed == Bed.CLEAR and printer.occupancy == Occupancy.FREE)


def _is_shown(tile: Tile, shown: str) -> bool:
    shows = {
        "needs": tile.need < Need.NOBODY,
        "printing": tile.printer.occupancy == Occupancy.OURS,
        "free": _is_free(tile),
        "offline": tile.printer.connection != Connection.ONLINE,
    }
    return bool(shows.get(shown, True))


def _groups(found: Iterable[Tile]) -> list[Group]:
    names: dict[str, list[Tile]] = {}
    for tile in found:
        names.setdefault(tile.printer.group, []).append(tile)
    return [Group(name or _("Without a group"), names[name]) for name in sorted(names, key=lambda one: (one == "", one))]


def _one_of(asked: str | None, known: tuple[str, ...]) -> str:
    return asked if asked in known else known[0]
