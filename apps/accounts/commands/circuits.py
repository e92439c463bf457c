"""What can be done with electric circuits."""

from __future__ import annotations

from uuid import UUID

from apps.accounts import events
from apps.accounts.models import Circuit
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record


@command("accounts.add_circuit")
def add_circuit(ctx: Context, *, site_id: UUID, name: str, max_heating: int = 1) -> UUID:
    """Name a fuse that printers of a site hang on, and return its id.

    Args:
        ctx: Who asks, when.
        site_id: Where.
        name: What people call it, such as "B, left wall".
        max_heating: How many printers may heat up on it at once.

    Raises:
        NotFound: no such site.
        Refusal: ``circuit-name-taken``, ``circuit-unnamed``, ``circuit-allows-no-heating``.
    """
    locks.site(site_id)
    circuit = Circuit(site_id=site_id, name=name.strip(), max_heating=max_heating, created_at=ctx.now).add()
    added = events.CircuitAdded(circuit_id=circuit.pk, site_id=site_id, max_heating=max_heating)
    record(ctx.about(site_id=site_id), event=added, subjects=_about(circuit))
    return circuit.pk


@command("accounts.change_circuit")
def change_circuit(ctx: Context, *, circuit_id: UUID, expected_version: int, name: str, max_heating: int) -> None:
    """Call a circuit differently, or let more or fewer printers heat up on it at once. What heats already goes on.

    Raises:
        NotFound, StaleVersion: no such circuit, changed meanwhile.
        Refusal: ``circuit-name-taken``, ``circuit-unnamed``, ``circuit-allows-no-heating``.
    """
    circuit = Circuit.at_version(circuit_id, expected_version)
    locks.site(circuit.site_id)
    circuit.name, circuit.max_heating = name.strip(), max_heating
    circuit.save_changes("name", "max_heating")
    changed = events.CircuitChanged(circuit_id=circuit.pk, site_id=circuit.site_id, max_heating=max_heating)
    record(ctx.about(site_id=circuit.site_id), event=changed, subjects=_about(circuit))


def _about(circuit: Circuit) -> list[Subject]:
    return [Subject("circuit", circuit.pk), Subject("site", circuit.site_id)]
