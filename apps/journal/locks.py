"""Locks on the owners of counted things, always in one order, so that two commands can never wait for each other.

A command whose decision depends on rows it does not write (a ceiling, a breaker, a stock) locks their owner first. On PostgreSQL this is
``SELECT … FOR UPDATE``; SQLite has one writer at a time anyway. The order is: site, account, intent, requirement, plan, plate, printer, run,
spool; several of a kind by id.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps

from . import frame
from .refusals import NotFound

ORDER = (
    "accounts.Site",
    "accounts.Account",
    "orders.Intent",
    "orders.Requirement",
    "planning.Plan",
    "planning.BuildPlate",
    "fleet.Printer",
    "runs.Run",
    "inventory.Spool",
)


class LockOrder(RuntimeError):
    """A programming error: locks were taken out of order, which could deadlock."""


def _lock(label: str, record_id: UUID) -> Any:
    running = frame.require(f"locking {label}")
    rank = (ORDER.index(label), str(record_id))
    if rank < running.lock_rank:
        raise LockOrder(f"{running.command} locks {label} {record_id} after {ORDER[running.lock_rank[0]]} {running.lock_rank[1]}")
    running.lock_rank = rank
    model = apps.get_model(label)
    row = model._default_manager.select_for_update(of=("self",)).filter(pk=record_id).first()
    if row is None:
        raise NotFound(str(model._meta.verbose_name), id=str(record_id))
    return row


def site(site_id: UUID) -> Any:
    """Lock and return a site: the owner of ceilings, grants, stock and number series."""
    return _lock("accounts.Site", site_id)


def account(account_id: UUID) -> Any:
    """Lock and return an account."""
    return _lock("accounts.Account", account_id)


def intent(intent_id: UUID) -> Any:
    """Lock and return an order: the owner of its money and its lines."""
    return _lock("orders.Intent", intent_id)


def requirement(requirement_id: UUID) -> Any:
    """Lock and return a requirement: the owner of its pieces."""
    return _lock("orders.Requirement", requirement_id)


def plan(plan_id: UUID) -> Any:
    """Lock and return a plan: the owner of its failure counters."""
    return _lock("planning.Plan", plan_id)


def plate(plate_id: UUID) -> Any:
    """Lock and return a plate: the owner of its attempts."""
    return _lock("planning.BuildPlate", plate_id)


def printer(printer_id: UUID) -> Any:
    """Lock and return a printer: the owner of its bed and its active run."""
    return _lock("fleet.Printer", printer_id)


def printers(printer_ids: Iterable[UUID]) -> list[Any]:
    """Lock and return several printers, by id."""
    return [printer(printer_id) for printer_id in sorted(set(printer_ids), key=str)]


def run(run_id: UUID) -> Any:
    """Lock and return a print attempt."""
    return _lock("runs.Run", run_id)


def spool(spool_id: UUID) -> Any:
    """Lock and return a spool: the owner of its reservations."""
    return _lock("inventory.Spool", spool_id)
