"""Both sides of a doubt: what farmos thought, and what the machine said last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.queries import clock_time
from apps.board.domain.cards import Card
from apps.runs.queries import explain_evidence
from apps.runs.states import RunState


@dataclass(frozen=True, slots=True)
class Evidence:
    """What each side says, since when, and what follows from the two in a sentence."""

    ours: str
    ours_since: str
    theirs: str
    theirs_at: str
    finding: str


def evidence_of(card: Card, *, now: datetime, zone: tzinfo) -> Evidence | None:
    """Return both sides of a doubtful attempt; None: the card is about none."""
    attempt = card.attempt
    if attempt is None:
        return None
    seen = attempt.evidence
    state = RunState(attempt.state)
    ours = f"{state.label}, {attempt.progress:.0f} %" if state in (RunState.PRINTING, RunState.PAUSED) else str(state.label)
    since = attempt.started_at or attempt.created_at
    return Evidence(
        ours=ours,
        ours_since=_("since %(at)s") % {"at": clock_time(since, now=now, zone=zone)},
        theirs=machine_word(seen),
        theirs_at=_seen_at(seen, now, zone),
        finding=explain_evidence(seen, thought=str(state.label), machine=machine_word(seen)),
    )


def machine_word(seen: Mapping[str, Any]) -> str:
    """Return in a word or two what a machine said it was at."""
    words = {
        "standby": _("Idle"),
        "printing": _("Printing"),
        "paused": _("Paused"),
        "complete": _("Complete"),
        "cancelled": _("Stopped"),
        "error": _("Error"),
    }
    if seen.get("reachable") is False:
        return _("No answer")
    if seen.get("klippy_state", "ready") not in ("ready", ""):
        return _("Firmware stopped")
    found = words.get(str(seen.get("print_state", "")), _("Nothing clear"))
    progress = seen.get("progress")
    return f"{found}, {float(progress) * 100:.0f} %" if progress and found == words["printing"] and float(progress) <= 1 else found


def _seen_at(seen: Mapping[str, Any], now: datetime, zone: tzinfo) -> str:
    try:
        moment = datetime.fromisoformat(str(seen.get("observed_at", "")))
    except ValueError:
        return ""
    return clock_time(moment, now=now, zone=zone)
