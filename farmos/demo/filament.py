"""Filament that ends in the middle of a print: somebody puts another spool in, leaves out the part that came loose meanwhile, and lets it go on.

What is said to farmos is said on its pages, as whoever stands there with a tablet does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from apps.catalog.states import Reason
from apps.fleet.models import Feed
from apps.fleet.simulator.physical import physical_account
from apps.inventory import commands as inventory
from apps.inventory.models import Spool
from apps.inventory.states import SpoolState
from apps.journal import clock
from apps.journal.models import Event
from apps.journal.refusals import Refusal
from apps.planning.models import PlateItem
from apps.runs.models import STANDS, Exclusion, Run
from apps.runs.states import ExclusionState, RunState

from .acting import Person, say
from .opening import FULL_SPOOL_MG
from .tablet import Tablet

ENDS_AT = 0.4
"""Share of the print after which the spool that is to end does."""

MOST_TRIES = 50
"""How often a part is tried to be left out before the print goes on with all of them: it must not wait for ever."""


class Filament:
    """Looks after prints that ran out. Looks anew each time; nothing is remembered but that it happened.

    Args:
        person: Who takes spools in and throws empty cores away.
        tablet: What they press on.
        printers: The state directory of the simulated printers: what is seen on a bed.
        control: Address of the simulator's control: the hands on the machines.
        patience_s: How long a print waits before somebody sees to it.
        ends_once: Is one spool to end in any case?
    """

    def __init__(
        self, person: Person, tablet: Tablet, printers: Path, control: str, *, patience_s: float = 0.0, ends_once: bool = False
    ) -> None:
        self.person = person
        self.tablet = tablet
        self.printers = printers
        self.control = control
        self.patience_s = patience_s
        self._is_to_end = ends_once
        self._tries = 0

    def see_to_it(self) -> Iterator[str]:
        """Do the next right thing for every print that ran out, and say what was done."""
        empty = self._empty_printers()
        waiting = Run.objects.filter(state=RunState.PAUSED, desynced=False, wish="", ended_at=None)
        for run in waiting.select_related("printer", "plate", "output"):
            if run.printer is None or not self._ran_out(run, empty) or not self._is_time(run):
                continue
            if not self._is_changed(run) or run.printer.code in empty:
                yield from self._change_spool(run)
            elif self._is_to_leave_out(run):
                yield from self._leave_out(run)
            elif not Exclusion.objects.filter(run=run, state=ExclusionState.ASKED).exists():
                yield from self._go_on(run)
        self._let_one_end()

    def _ran_out(self, run: Run, empty: set[str]) -> bool:
        return run.reason == Reason.FILAMENT_RUNOUT or (run.printer is not None and run.printer.code in empty)

    def _is_time(self, run: Run) -> bool:
        paused = _paused(run)
        return paused is not None and (clock.now() - paused.at).total_seconds() >= self.patience_s

    def _is_changed(self, run: Run) -> bool:
        """Was a spool put in since the print stands still?"""
        paused = _paused(run)
        return paused is not None and Feed.objects.filter(printer=run.printer, position=0, since__gt=paused.at).exists()

    def _change_spool(self, run: Run) -> Iterator[str]:
        printer = run.printer
        feed = Feed.objects.filter(printer=printer, position=0).select_related("spool").first()
        if printer is None or feed is None:
            return
        if not self._is_changed(run):
            old = feed.spool
            fresh = self._fresh(printer.code, old)
            if fresh is None or not self.tablet.press(
                f"/admin/printers/{printer.code}/?load=1", f"/admin/printers/{printer.pk}/load/", spool=str(fresh.pk)
            ):
                return
            yield f"{printer}: {old or 'the spool'} is empty, {fresh} is in"
        if self.hand(printer.code, "load-filament"):
            self._throw_away(run)

    def _fresh(self, code: str, old: Spool | None) -> Spool | None:
        """Return a new spool of what is in the printer: the one on the shelf for it, else one that was delivered just now."""
        if old is None:
            return None
        ours = Spool.objects.filter(site_id=self.person.site_id, code__startswith=f"SPOOL-{code}")
        if (kept := ours.filter(state=SpoolState.SEALED).first()) is not None:
            return kept
        number = ours.count() + 1
        try:
            pk = inventory.receive_spool(
                self.person.does(f"spool-{code}-{number}"),
                site_id=self.person.site_id,
                code=f"SPOOL-{code}-{number}",
                material_id=old.material_id,
                color_id=old.color_id,
                full_mg=FULL_SPOOL_MG,
            )
        except Refusal as refused:
            say("{code}: {words}", code=code, words=refused.detail)
            return None
        return Spool.objects.get(pk=pk)

    def _throw_away(self, run: Run) -> None:
        """Say of the spool that the print began with that nothing is left on it."""
        began_with = [feed["spool"] for feed in (run.printer_snapshot or {}).get("feeds", ()) if feed.get("spool")]
        loaded = Feed.objects.filter(spool__isnull=False).values("spool")
        for spool in Spool.objects.filter(pk__in=began_with, state=SpoolState.OPEN).exclude(pk__in=loaded):
            ctx = self.person.does(f"empty-{spool.pk}")
            try:
                inventory.use_up_spool(ctx, spool_id=spool.pk, expected_version=spool.version)
            except Refusal as refused:
                say("{spool}: {words}", spool=spool, words=refused.detail)

    def _is_to_leave_out(self, run: Run) -> bool:
        """Has a part come loose while the bed stood still? In a demo, one does."""
        is_first = not Exclusion.objects.filter(STANDS).exists() and self._tries < MOST_TRIES
        return is_first and len(self._unfinished(run)) > 1

    def _unfinished(self, run: Run) -> list[PlateItem]:
        """Return the parts of a print that still grow, as whoever looks at its bed sees them."""
        prints = physical_account(self.printers).get(run.printer.code, []) if run.printer else []
        seen = next((one for one in reversed(prints) if one.path == run.remote_path), None)
        names = set(seen.unfinished) if seen is not None else set()
        return [item for item in PlateItem.objects.filter(plate=run.plate).order_by("slot") if f"SLOT-{item.slot}" in names]

    def _leave_out(self, run: Run) -> Iterator[str]:
        item = self._unfinished(run)[0]
        self._tries += 1
        page = f"/admin/runs/{run.pk}/leave-out/"
        if self.tablet.press(page, f"{page}ask/", item=str(item.pk), reason=Reason.ADHESION):
            yield f"{run.printer}: plate {run.plate.number}: part {item.slot} came loose meanwhile and is left out"

    def _go_on(self, run: Run) -> Iterator[str]:
        if self.tablet.press(f"/admin/runs/{run.pk}/", f"/admin/runs/{run.pk}/resume/"):
            yield f"{run.printer}: plate {run.plate.number} goes on"

    def _let_one_end(self) -> None:
        """Let a spool end in the next print of several parts, wherever that is; once it happened, the others last."""
        if not self._is_to_end:
            return
        has_ended = Exclusion.objects.exists() or Run.objects.filter(state=RunState.PAUSED, reason=Reason.FILAMENT_RUNOUT).exists()
        self._is_to_end = not has_ended
        for code in Feed.objects.filter(spool__isnull=False).values_list("printer__code", flat=True):
            self.hand(code, "runout", at=None if has_ended else ENDS_AT)

    def _empty_printers(self) -> set[str]:
        """Return the printers that have no filament in them."""
        try:
            with urlopen(f"{self.control}/sim/printers", timeout=5) as answer:  # noqa: S310 - the simulator's own
                return {one["name"] for one in json.load(answer)["printers"] if not one["has_filament"]}
        except (URLError, OSError, ValueError):
            return set()

    def hand(self, code: str, action: str, **given: object) -> bool:
        """Do something to a simulated machine; False where it cannot be reached now."""
        asked = Request(  # noqa: S310 - the simulator's own
            f"{self.control}/sim/printers/{code}/{action}",
            data=json.dumps(given).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        try:
            with urlopen(asked, timeout=5):  # noqa: S310
                return True
        except (URLError, OSError):
            return False


def _paused(run: Run) -> Event | None:
    """Return the event of the print's last pause."""
    about = Event.objects.filter(type="RunPaused", subject_rows__kind="run", subject_rows__subject_id=run.pk)
    return about.order_by("-id").first()
