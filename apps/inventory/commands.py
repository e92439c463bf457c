"""What can be done with stock: receive, open, weigh, use up, throw away."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from apps.accounts.models import Site
from apps.catalog.models import Color, Material
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.event import Subject
from apps.journal.recording import record
from apps.journal.refusals import NotFound, Refusal

from . import changes, events, queries
from .models import USABLE, Lot, Spool, Weighing
from .states import Amount, SpoolState


@command("inventory.receive_lot")
def receive_lot(
    ctx: Context,
    *,
    site_id: UUID,
    material_id: UUID,
    code: str,
    color_id: UUID | None = None,
    supplier: str = "",
    received_on: date | None = None,
    price_per_kg_minor: int | None = None,
    currency: str = "",
) -> UUID:
    """Take in what came from one production run of a supplier, and return the lot's id. Recalls and holds work on lots.

    Args:
        ctx: Who asks, when.
        site_id: Where it is.
        material_id: What it is.
        code: As printed on the label, or a name of our own; unique for the material at the site.
        color_id: Its color.
        supplier: Who sold it.
        received_on: The day it came.
        price_per_kg_minor: What a kilogram cost, in minor units; None when not known.
        currency: ISO 4217; empty for the site's.

    Raises:
        NotFound: no such site, or no such material or color that the site knows.
        Refusal: ``lot-exists``, ``lot-without-code``, ``lot-price-negative``, ``lot-currency-invalid``.
    """
    site = _site(site_id)
    lot = Lot(
        site=site,
        material=_material(material_id, site_id),
        color=_color(color_id, site_id),
        code=code.strip(),
        supplier=supplier.strip(),
        received_on=received_on,
        price_per_kg_minor=price_per_kg_minor,
        currency=currency or site.currency,
        created_at=ctx.now,
    ).add()
    received = events.LotReceived(lot_id=lot.pk, material_id=material_id, color_id=color_id)
    record(ctx.about(site_id=site_id), event=received, subjects=[Subject("lot", lot.pk)])
    return lot.pk


@command("inventory.receive_spool")
def receive_spool(
    ctx: Context,
    *,
    site_id: UUID,
    code: str,
    material_id: UUID,
    color_id: UUID | None = None,
    lot_id: UUID | None = None,
    full_mg: int | None = None,
    tare_mg: int | None = None,
    is_sealed: bool = True,
    location: str = "",
) -> UUID:
    """Take in a spool and return its id. A sealed one holds what its label says; how much is on an opened one nobody knows until it is weighed.

    ``code`` is on its label and unique at the site; ``full_mg`` is the filament alone when new, ``tare_mg`` the empty core, both milligrams, None
    when not known. A lot is of the same material and color.

    Raises:
        NotFound: no such site; no such material, color or lot that the site knows.
        Refusal: ``spool-code-taken`` and the other words of the table's constraints; ``spool-lot-contradiction``.
    """
    site = _site(site_id)
    lot = _lot(lot_id, site_id)
    color = _color(color_id, site_id)
    if lot is not None and (lot.material_id != material_id or (lot.color_id is not None and lot.color_id != color_id)):
        raise Refusal("spool-lot-contradiction", lot=lot.code)
    is_known = is_sealed and full_mg is not None
    spool = Spool(
        site=site,
        code=code.strip(),
        material=_material(material_id, site_id),
        color=color,
        lot=lot,
        state=SpoolState.SEALED if is_sealed else SpoolState.OPEN,
        full_mg=full_mg,
        tare_mg=tare_mg,
        remaining_mg=full_mg if is_known else None,
        remaining_basis=Amount.ESTIMATED if is_known else Amount.UNKNOWN,
        remaining_at=ctx.now if is_known else None,
        location=location.strip(),
        created_at=ctx.now,
    ).add()
    received = events.SpoolReceived(spool_id=spool.pk, material_id=material_id, color_id=color_id, lot_id=lot_id, full_mg=full_mg)
    record(ctx.about(site_id=site_id), event=received, subjects=queries.about(spool))
    return spool.pk


@command("inventory.open_spool")
def open_spool(ctx: Context, *, spool_id: UUID, expected_version: int) -> None:
    """Break a spool's seal; from now on it takes up moisture.

    Raises:
        NotFound, StaleVersion: no such spool, changed meanwhile.
        Refusal: ``illegal-transition`` when it is not sealed.
    """
    spool = Spool.at_version(spool_id, expected_version)
    before = spool.state
    spool.open(now=ctx.now)
    _moved(ctx, spool, before)


@command("inventory.weigh_spool")
def weigh_spool(ctx: Context, *, spool_id: UUID, expected_version: int, gross_mg: int, tare_mg: int | None = None, note: str = "") -> UUID:
    """Keep what the scale showed, core included, and return the weighing's id. What is left is known from now on.

    Args:
        ctx: Who asks, when.
        spool_id: Which.
        expected_version: The version that was seen.
        gross_mg: What the scale showed, milligrams.
        tare_mg: The empty core; None: the spool's own.
        note: Anything worth knowing.

    Raises:
        NotFound, StaleVersion: no such spool, changed meanwhile.
        Refusal: ``spool-tare-unknown``; ``spool-not-usable``; ``weighing-under-tare`` and the other words of the table's constraints.
    """
    spool = Spool.at_version(spool_id, expected_version)
    if spool.state not in USABLE:
        raise Refusal("spool-not-usable", spool=spool.code, state=spool.state)
    tare = spool.tare_mg if tare_mg is None else tare_mg
    if tare is None:
        raise Refusal("spool-tare-unknown", spool=spool.code)
    weighing = Weighing(
        spool=spool, weighed_at=ctx.now, gross_mg=gross_mg, tare_mg=tare, by=ctx.actor.who, note=note, created_at=ctx.now
    ).add()
    spool.tare_mg = tare
    spool.remaining_mg, spool.remaining_basis, spool.remaining_at = weighing.net_mg, Amount.MEASURED, ctx.now
    spool.save_changes("tare_mg", "remaining_mg", "remaining_basis", "remaining_at")
    weighed = events.SpoolWeighed(spool_id=spool.pk, weighing_id=weighing.pk, remaining_mg=weighing.net_mg)
    record(ctx.about(site_id=spool.site_id), event=weighed, subjects=queries.about(spool))
    return weighing.pk


@command("inventory.use_up_spool")
def use_up_spool(ctx: Context, *, spool_id: UUID, expected_version: int) -> None:
    """Say that nothing is left on an open spool. Raises like ``open_spool``."""
    spool = Spool.at_version(spool_id, expected_version)
    before = spool.state
    spool.use_up(now=ctx.now)
    _moved(ctx, spool, before)


@command("inventory.discard_spool")
def discard_spool(ctx: Context, *, spool_id: UUID, expected_version: int) -> None:
    """Throw away a spool with what is left on it. Raises like ``open_spool``."""
    spool = Spool.at_version(spool_id, expected_version)
    before = spool.state
    spool.discard(now=ctx.now)
    _moved(ctx, spool, before)


def _moved(ctx: Context, spool: Spool, before: str) -> None:
    spool.save_changes(*changes.STATE)
    changes.record_state(ctx, spool, before)


def _site(site_id: UUID) -> Site:
    found = Site.objects.filter(pk=site_id).first()
    if found is None:
        raise NotFound("site", id=str(site_id))
    return found


def _material(material_id: UUID, site_id: UUID) -> Material:
    found = Material.objects.filter(pk=material_id).first()
    if found is None or found.site_id not in (None, site_id):
        raise NotFound(str(Material._meta.verbose_name), id=str(material_id))
    return found


def _color(color_id: UUID | None, site_id: UUID) -> Color | None:
    if color_id is None:
        return None
    found = Color.objects.filter(pk=color_id).first()
    if found is None or found.site_id not in (None, site_id):
        raise NotFound(str(Color._meta.verbose_name), id=str(color_id))
    return found


def _lot(lot_id: UUID | None, site_id: UUID) -> Lot | None:
    if lot_id is None:
        return None
    found = Lot.objects.filter(pk=lot_id, site_id=site_id).first()
    if found is None:
        raise NotFound(str(Lot._meta.verbose_name), id=str(lot_id))
    return found
