"""The story of the demo: open the shop, let customers order, work on the floor until everything is shipped, then give account."""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path
from typing import Any

from apps.accounts.models import Member
from apps.journal import clock
from apps.journal.context import Actor
from apps.orders.models import Intent
from apps.orders.states import IntentState

from . import customers, opening, printers
from .acting import NothingHappens, Person, say, until
from .filament import Filament
from .life import COLORS, Life, Pace, day
from .news import News
from .operators import Operators
from .summary import summarize
from .tablet import Tablet

ROUND_S = 0.2
QUIET_S = 240.0
"""How long nothing may happen on the floor before the story gives up and tells what it waits for."""


class Story:
    """One demo, from whatever point it had reached."""

    def __init__(self, folder: Path, url: str, *, stays: bool = False) -> None:
        self.folder = folder
        self.url = url
        self.request: dict[str, Any] = json.loads((folder / "request.json").read_text())
        self.is_a_day = bool(self.request.get("day"))
        self.lives = (stays and not self.request["files"]) or self.is_a_day
        self.news = News()
        self.life: Life | None = None

    def play(self) -> dict[str, Any]:
        """Play to the end and return the summary, which is also kept as ``summary.json``."""
        operators, refused = self.open()
        self._work(operators)
        if self.life is not None:
            self.life.mishaps.calm()
        until(self._all_is_sequenced, "the event log to be complete")
        summary = summarize(printers.account(self.folder / "printers"))
        summary["mishaps"] = dict(self.life.mishaps.happened) if self.life is not None else {}
        if refused:
            summary["ok"] = False
            summary["problems"] += [f"{name} could not be ordered" for name in refused]
        draft = self.folder / "summary.new"
        draft.write_text(json.dumps(summary, indent=1, default=str))
        draft.replace(self.folder / "summary.json")
        return summary

    def open(self) -> tuple[Operators, list[str]]:
        """Open the shop, connect the printers and let the customers order; return who works there and which wishes could not be ordered."""
        owner = opening.open_shop(self.folder)
        machines = until(self._machines, "the simulated printers")
        colors = COLORS if self.lives else COLORS[:1]
        opening.connect_printers(owner, machines["printers"], material=self.request["material"], colors=colors)
        refused = []
        for wish in customers.wishes(self.request, self.folder):
            intent_id = customers.place_order(owner, wish, material=self.request["material"])
            if intent_id is None:
                refused.append(wish.files[0][1])
                continue
            buyer = Member.objects.get(account__intents=intent_id)
            customers.pay(Person(Actor.person(buyer.user_id), owner.site_id), intent_id, self.url)
        if self.lives:
            pace = day(self.request["speed"]) if self.is_a_day else Pace()
            loaded = COLORS[: len(machines["printers"])]
            self.life = Life(owner, self.folder, self.url, machines["control"], colors=loaded, pace=pace)
            if self.is_a_day:
                self.life.mishaps.spoil_the_network(seed=len(machines["printers"]))
        state, tablet = self.folder / "printers", Tablet(self.url, self.folder)
        patience_s = 0.0 if self.life is None else self.life.pace.repaired_after_s
        filament = Filament(owner, tablet, state, machines["control"], patience_s=patience_s, ends_once=not self.request["files"])
        return Operators(owner, state, machines["control"], filament), refused

    def stay(self, operators: Operators) -> None:
        """Let one moment of a shop that stays open pass: the world goes on at once, the operators go round now and then."""
        self.news.tell()
        if self.life is not None:
            self.life.go_on()
        if self.life is None or self.life.is_time_for_work():
            operators.round()

    def _machines(self) -> dict[str, Any]:
        """Return what the simulator said about itself when it last started; nothing until it has."""
        with contextlib.suppress(OSError):
            for line in reversed((self.folder / "printers.out").read_text().splitlines()):
                with contextlib.suppress(ValueError):
                    found: dict[str, Any] = json.loads(line)
                    return found
        return {}

    def _work(self, operators: Operators) -> None:
        quiet_since, last = time.monotonic(), None
        while not self.is_over():
            done = self.round(operators)
            state = self._progress()
            if done or state != last:
                quiet_since, last = time.monotonic(), state
            if time.monotonic() - quiet_since > QUIET_S:
                raise NothingHappens(f"Nothing has happened for {QUIET_S:.0f} s. {self._what_waits()}")
            time.sleep(ROUND_S)

    def round(self, operators: Operators) -> int:
        """Say what happened by itself, let the world go on and the operators do what waits for them, and return how much that was."""
        self.news.tell()
        if self.life is None:
            return operators.round()
        self.life.go_on()
        return operators.round() if self.life.is_time_for_work() else 0

    def is_over(self) -> bool:
        """Is the day over, where one is played, and every order fulfilled or canceled?"""
        if self.life is not None and not self.life.is_over:
            return False
        return not Intent.objects.filter(fulfilled_at=None, canceled_at=None).exists()

    def _progress(self) -> tuple[Any, ...]:
        from apps.journal.models import Event

        return (Event.objects.order_by("-id").values_list("id", flat=True).first(),)

    def _all_is_sequenced(self) -> bool:
        from apps.journal.models import Event

        return not Event.objects.filter(feed_seq=None).exists()

    def _what_waits(self) -> str:
        """Say, for every order that is not finished, why it is not printing."""
        from apps.runs import queries as runs

        words = []
        for intent in Intent.objects.filter(fulfilled_at=None, canceled_at=None):
            blockers = runs.why_not_printing("intent", intent.pk, now=clock.now()) if intent.state == IntentState.PAID else []
            said = [f"{one.words} {one.next_action}" for one in blockers]
            words.append(f"{intent.number} is {intent.state}: {' '.join(said)}")
        return " ".join(words)


def tell(summary: dict[str, Any]) -> None:
    """Say in a few lines what came of it."""
    shipped = sum(order["pieces"].get("shipped", 0) + order["pieces"].get("closed", 0) for order in summary["orders"])
    say("")
    say(
        "orders: {orders}; pieces shipped: {shipped}; print attempts: {runs}",
        orders=len(summary["orders"]),
        shipped=shipped,
        runs=len(summary["runs"]),
    )
    say("{events} events, log {state}", events=summary["events"], state="verified" if summary["chain"]["verified"] else "NOT sound")
    say("seconds in each stage, from its first beginning to its last end:")
    for stage, seconds in summary["seconds"].items():
        say("  {stage}: {seconds}", stage=stage, seconds=seconds)
    if summary["mishaps"]:
        told = ", ".join(f"{count} {what}" for what, count in sorted(summary["mishaps"].items()))
        say("mishaps at the machines: {told}", told=told)
    for change in summary["spool_changes"]:
        say("spool changed: {spool} went into {printer} in the middle of plate {plate}", **change)
    for part in summary["left_out"]:
        say("left out: part {part} of plate {plate} ({reason}), on {printer}; its piece is {piece}", **part)
    for problem in summary["problems"]:
        say("PROBLEM: {problem}", problem=problem)
    say("orders, files, event log and the printers' own account agree" if summary["ok"] else "something is wrong, see above")
