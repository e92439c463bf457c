"""A whole farm in one process: a shop that sells two boxes, two printers, real commands, and a clock of its own.

What is outside farmos is played by whoever holds it: the slicer and the machines. Everything owed in the default lane is done by the real
subscribers; the lanes of slicing and of machines are never handed out, because those who act there are told what to do step by step.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

from django.db import connection, models

from apps.fleet.models import Printer
from apps.fulfilment.models import Shipment, ShipmentPiece
from apps.journal import clock, lanes
from apps.journal.context import Actor, Context
from apps.journal.models import Delivery, Event
from apps.journal.refusals import Refusal
from apps.journal.results import Parked
from apps.orders import commands as orders
from apps.orders.models import Amendment, Checkout, Intent, LedgerEntry, Piece, PieceFact, Refund
from apps.parts.models import PartRevision
from apps.planning.models import BuildPlate, Plan, PlanReview, PlateItem
from apps.runs.models import ItemOutcome, Run
from apps.slicing.drivers import prusaslicer
from tests.factories.accounts import make_account
from tests.factories.context import NOW, make_context
from tests.factories.fleet import make_capability, make_feed, make_printer
from tests.factories.inventory import make_spool
from tests.orders.selling import BODY, Shop
from tests.planning.workshop import SLICER, Workshop, make_model, set_up

PERSON = Actor.person(UUID(int=7))
MACHINES = Actor.service("runs.machines")
PLANNER = Actor.service("planning.subscribers")

VERSIONED: tuple[type[models.Model], ...] = (
    *(Intent, Piece, Plan, PlanReview, BuildPlate, PlateItem, Run, Printer, Shipment, Checkout, Refund),
)
COUNTED: tuple[type[models.Model], ...] = (LedgerEntry, PieceFact, Amendment, ItemOutcome, ShipmentPiece)

SAYS_IT_AGAIN = frozenset({"planning.request_composition", "runs.refresh_run", "orders.issue_quote", "planning.request_review"})
"""Commands that may be given again and do the same once more."""

SAID_BY_THE_DATABASE = frozenset({"hold-exists", "money-booked"})
"""Refusals that commands leave to a constraint. Any other constraint that is hit is a command that did not look."""


@dataclass
class Call:
    """One command as it was given, and what became of it."""

    command: Callable[..., Any]
    ctx: Context
    given: dict[str, Any]
    answer: Any = None
    refused: str = ""

    @property
    def name(self) -> str:
        """The command's public name."""
        return str(self.command.command_name)  # type: ignore[attr-defined]


@dataclass
class Clock:
    """The time the farm lives in."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=20)
        return self.now

    def wait(self, **passed: float) -> None:
        """Let time pass."""
        self.now += timedelta(**passed)


@dataclass
class Tally:
    """What a walk, or all walks together, came to."""

    steps: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


class Farm(Shop):
    """The default site with its shop, its printers and its stock; and how things are done there."""

    def __init__(self) -> None:
        floor: Workshop = set_up(gather_s=2)
        self.site, self.material = floor.site, floor.material
        self.account = make_account(name="A. Buyer")
        self.price_list_id = orders.release_price_list(make_context(), site_id=self.site.id, currency="EUR", body=BODY)
        self.parts = [make_model(60, 40, 4), make_model(110, 90, 6)]
        self.printers = [*Printer.objects.all(), make_printer(site=self.site, printer_class=floor.printer_class)]
        for printer in self.printers:
            make_capability(printer=printer)
            make_feed(printer=printer, spool=make_spool(material=self.material))
        self.clock = Clock()
        self.tally = Tally()
        self.calls: list[Call] = []
        self._mornings: dict[Any, tuple[sqlite3.Connection, datetime, Any]] = {}

    def part(self, *findings: Any, **preflight: Any) -> PartRevision:
        """Return one of the shop's boxes."""
        return self.parts[len(self.calls) % 2]

    @contextmanager
    def open(self) -> Iterator[None]:
        """Let the farm work: on its own clock, with a slicer nobody has to install. What it writes need not survive a power cut."""
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = OFF")
        digest = mock.patch.object(prusaslicer, "digest", return_value=SLICER)
        with mock.patch.object(clock, "now", self.clock), digest:
            yield

    def start_over(self, how: tuple[Any, ...], prepare: Callable[[], Any]) -> Any:
        """Put everything back to what it was after ``prepare``, which is done once for each ``how``; return what it returned."""
        connection.ensure_connection()
        if how not in self._mornings:
            known = prepare() if not how else (self.start_over((), lambda: None), prepare())[1]
            self._mornings[how] = (sqlite3.connect(":memory:"), self.clock.now, known)
            connection.connection.backup(self._mornings[how][0])
        kept, self.clock.now, known = self._mornings[how]
        kept.backup(connection.connection)
        self.calls.clear()
        return known

    # commands

    def do(self, command: Callable[..., Any], how: str = "once", who: Actor = PERSON, **given: Any) -> Any:
        """Give a command and return its answer, or the refusal.

        Args:
            command: Which.
            how: ``once``; ``same key``: repeated as a client does that got no answer; ``twice``: given anew right after; ``stale``: first with a
                version somebody might still have on their screen.
            who: Who gives it.
            given: Its arguments.
        """
        if how == "stale" and given.get("expected_version", 1) > 1:
            self._give_stale(command, who, given)
        call = Call(command, self._context(who), given)
        before = self.fingerprint()
        self._give(call)
        if call.refused:
            assert self.fingerprint() == before, f"{call.name} was refused ({call.refused}) and left something behind"
        elif how == "same key":
            self.repeat(call)
        elif how == "twice" and call.name not in SAYS_IT_AGAIN:
            self._give_again(call)
        return call.answer

    def repeat(self, call: Call) -> None:
        """Give a command again under its key: the answer is the first one, and nothing happens."""
        before = self.fingerprint()
        again = replace(call, answer=None, refused="")
        self._give(again)
        assert (again.answer, again.refused) == (call.answer, call.refused), f"{call.name} answered otherwise under the same key"
        assert self.fingerprint() == before, f"{call.name} did something again under the same key"

    def _give_again(self, call: Call) -> None:
        """Give a command anew right away: refused, or nothing is left to do. Asking a policy again is noted, nothing more."""
        before = self.fingerprint()
        again = Call(call.command, self._context(call.ctx.actor), call.given)
        self._give(again, counted=False)
        asked_only = isinstance(call.answer, Refusal | Parked)
        events = slice(0, -1) if asked_only else slice(None)
        assert self.fingerprint()[events] == before[events], (
            f"{call.name} did something again, given anew ({again.answer!r} {again.refused})"
        )

    def _give_stale(self, command: Callable[..., Any], who: Actor, given: dict[str, Any]) -> None:
        before = self.fingerprint()
        call = Call(command, self._context(who), {**given, "expected_version": given["expected_version"] - 1})
        self._give(call, counted=False)
        assert call.refused or call.answer is False, f"{call.name} took an outdated version"
        assert self.fingerprint() == before, f"{call.name} changed something though its version was outdated"

    def _give(self, call: Call, *, counted: bool = True) -> None:
        try:
            call.answer = call.command(call.ctx, **call.given)
        except Refusal as refusal:
            call.answer, call.refused = refusal, refusal.code
        hit = call.answer.params.get("constraint") if call.refused and call.refused not in SAID_BY_THE_DATABASE else None
        assert hit is None, f"{call.name} ran into a constraint: {call.refused} ({hit})"
        if counted:
            self.calls.append(call)
            self.tally.done[call.name] += not call.refused
            if call.refused or isinstance(call.answer, Refusal):
                self.tally.refused[f"{call.name}: {call.answer.code}"] += 1

    def _context(self, who: Actor) -> Context:
        is_automatic = not who.who.startswith("person:")
        return Context(actor=who, now=self.clock(), key=uuid4().hex, request_id="flows", is_automatic=is_automatic)

    def fingerprint(self) -> tuple[Any, ...]:
        """Return numbers that change whenever any record changes; the last one whenever anything is recorded."""
        parts = [f"SELECT count(*), sum(version) FROM {model._meta.db_table}" for model in VERSIONED]
        parts += [f"SELECT count(*), 0 FROM {model._meta.db_table}" for model in COUNTED]
        parts += [f"SELECT max(id), 0 FROM {Event._meta.db_table}"]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts))
            return tuple(cursor.fetchall())

    # what is owed

    def work(self, most: int = 400) -> int:
        """Do what is owed and due in the default lane, at most so much; return how much that was."""
        done = 0
        while done < most and lanes.hand_out_next("default"):
            done += 1
        return done

    def settle(self) -> None:
        """Do all that is owed in the default lane, whatever it takes."""
        for _ in range(40):
            self.work()
            if not self.owes():
                return
            self.clock.wait(minutes=11)
        raise AssertionError(f"it never ends: {[str(row) for row in self.owed()]}")

    def owed(self) -> models.QuerySet[Delivery]:
        """Return what is still to be done in the default lane."""
        return Delivery.objects.filter(lane="default", state__in=["pending", "leased"])

    def owes(self) -> bool:
        """Is anything still to be done in the default lane?"""
        return self.owed().exists()
