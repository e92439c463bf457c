"""Many printers join the farm at once, from a list."""

from __future__ import annotations

from uuid import UUID

from apps.accounts.models import Circuit
from apps.catalog.models import PrinterClass
from apps.fleet import queries
from apps.fleet.domain import roster
from apps.fleet.states import ConnectorKind, complaint_words
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.refusals import Invalid

from .registering import join, sealed, spelled

ADDED, HERE = "added", "here"


@command("fleet.import_printers")
def import_printers(ctx: Context, *, site_id: UUID, listed: str) -> tuple[tuple[int, str, str], ...]:
    """Let every printer of a list that can join do so, and return what became of each row: its line, its code, and a word.

    ``added``, ``here`` (a printer with this code is at this address already: sending a list twice adds nothing), or the code of what is wrong.
    A wrong row keeps no other from joining. As with one printer, nothing is sent to the machines.

    Args:
        ctx: Who asks, when.
        site_id: Where they join.
        listed: CSV. Its first line names the columns: ``code``, ``address`` and ``class``; also ``name``, ``group``, ``circuit``, ``key``
            and ``connector``.

    Raises:
        NotFound: no such site.
        Invalid: nothing can be made of the list as a whole.
    """
    locks.site(site_id)
    known = queries.known_at(site_id)
    try:
        judged = roster.judge(roster.read(listed), known, spell=spelled)
    except roster.BadList as problem:
        raise Invalid({"listed": complaint_words(problem.complaint)}) from None
    classes = PrinterClass.objects.in_bulk(list(known.classes.values()))
    circuits = Circuit.objects.in_bulk(list(known.circuits.values()))
    for one in judged:
        if one.can_join:
            circuit_id = known.circuits.get(one.row["circuit"])
            circuit = circuits[circuit_id] if circuit_id else None
            _add(ctx, site_id, one, classes[known.classes[one.row["class"]]], circuit)
    return tuple((one.row.line, one.row["code"][: roster.LONGEST["code"]], _became(one)) for one in judged)


def _add(ctx: Context, site_id: UUID, one: roster.Judged, printer_class: PrinterClass, circuit: Circuit | None) -> None:
    row = one.row
    join(
        ctx,
        site_id=site_id,
        code=row["code"],
        name=row["name"] or row["code"],
        group=row["group"],
        printer_class=printer_class,
        circuit=circuit,
        connector=ConnectorKind(row["connector"].casefold() or ConnectorKind.MOONRAKER),
        address=one.address,
        access_key_sealed=sealed(ctx, row["key"]),
        nozzle_diameter_um=None,
    )


def _became(one: roster.Judged) -> str:
    if one.can_join:
        return ADDED
    return HERE if one.is_here else str(one.complaints[0].trouble)
