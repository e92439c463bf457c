"""Our sides of all followed printers, in memory: what every observation is judged against, so that the database is only asked when there is news.

What is kept here may be a moment old. That does no harm: whatever is to be applied is judged again on a fresh reading of that one printer first
(``fresh_side``), and the commands look once more. It only decides how soon we notice that the record changed: after ``Roster.refresh``, which asks
for versions with two statements, whatever the number of printers, and reads again what has another one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from apps.fleet.domain.observation import Observation
from apps.fleet.models import Printer
from apps.runs.domain.reconcile import Platform
from apps.runs.models import Run
from apps.runs.states import TERMINAL

from .sides import Side, named_by, named_run_id, platform_of

R = TypeVar("R", Printer, Run)

AGAIN_S = 5.0
"""An attempt that a file name belongs to, and that is not over on this printer, is looked up again after so long."""

_OF_A_PRINTER = (
    *("site_id", "code", "connector", "address", "access_key_sealed", "version"),
    *("occupancy", "health", "connection", "current_run_id", "last_print", "machine"),
)
_OF_A_RUN = (
    *("state", "version", "printer_id", "dispatch_step", "remote_path", "machine_evidence", "wish", "wish_reason", "wish_by", "ended_at"),
    *(
        "progress",
        "layer",
        "left_out",
        "desynced",
        "heated_at",
        "reason",
        "slot_feeds",
        "output__warnings",
        "output__facts",
        "output__estimated_minutes",
        "output__artifact__size",
    ),
)
AT_ONCE = 500
"""Rows that are read in one statement."""


@dataclass(frozen=True, slots=True)
class _Named:
    """The attempt a file name on a printer belongs to (None: no attempt of ours), and until when that holds."""

    run_id: UUID
    run: Run | None
    until: float


class Roster:
    """The printers of this process and the attempts on them. Reading runs in threads; it replaces entries, each as a whole."""

    def __init__(self) -> None:
        self._printers: dict[UUID, Printer] = {}
        self._runs: dict[UUID, Run] = {}
        self._named: dict[UUID, _Named] = {}
        self._platforms: dict[UUID, tuple[tuple[int, int], Platform]] = {}
        self._in_service, self._on_printers = _Rows(), _Rows()

    @property
    def printers(self) -> dict[UUID, Printer]:
        """The printers, by id, as they are known now."""
        return self._printers.copy()

    def printer(self, printer_id: UUID) -> Printer | None:
        """Return one of them."""
        return self._printers.get(printer_id)

    # -- judging against it -------------------------------------------------------------------------------------------------------------

    def knows(self, printer_id: UUID, seen: Observation) -> bool:
        """Can ``side`` answer without a look at the database?"""
        printer = self._printers.get(printer_id)
        if printer is None or printer.current_run_id in self._runs or (run_id := named_run_id(seen.filename)) is None:
            return True
        named = self._named.get(printer_id)
        return named is not None and named.run_id == run_id and time.monotonic() < named.until

    def side(self, printer_id: UUID, seen: Observation) -> Side | None:
        """Return our side of what was ``seen``; None for a printer that is not ours to follow, or when another machine says this."""
        printer = self._printers.get(printer_id)
        if printer is None or printer.is_another(seen.machine):
            return None
        run = self._runs.get(printer.current_run_id) if printer.current_run_id else None
        if run is None and (named := self._named.get(printer_id)) is not None and named.run_id == named_run_id(seen.filename):
            run = named.run
        return Side(printer, run, self._platform(printer, run, seen))

    def _platform(self, printer: Printer, run: Run | None, seen: Observation) -> Platform:
        if run is None or not run.remote_path or seen.metadata is not None:
            return platform_of(printer, run, seen)
        versions, platform = self._platforms.get(run.pk, ((0, 0), Platform()))
        if versions != (printer.version, run.version):
            platform = platform_of(printer, run, seen)
            self._platforms[run.pk] = ((printer.version, run.version), platform)
        return platform

    # -- reading ------------------------------------------------------------------------------------------------------------------------

    def refresh(self, is_ours: Callable[[UUID], bool]) -> None:
        """Bring everything up to date: the printers in service with an address that ``is_ours``, and the open attempts on them."""
        in_service = Printer.objects.filter(retired_at=None).exclude(address="").order_by("id").values_list("id", "version")
        printers = {pk: version for pk, version in self._in_service.read(in_service) if is_ours(pk)}
        on_printers = Run.objects.filter(ended_at__isnull=True, printer__isnull=False).values_list("printer_id", "id", "version")
        runs = {pk: version for printer_id, pk, version in self._on_printers.read(on_printers) if printer_id in printers}
        _replace(self._printers, printers, _read_printers)
        _replace(self._runs, runs, _read_runs)
        forget_absent(self._named, printers)
        forget_absent(self._platforms, runs)

    def look_again(self, printer_id: UUID) -> None:
        """Read one printer and its attempt again: something was told or applied."""
        self._read(printer_id)

    def fresh_side(self, printer_id: UUID, seen: Observation) -> Side | None:
        """Return our side of what was ``seen``, read now: what is recorded is judged by it. None as for ``side``.

        The attempt concerned is the open one on the printer; without one, the attempt whose file the machine speaks of.
        """
        printer, run = self._read(printer_id)
        if printer is None or printer.is_another(seen.machine):
            return None
        if run is None and (run_id := named_run_id(seen.filename)) is not None:
            run = named_by(printer, run_id)
        return Side(printer, run, platform_of(printer, run, seen))

    def _read(self, printer_id: UUID) -> tuple[Printer | None, Run | None]:
        printer = _read_printers([printer_id]).get(printer_id)
        if printer is None:
            self._printers.pop(printer_id, None)
            return None, None
        found = _read_runs([printer.current_run_id]) if printer.current_run_id is not None else {}
        self._runs.update(found)
        self._printers[printer_id] = printer
        self._named.pop(printer_id, None)
        return printer, next(iter(found.values()), None)

    def look_up(self, printer_id: UUID, seen: Observation) -> None:
        """Find out which attempt the file that was seen belongs to."""
        printer, run_id = self._printers.get(printer_id), named_run_id(seen.filename)
        if printer is None or run_id is None:
            return
        run = named_by(printer, run_id)
        is_over = run is not None and run.state in TERMINAL
        self._named[printer_id] = _Named(run_id, run, float("inf") if is_over else time.monotonic() + AGAIN_S)


class _Rows:
    """Rows of ids and versions that are read every second and mostly are what they were: only then are they turned into values."""

    def __init__(self) -> None:
        self._raw: list[tuple[Any, ...]] = []
        self._values: list[tuple[Any, ...]] = []

    def read(self, wanted: QuerySet[Any, tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Return what ``wanted`` finds now."""
        with connection.cursor() as cursor:
            cursor.execute(*wanted.query.sql_with_params())
            raw = cursor.fetchall()
        if raw != self._raw:
            self._values = [tuple(UUID(one) if isinstance(one, str) else one for one in row) for row in raw]
            self._raw = raw
        return self._values


def _replace(known: dict[UUID, R], versions: dict[UUID, int], read: Callable[[list[UUID]], dict[UUID, R]]) -> None:
    """Read what has another version by now, and forget what is gone. Other threads do so too meanwhile: each entry is looked at once."""
    found = read([pk for pk, version in versions.items() if (row := known.get(pk)) is None or row.version != version])
    known.update({pk: row for pk, row in found.items() if (before := known.get(pk)) is None or before.version < row.version})
    forget_absent(known, versions)


def forget_absent(known: dict[UUID, Any], there: Container[UUID]) -> None:
    """Forget what is not there any more. Over a list of the keys: other threads add to what is known meanwhile."""
    for pk in list(known):
        if pk not in there:
            known.pop(pk, None)


def _read_printers(ids: list[UUID]) -> dict[UUID, Printer]:
    return {one.pk: one for some in _portions(ids) for one in Printer.objects.filter(pk__in=some, retired_at=None).only(*_OF_A_PRINTER)}


def _read_runs(ids: list[UUID]) -> dict[UUID, Run]:
    found = Run.objects.filter(ended_at__isnull=True).select_related("output__artifact").only(*_OF_A_RUN)
    return {one.pk: one for some in _portions(ids) for one in found.filter(pk__in=some)}


def _portions(ids: list[UUID]) -> list[list[UUID]]:
    return [ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE)]
