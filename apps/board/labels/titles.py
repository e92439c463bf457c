"""The title of each kind of card: what happened or what is asked, in everyday words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.queries import clock_time
from apps.board.domain.cards import Card, Cause
from apps.catalog.states import Reason
from apps.journal.subscriptions import label_of
from apps.planning.states import ReviewCode
from apps.policy.states import BreakerKind, GatedTransition
from apps.runs.states import AnomalyKind, IncidentKind


@dataclass(frozen=True, slots=True)
class Saying:
    """A card, and when and where it is read."""

    card: Card
    now: datetime
    zone: tzinfo

    @property
    def printer(self) -> str:
        """The printer's code."""
        return self.card.machine.code if self.card.machine else ""

    @property
    def parts(self) -> str:
        """What is made, in short: the first part, and how many more."""
        parts = self.card.attempt.parts if self.card.attempt else ()
        if not parts:
            return self.card.attempt.plate if self.card.attempt else ""
        first = f"{parts[0].name} \N{MULTIPLICATION SIGN}{parts[0].count}"
        return first if len(parts) == 1 else _("%(part)s + %(n)d more") % {"part": first, "n": len(parts) - 1}

    @property
    def reason(self) -> str:
        """Why, as its label."""
        code = self.card.attempt.reason if self.card.attempt else self.card.facts.get("reason", "")
        return str(Reason(code).label) if code in Reason.values else ""

    def fact(self, name: str) -> str:
        """Return something the card knows, as text."""
        return str(self.card.facts.get(name, ""))

    @property
    def codes(self) -> str:
        """The printers of a group: "E1, E2 and M2"."""
        codes = sorted(one.machine.code for one in self.card.members if one.machine)
        if len(codes) < 2:
            return "".join(codes)
        return _("%(some)s and %(last)s") % {"some": ", ".join(codes[:-1]), "last": codes[-1]}


def _desynced(said: Saying) -> str:
    if said.card.facts.get("prints_on"):
        return _("%(printer)s prints something that was over") % {"printer": said.printer}
    return _("Nobody can tell whether %(printer)s still prints") % {"printer": said.printer}


def _paused(said: Saying) -> str:
    given = {"printer": said.printer, "reason": said.reason}
    if said.card.attempt and said.card.attempt.reason == Reason.FIRST_LAYER:
        return _("First layer looks wrong on %(printer)s") % given
    if said.card.attempt and said.card.attempt.reason == Reason.FILAMENT_RUNOUT:
        return _("%(printer)s ran out of filament") % given
    return _("%(printer)s stands still: %(reason)s") % given


def _not_followed(said: Saying) -> str:
    if said.card.attempt and said.card.attempt.wish == "pause":
        return _("%(printer)s was asked to pause and still prints") % {"printer": said.printer}
    return _("%(printer)s was asked to stop and has not yet") % {"printer": said.printer}


def _anomaly(said: Saying) -> str:
    trouble = said.card.facts["trouble"]
    return f"{said.printer}: {AnomalyKind(trouble.kind).label}" if said.printer else str(AnomalyKind(trouble.kind).label)


def _offline(said: Saying) -> str:
    seen = said.card.machine.last_seen_at if said.card.machine else None
    given = {"printer": said.printer, "at": clock_time(seen, now=said.now, zone=said.zone) if seen else ""}
    return _("%(printer)s has not been heard from since %(at)s") % given if seen else _("%(printer)s does not answer") % given


def _approval(said: Saying) -> str:
    if said.card.attempt is not None:
        return _("Start of %(plate)s: %(parts)s") % {"plate": said.card.attempt.plate, "parts": said.parts}
    code = said.fact("code")
    asked = str(GatedTransition(code).label) if code in GatedTransition.values else code
    name, order = said.fact("name"), said.fact("order")
    about = name or (_("order %(order)s") % {"order": order} if order else "")
    return f"{asked}: {about}" if about else asked


def _not_judged(said: Saying) -> str:
    if said.card.members:
        n = len(said.card.members)
        return ngettext("%(n)d plate is done: say what came of it", "%(n)d plates are done: say what came of them", n) % {"n": n}
    given = {"plate": said.card.attempt.plate if said.card.attempt else "", "printer": said.printer, "reason": said.reason}
    state = said.card.attempt.state if said.card.attempt else ""
    if state == "completed":
        return _("%(plate)s is done on %(printer)s: %(parts)s") % {**given, "parts": said.parts}
    how = _("%(plate)s failed on %(printer)s: %(reason)s") if state == "failed" else _("%(plate)s was stopped on %(printer)s: %(reason)s")
    return how % given


def _bed(said: Saying) -> str:
    is_known = said.card.cause is Cause.BED_NOT_CLEAR
    if not said.card.members:
        one = _("%(printer)s: the bed is not clear") if is_known else _("%(printer)s: nobody knows whether the bed is clear")
        return one % {"printer": said.printer}
    n = len(said.card.members)
    if is_known:
        return ngettext("%(n)d bed is not clear: %(codes)s", "%(n)d beds are not clear: %(codes)s", n) % {"n": n, "codes": said.codes}
    return ngettext("%(n)d bed to look at: %(codes)s", "%(n)d beds to look at: %(codes)s", n) % {"n": n, "codes": said.codes}


def _other_machine(said: Saying) -> str:
    n = len(said.card.members)
    if n:
        given = {"n": n, "codes": said.codes}
        return (
            ngettext("Another machine answers in the place of %(codes)s", "%(n)d printers answer as other machines: %(codes)s", n) % given
        )
    return _("Another machine answers at the address of %(printer)s") % {"printer": said.printer}


def _misconfigured(said: Saying) -> str:
    n = len(said.card.members)
    if n:
        return ngettext("%(n)d printer does not let farmos in: %(codes)s", "%(n)d printers do not let farmos in: %(codes)s", n) % {
            "n": n,
            "codes": said.codes,
        }
    return _("%(printer)s does not let farmos in") % {"printer": said.printer}


def _service(said: Saying) -> str:
    n = len(said.card.members)
    if n:
        return ngettext("%(n)d printer is due for maintenance: %(codes)s", "%(n)d printers are due for maintenance: %(codes)s", n) % {
            "n": n,
            "codes": said.codes,
        }
    return _("%(printer)s is due for maintenance") % {"printer": said.printer}


def _breaker(said: Saying) -> str:
    code = said.fact("code")
    if code == BreakerKind.RUNAWAY:
        return _("Automation is off: it started too much in an hour")
    return str(BreakerKind(code).label) if code in BreakerKind.values else code


def _review(said: Saying) -> str:
    code, n = said.fact("code"), int(said.card.facts.get("count", 1))
    label = str(ReviewCode(code).label) if code in ReviewCode.values else code
    more = ngettext(" (and %(n)d more)", " (and %(n)d more)", n - 1) % {"n": n - 1} if n > 1 else ""
    return _("%(name)s, order %(order)s: %(label)s%(more)s") % {
        "name": said.fact("name"),
        "order": said.fact("order"),
        "label": label,
        "more": more,
    }


def _dead(said: Saying) -> str:
    n = len(said.card.members)
    if n:
        return ngettext("farmos gave up on %(n)d thing", "farmos gave up on %(n)d things", n) % {"n": n}
    return _("farmos gave up: %(what)s") % {"what": label_of(said.fact("code"))}


def _payment(said: Saying) -> str:
    n = len(said.card.members)
    if n:
        return ngettext("%(n)d payment does not fit", "%(n)d payments do not fit", n) % {"n": n}
    order = said.fact("order")
    return _("A payment for order %(order)s does not fit") % {"order": order} if order else _("A payment fits no order")


def _batch(said: Saying) -> str:
    return f"{said.fact('name')} \N{MULTIPLICATION SIGN}{said.fact('count')}"


def _shipment(said: Saying) -> str:
    n = int(said.card.facts["count"])
    given = {"order": said.fact("order"), "n": n}
    return ngettext("Order %(order)s: %(n)d part is packed", "Order %(order)s: %(n)d parts are packed", n) % given


def _incident(said: Saying) -> str:
    n = int(said.card.facts["count"])
    given = {"n": n, "circuit": said.fact("name")}
    if said.card.facts["kind"] == IncidentKind.SERVER_GAP:
        return _("farmos was away, and %(n)d printers are silent") % given
    if said.card.facts["code"] != Reason.POWER_LOSS:
        return _("%(n)d printers went silent together") % given
    return (
        _("A power cut on circuit %(circuit)s took %(n)d printers") % given
        if given["circuit"]
        else _("A power cut took %(n)d printers") % given
    )


TITLES: dict[Cause, Callable[[Saying], str]] = {
    Cause.INCIDENT: _incident,
    Cause.DESYNCED: _desynced,
    Cause.ANOMALY: _anomaly,
    Cause.NOT_FOLLOWED: _not_followed,
    Cause.PAUSED: _paused,
    Cause.OFFLINE_RUN: _offline,
    Cause.DEGRADED: lambda said: _("%(printer)s is tagged out: %(reason)s") % {"printer": said.printer, "reason": said.reason},
    Cause.OTHER_MACHINE: _other_machine,
    Cause.MISCONFIGURED: _misconfigured,
    Cause.FOREIGN: lambda said: _("%(printer)s prints something that is not ours") % {"printer": said.printer},
    Cause.NEEDS_APPROVAL: _approval,
    Cause.PLAN_LOCKED: lambda said: _("%(name)s keeps failing: its plan is locked") % {"name": said.fact("name")},
    Cause.BREAKER: _breaker,
    Cause.PLAN_REVIEW: _review,
    Cause.NOT_JUDGED: _not_judged,
    Cause.BED_NOT_CLEAR: _bed,
    Cause.BED_UNKNOWN: _bed,
    Cause.PAYMENT_REVIEW: _payment,
    Cause.DEAD_LETTER: _dead,
    Cause.SERVICE_DUE: _service,
    Cause.AT_RISK: lambda said: said.parts,
    Cause.RUNNING: lambda said: said.parts,
    Cause.REWORK: _batch,
    Cause.IN_QA: _batch,
    Cause.TO_PACK: _batch,
    Cause.TO_SHIP: _shipment,
    Cause.COOLING: _batch,
    Cause.QUEUED: lambda said: said.parts,
}
