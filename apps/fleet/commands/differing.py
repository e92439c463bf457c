"""What one machine can otherwise than its class: a worn bed, an older hot end, a box around it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.catalog.models import CAPABILITY_FIELDS
from apps.catalog.states import Enclosure, MaterialFlag
from apps.fleet import events, queries
from apps.fleet.models import Capability, Printer
from apps.fleet.states import CapabilitySource
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.recording import record
from apps.journal.refusals import Invalid

from .registering import in_service

MOST_REASON = 300
"""Characters of a reason: a sentence or three, shown beside the value wherever it is read."""


@dataclass(frozen=True, slots=True)
class Differences:
    """What a machine can, named as the columns of ``CapabilityFields``; None: as its class. Lengths are micrometres, temperatures °C."""

    volume_x_um: int | None = None
    volume_y_um: int | None = None
    volume_z_um: int | None = None
    max_nozzle_c: int | None = None
    max_bed_c: int | None = None
    max_chamber_c: int | None = None
    enclosure: Enclosure | None = None
    material_flags: tuple[MaterialFlag, ...] | None = None
    tags: tuple[str, ...] | None = None


@command("fleet.correct_capability")
def correct_capability(ctx: Context, *, printer_id: UUID, expected_version: int, differences: Differences, reason: str = "") -> None:
    """Say all of what a machine can otherwise than its class, and why; what is not named is as its class has it. Files are matched to that at once.

    What differed before in the same way keeps the reason it had. It may be said while it prints: what runs goes on.

    Raises:
        NotFound, StaleVersion: no such printer, changed meanwhile.
        Invalid: no reason for what differs now, or a flag nobody knows.
        Refusal: ``printer-retired``, and the words of the capability's constraints, such as ``printer-volume-invalid``.
    """
    locks.printer(printer_id)
    printer = in_service(printer_id, expected_version)
    of_class = {name: getattr(printer.printer_class, name) for name in CAPABILITY_FIELDS}
    known = Capability.objects.filter(printer=printer).first() or Capability(printer=printer, created_at=ctx.now, **of_class).add()
    said = {name: value for name, value in _columns(differences).items() if value != of_class[name]}
    because = _reasons(known, said, reason.strip())
    can = {**of_class, **said}
    if known.overrides == because and all(getattr(known, name) == can[name] for name in CAPABILITY_FIELDS):
        return
    for name in CAPABILITY_FIELDS:
        setattr(known, name, can[name])
    known.overrides = because
    known.source = CapabilitySource.MANUAL if said else CapabilitySource.PRINTER_CLASS
    known.confirmed_at = ctx.now if said else None
    known.save_changes(*CAPABILITY_FIELDS, "overrides", "source", "confirmed_at")
    printer.save_changes()  # whoever saw the printer as it was before did not see this
    _record(ctx, printer, sorted(said))


def _columns(differences: Differences) -> dict[str, Any]:
    given = {field.name: getattr(differences, field.name) for field in fields(differences)}
    if (flags := differences.material_flags) is not None:
        if unknown := set(map(str, flags)) - set(MaterialFlag.values):
            raise Invalid({"material_flags": _("does not know %(words)s") % {"words": ", ".join(sorted(unknown))}})
        given["material_flags"] = sorted(set(map(str, flags)))
    if (tags := differences.tags) is not None:
        given["tags"] = sorted({tag.strip() for tag in tags if tag.strip()})
    return {name: value for name, value in given.items() if value is not None}


def _reasons(known: Capability, said: dict[str, Any], reason: str) -> dict[str, str]:
    """Return why each column differs: as it was said before where it still differs in the same way."""
    same = {name for name in said if name in known.overrides and getattr(known, name) == said[name]}
    if len(reason) > MOST_REASON:
        raise Invalid({"reason": _("has at most %(n)d characters") % {"n": MOST_REASON}})
    if set(said) - same and not reason:
        raise Invalid({"reason": _("is needed: whoever reads that it differs must see why")})
    return {name: known.overrides[name] if name in same else reason for name in sorted(said)}


def _record(ctx: Context, printer: Printer, columns: list[str]) -> None:
    corrected = events.CapabilityCorrected(printer_id=printer.pk, differs=columns)
    record(ctx.about(site_id=printer.site_id), event=corrected, subjects=queries.about(printer))
