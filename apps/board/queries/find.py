"""Find anything: an order, plate, printer, part, customer or spool by how its name begins, an attempt by its id."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.accounts.models import Account
from apps.fleet.models import Printer
from apps.inventory.models import Spool
from apps.journal.prefixes import beginning
from apps.orders.models import Intent
from apps.parts.models import Part
from apps.planning.models import BuildPlate
from apps.runs.models import Run

MOST_OF_A_KIND = 5
LONGEST = 80
_READ_AHEAD = 4
"""How many times more rows are read than shown: rows of other sites fall out."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found: what kind, what it is called, what else is known, and whether that is exactly what was typed."""

    kind: str
    id: str
    name: str
    detail: str = ""
    state: str = ""
    is_exact: bool = False


Sites = Collection[UUID]


def find(text: str, *, where: Callable[[str], Sites]) -> tuple[Found, ...]:
    """Return what begins with ``text``, exact matches first, at most five of a kind.

    Args:
        text: What somebody typed; a leading ``#`` and outer blanks do not count.
        where: The sites where they hold a permission, such as ``orders.view_intent``: nothing of other sites is found, and kinds they may look at
            nowhere are not even asked for.
    """
    wanted = text.strip().removeprefix("#").strip()
    if not wanted or len(wanted) > LONGEST or "\x00" in wanted:
        return ()
    found = [one for permission, search in _SEARCHES if (sites := where(permission)) for one in search(wanted, sites)]
    return tuple(sorted(found, key=lambda one: not one.is_exact))


def _orders(text: str, sites: Sites) -> Iterator[Found]:
    for pk, number, state in _rows(Intent.objects.all(), "number", text, sites, "state"):
        yield Found("intent", str(pk), number, state=state, is_exact=_same(number, text))


def _plates(text: str, sites: Sites) -> Iterator[Found]:
    for pk, number, state in _rows(BuildPlate.objects.all(), "number", text, sites, "state"):
        yield Found("plate", str(pk), number, state=state, is_exact=_same(number, text))


def _printers(text: str, sites: Sites) -> Iterator[Found]:
    """Printers are few: they are compared one by one, by code and by name."""
    known = Printer.objects.filter(Q(code__istartswith=text) | Q(name__istartswith=text), site_id__in=sites, retired_at=None)
    for pk, code, name in known.order_by("code").values_list("pk", "code", "name")[:MOST_OF_A_KIND]:
        yield Found("printer", str(pk), code, name, is_exact=_same(code, text))


def _parts(text: str, sites: Sites) -> Iterator[Found]:
    for pk, name, sku in _rows(Part.objects.all(), "name", text, sites, "sku"):
        yield Found("part", str(pk), name, sku, is_exact=_same(name, text))


def _customers(text: str, sites: Sites) -> Iterator[Found]:
    seen: set[Any] = set()
    for field in ("name", "email"):
        for pk, said, other in _rows(Account.objects.all(), field, text, sites, "email" if field == "name" else "name"):
            if pk not in seen:
                seen.add(pk)
                name, mail = (said, other) if field == "name" else (other, said)
                yield Found("account", str(pk), name or mail, mail if name else "", is_exact=_same(said, text))


def _spools(text: str, sites: Sites) -> Iterator[Found]:
    for pk, code, state in _rows(Spool.objects.all(), "code", text, sites, "state"):
        yield Found("spool", str(pk), code, state=state, is_exact=_same(code, text))


def _runs(text: str, sites: Sites) -> Iterator[Found]:
    """Attempts have no short name: only a whole id is one."""
    try:
        run_id = UUID(text)
    except ValueError:
        return
    rows = Run.objects.filter(pk=run_id, plate__site_id__in=sites).values_list("plate__number", "attempt", "state")
    for plate, attempt, state in rows:
        yield Found("run", str(run_id), plate, f"{attempt}", state, is_exact=True)


def _rows(rows: QuerySet[Any], field: str, text: str, sites: Sites, more: str) -> list[tuple[Any, ...]]:
    """Read from the index of ``field`` a few rows more than are shown; the site is compared here, so that no planner reads a whole site."""
    found = beginning(rows, field, text).values_list("site_id", "pk", field, more)[: MOST_OF_A_KIND * _READ_AHEAD]
    return [tuple(row[1:]) for row in found if row[0] in sites][:MOST_OF_A_KIND]


def _same(said: str, text: str) -> bool:
    return said.casefold() == text.casefold()


_SEARCHES: tuple[tuple[str, Callable[[str, Sites], Iterator[Found]]], ...] = (
    ("orders.view_intent", _orders),
    ("planning.view_buildplate", _plates),
    ("fleet.view_printer", _printers),
    ("parts.view_part", _parts),
    ("accounts.view_account", _customers),
    ("inventory.view_spool", _spools),
    ("runs.view_run", _runs),
)
"""What is searched, with the permission to look at it."""
