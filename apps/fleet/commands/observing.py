"""What the connector saw: does the machine answer, and is it at something that is not ours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from apps.fleet import changes, events, queries
from apps.fleet.domain.identity import MachineIdentity
from apps.fleet.models import MachineSession, Printer
from apps.fleet.models.printer import OTHER_MACHINE
from apps.fleet.states import Connection, Occupancy, SessionOutcome
from apps.journal import locks
from apps.journal.commands import command
from apps.journal.context import Context
from apps.journal.recording import record

READY = "ready"
"""The one firmware state in which a machine can print."""


@command("fleet.observe_connection")
def observe_connection(
    ctx: Context,
    *,
    printer_id: UUID,
    reachable: bool,
    access_ok: bool = True,
    klippy_state: str = "",
    seen_at: datetime | None = None,
    machine: dict[str, Any] | None = None,
    evidence: dict[str, Any] | None = None,
) -> None:
    """Take note of whether a machine answers. Nothing is written while that has not changed, so it may be told as often as it is seen.

    It is ONLINE when it answers, lets us in and its firmware is ready; MISCONFIGURED when it answers and does not let us in; OFFLINE when it does
    not answer (how long to wait for that is the connector's to judge); UNKNOWN in between: firmware starting, shut down or in error.

    Which machine it is, is noted when it first says so. Another one at its address makes it MISCONFIGURED, whatever that one says of itself.

    Args:
        ctx: Who saw it, when.
        printer_id: Which.
        reachable: Did it answer?
        access_ok: Did it let us in?
        klippy_state: ready, startup, shutdown, error, disconnected; empty when it was not told.
        seen_at: When it was last heard from, where that is not now.
        machine: Which machine answered, as ``MachineIdentity.as_kept`` says it.
        evidence: What was seen, shown as it is.

    Raises:
        NotFound: no such printer.
    """
    printer: Printer = locks.printer(printer_id)
    if printer.retired_at is not None:
        return
    answered = MachineIdentity.kept(machine or {})
    found, code = _judged(reachable=reachable, access_ok=access_ok, klippy_state=klippy_state)
    seen = {**(evidence or {}), "code": code, "klippy_state": klippy_state}
    if is_other := printer.is_another(answered):
        found, seen = Connection.MISCONFIGURED, {"code": OTHER_MACHINE, "machine": answered.as_kept()}
    else:
        changes.note_machine(ctx, printer, answered)
    told = printer.connection_evidence
    if printer.connection == found and (told.get("code"), told.get("machine")) == (seen["code"], seen.get("machine")):
        return
    before = printer.connection
    _move(printer, found, seen, ctx.now)
    if (reachable and not is_other) or seen_at is not None:
        printer.last_seen_at = seen_at or ctx.now
    printer.save_changes(*changes.CONNECTION)
    changes.record_change(ctx, printer, "connection", before, reason=seen["code"])


def _judged(*, reachable: bool, access_ok: bool, klippy_state: str) -> tuple[Connection, str]:
    """Return the connection and a code that says why it is so."""
    if not reachable:
        return Connection.OFFLINE, "silent"
    if not access_ok:
        return Connection.MISCONFIGURED, "access-rejected"
    if klippy_state == READY:
        return Connection.ONLINE, "ready"
    return Connection.UNKNOWN, f"firmware-{klippy_state}" if klippy_state else "firmware-unknown"


def _move(printer: Printer, to: Connection, evidence: dict[str, Any], now: datetime) -> None:
    if printer.connection == to:  # the same for another reason: since when stays
        printer.connection_evidence = evidence
        return
    match to:
        case Connection.ONLINE:
            printer.come_online(evidence=evidence, now=now)
        case Connection.OFFLINE:
            printer.go_offline(evidence=evidence, now=now)
        case Connection.MISCONFIGURED:
            printer.reject_access(evidence=evidence, now=now)
        case Connection.UNKNOWN:
            printer.lose_sight(evidence=evidence, now=now)


@command("fleet.see_foreign_print")
def see_foreign_print(
    ctx: Context,
    *,
    printer_id: UUID,
    started_at: datetime,
    file_name: str = "",
    external_job_id: str = "",
    evidence: dict[str, Any] | None = None,
) -> UUID | None:
    """Take note that a machine prints something that is not ours, and return the id of that print. The printer takes no work until it has ended.

    Safe to tell again: the print that is open already is the one that is meant, whatever the machine's clock says its start was.

    Raises:
        NotFound: no such printer.
    """
    printer: Printer = locks.printer(printer_id)
    if printer.retired_at is not None:
        return None
    found = {**(evidence or {}), "file": file_name[:200]}
    going_on = MachineSession.objects.filter(printer=printer, ended_at=None, is_foreign=True, file_name=file_name[:400]).first()
    session = going_on or changes.open_session(
        ctx, printer, started_at=started_at, file_name=file_name, external_job_id=external_job_id, evidence=evidence
    )
    changes.see_foreign(ctx, printer, evidence=found)
    changes.dirty_bed(ctx, printer, evidence=found)
    return session.pk


@command("fleet.end_foreign_print")
def end_foreign_print(
    ctx: Context,
    *,
    printer_id: UUID,
    outcome: SessionOutcome,
    ended_at: datetime,
    print_s: int | None = None,
    duration_s: int | None = None,
    filament_mm: int | None = None,
    ended_print: str = "",
    evidence: dict[str, Any] | None = None,
) -> None:
    """Take note that what was not ours has ended. The bed is not clear; an attempt of ours that is open has the printer again.

    Does nothing when the printer is not at something foreign.

    Raises:
        NotFound: no such printer.
    """
    printer: Printer = locks.printer(printer_id)
    if printer.occupancy != Occupancy.FOREIGN:
        return
    if MachineSession.objects.filter(printer=printer, ended_at=None, is_foreign=True).exists():
        changes.end_session(
            ctx,
            printer,
            outcome=outcome,
            ended_at=ended_at,
            print_s=print_s,
            duration_s=duration_s,
            filament_mm=filament_mm,
            ended_print=ended_print,
        )
    seen = {**(evidence or {}), "outcome": str(outcome)}
    changes.dirty_bed(ctx, printer, evidence=seen)
    if printer.current_run_id is None:
        changes.release(ctx, printer, evidence=seen)
    else:
        changes.occupy(ctx, printer, run_id=printer.current_run_id, evidence=seen)


@command("fleet.note_unseen_print")
def note_unseen_print(
    ctx: Context,
    *,
    printer_id: UUID,
    ended_print: str,
    file_name: str,
    outcome: SessionOutcome,
    print_s: int = 0,
    duration_s: int = 0,
    filament_mm: int = 0,
    evidence: dict[str, Any] | None = None,
) -> bool:
    """Take note of the print that a machine says ended last; return whether it is one that nobody watched.

    Such a print is on record from now on, and the bed is not clear: whoever said that it is said so before. What a machine says when it is first
    seen at rest is only remembered: it was so when somebody first looked at the bed.

    ``ended_print`` tells that print from others, ``file_name`` is what it printed, ``outcome`` how it ended; seconds it printed, and from start to
    end, the millimetres it pushed, and what was seen.

    Raises:
        NotFound: no such printer.
    """
    printer: Printer = locks.printer(printer_id)
    before = printer.last_print
    if printer.retired_at is not None or ended_print in ("", before):
        return False
    if not before:
        printer.last_print = ended_print
        printer.save_changes("last_print")
        record(ctx.about(site_id=printer.site_id), event=events.LastPrintNoted(printer_id=printer.pk), subjects=queries.about(printer))
        return False
    seen = {**(evidence or {}), "file": file_name[:200], "unseen": True}
    changes.open_session(ctx, printer, started_at=ctx.now - timedelta(seconds=duration_s), file_name=file_name, evidence=seen)
    changes.end_session(
        ctx,
        printer,
        outcome=outcome,
        ended_at=ctx.now,
        duration_s=duration_s,
        print_s=print_s,
        filament_mm=filament_mm,
        ended_print=ended_print,
    )
    changes.dirty_bed(ctx, printer, evidence=seen)
    return True
