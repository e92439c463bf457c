"""Leaving one part out of a running print: somebody asks for it, the machine was seen to do it, or somebody did it at the machine."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.catalog.states import Reason
from apps.fleet.models import Printer
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.refusals import IllegalTransition, Invalid, NotFound, Refusal, StaleVersion
from apps.planning import queries as planning
from apps.planning.models import PlateItem
from apps.runs import changes, events, queries
from apps.runs.models import STANDS, Exclusion, Run
from apps.runs.states import ExclusionDrop, ExclusionState, RunState

Evidence = dict[str, Any]


@command("runs.exclude_item")
def exclude_item(ctx: Context, *, run_id: UUID, item_id: UUID, expected_version: int, reason: Reason, note: str = "") -> UUID:
    """Ask for one part to be left out of a print that goes on with the others; telling the machine is owed. Return the exclusion.

    The part is left out when the machine was seen to do it. What is printed of it already stays on the bed.

    Args:
        ctx: Who asks, when.
        run_id: The attempt.
        item_id: The part, one of those on its plate.
        expected_version: The attempt as the asker saw it.
        reason: Why.
        note: In words, a must where the reason is not known.

    Raises:
        NotFound, StaleVersion: as usual; the part is not on the plate.
        IllegalTransition: it neither prints nor is paused.
        Invalid: a reason that is not known, without a note.
        Refusal: ``part-left-out`` already, or asked for; ``last-part-left``: then stop the print; ``run-in-doubt``; ``printer-not-heard``;
            ``printer-cannot-exclude``; ``file-names-no-parts``, ``parts-not-recorded``, ``part-not-labelled``: nothing proves what the printer
            calls it.
    """
    attempt = changes.lock_run(ctx, run_id)
    run, printer = attempt.run, attempt.printer
    if run.version != expected_version:
        raise StaleVersion("print attempt", str(run_id), expected=expected_version, current=run.version)
    if run.state not in (RunState.PRINTING, RunState.PAUSED) or printer is None:
        raise IllegalTransition("print attempt", str(run_id), move="leave a part out of", state=run.state, allowed=[])
    item = next((one for one in attempt.items if one.pk == item_id), None)
    if item is None:
        raise NotFound(str(PlateItem._meta.verbose_name), id=str(item_id))
    if reason == Reason.UNKNOWN and not note.strip():
        raise Invalid({"note": str(_("Write what you saw: the reason is not known."))})
    name = _name_of(run, printer, item, attempt.items)
    exclusion = Exclusion(
        created_at=ctx.now,
        run=run,
        item=item,
        object_name=name,
        reason=reason,
        note=note,
        asked_by=ctx.actor.who,
        asked_at=ctx.now,
    ).add()
    run.intervene(by=ctx.actor.who, now=ctx.now)
    run.save_changes("intervened_at", "intervened_by")
    asked = events.ItemExclusionRequested(
        run_id=run.pk, printer_id=printer.pk, exclusion_id=exclusion.pk, item_id=item.pk, slot=item.slot, reason=reason
    )
    changes.record_exclusion(ctx, attempt, exclusion, asked)
    return exclusion.pk


def _name_of(run: Run, printer: Printer, item: PlateItem, items: list[PlateItem]) -> str:
    """Return what the printer calls a part that may be left out.

    Raises:
        Refusal: it may not, or nobody knows.
    """
    if Exclusion.objects.filter(STANDS, run=run, item=item).exists():
        raise Refusal("part-left-out", slot=item.slot)
    if (refusal := queries.why_no_exclusion(run, printer, parts=len(items))) is not None:
        raise refusal
    name = planning.object_in(run.output, item.slot) if run.output is not None else ""
    if not name:
        raise Refusal("part-not-labelled", slot=item.slot)
    return name


@command("runs.note_excluded")
def note_excluded(ctx: Context, *, run_id: UUID, printer_id: UUID, names: tuple[str, ...], evidence: Evidence) -> bool:
    """Take note that the machine leaves out parts of an attempt's print, whoever wanted it; return whether that was news.

    Names that are no part of the plate say nothing about one, and are left alone. The same again changes nothing.

    Args:
        ctx: The observing side.
        run_id: The attempt.
        printer_id: The printer that was observed.
        names: What the machine calls everything it leaves out, in any capitals.
        evidence: What the machine said.
    """
    attempt = changes.lock_run(ctx, run_id)
    run = attempt.run
    if run.printer_id != printer_id or run.output is None or run.state not in (RunState.PRINTING, RunState.PAUSED):
        return False
    seen = {name.casefold() for name in names}
    standing = {row.item_id: row for row in Exclusion.objects.filter(STANDS, run=run).select_related("item")}
    done = 0
    for item in attempt.items:
        name = planning.object_in(run.output, item.slot)
        known = standing.get(item.pk)
        if not name or name.casefold() not in seen or (known is not None and known.state == ExclusionState.EXCLUDED):
            continue
        done += 1
        _settle(ctx, attempt, printer_id, known or _at_machine(ctx, run, item, name, evidence), evidence)
    if done:
        run.left_out += done
        run.save_changes("left_out")
    return bool(done)


def _at_machine(ctx: Context, run: Run, item: PlateItem, name: str, evidence: Evidence) -> Exclusion:
    """Return the record of a part that nobody had asked us to leave out."""
    return Exclusion(
        created_at=ctx.now, run=run, item=item, object_name=name, state=ExclusionState.EXCLUDED, settled_at=ctx.now, evidence=evidence
    ).add()


def _settle(ctx: Context, attempt: changes.Attempt, printer_id: UUID, exclusion: Exclusion, evidence: Evidence) -> None:
    if exclusion.state == ExclusionState.ASKED:
        exclusion.confirm(now=ctx.now, evidence=evidence)
        exclusion.save_changes(*changes.SETTLED)
    excluded = events.ItemExcluded(
        run_id=exclusion.run_id,
        printer_id=printer_id,
        exclusion_id=exclusion.pk,
        item_id=exclusion.item_id,
        slot=exclusion.item.slot,
        at_machine=not exclusion.asked_by,
        reason=exclusion.reason,
    )
    changes.record_exclusion(ctx, attempt, exclusion, excluded)


@command("runs.drop_exclusion")
def drop_exclusion(ctx: Context, *, exclusion_id: UUID, because: ExclusionDrop, evidence: Evidence) -> bool:
    """Give up leaving a part out, for good; return False when it was done, or given up, meanwhile.

    Args:
        ctx: The acting side.
        exclusion_id: Which one.
        because: Why it cannot be done.
        evidence: What the machine said.

    Raises:
        NotFound: no such exclusion.
    """
    found = Exclusion.objects.filter(pk=exclusion_id).values_list("run_id", flat=True).first()
    if found is None:
        raise NotFound(str(Exclusion._meta.verbose_name), id=str(exclusion_id))
    attempt = changes.lock_run(ctx, found)
    exclusion = Exclusion.objects.select_related("item").get(pk=exclusion_id)
    if exclusion.state != ExclusionState.ASKED:
        return False
    changes.drop_exclusion_now(ctx, attempt, exclusion, because=because, evidence=evidence)
    return True
