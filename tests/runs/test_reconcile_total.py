"""The table is total: every combination of what can be thought and said has one answer, and no answer asks for an impossible move."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import product

import pytest

from apps.catalog.states import Reason
from apps.fleet.domain.observation import ENDED, HistoryJob, Observation
from apps.runs.domain.reconcile import Action, Platform, Ruling, reconcile
from apps.runs.labels.rulings import RULINGS, explain
from apps.runs.states import LIVE, TERMINAL
from tests.runs.machine import OTHER, OURS, PID, job, saw, thinks

ATTEMPTS = ["", "queued", "pending_approval", "printing", "paused", "completed", "failed", "aborted"]
STEPS = ["requested", "uploading", "uploaded", "start_sent"]
KLIPPY = ["ready", "startup", "shutdown", "error", "disconnected", "", "new word"]
PRINTS = ["standby", "printing", "paused", "complete", "cancelled", "error", "", "new word"]
FILES = ["", OURS, OURS.upper(), OTHER]
HISTORY = [
    None,
    "completed",
    "cancelled",
    "error",
    "klippy_shutdown",
    "klippy_disconnect",
    "server_exit",
    "interrupted",
    "in_progress",
    "unsuccessful",
]
PROCESSES = [PID, PID + 1, None]
WISHES = ["", "pause", "resume", "abort"]
ACCESS = [(False, True), (True, False), (True, True)]

ALLOWED: dict[str, set[Action]] = {
    "": {Action.NOTHING, Action.WAIT, Action.FOREIGN, Action.BLOCK, Action.UNSEEN},
    "queued": {Action.NOTHING, Action.WAIT, Action.FOREIGN, Action.BLOCK, Action.UNSEEN, Action.ADOPT},
    "pending_approval": {Action.NOTHING, Action.WAIT, Action.FOREIGN, Action.BLOCK, Action.UNSEEN, Action.ADOPT},
    "uploading": {Action.WAIT, Action.FOREIGN, Action.BLOCK, Action.UNSEEN, Action.ADOPT, Action.DESYNC},
    "printing": {Action.WAIT, Action.PROGRESS, Action.PAUSE, Action.COMPLETE, Action.FAIL, Action.ABORT, Action.DESYNC},
    "paused": {Action.WAIT, Action.NOTHING, Action.RESUME, Action.COMPLETE, Action.FAIL, Action.ABORT, Action.DESYNC},
    **{str(state): {Action.NOTHING, Action.WAIT, Action.FOREIGN, Action.BLOCK, Action.UNSEEN, Action.DESYNC} for state in TERMINAL},
}


def platforms() -> list[Platform]:
    plain = [thinks(state, last_print="before|1.0") for state in ATTEMPTS if state not in ("printing", "paused")]
    on_printer = [thinks(state, wish=wish) for state in ("printing", "paused") for wish in WISHES]
    return [*plain, *on_printer, *(thinks("uploading", step=step, last_print="before|1.0") for step in STEPS)]


@cache
def words_of_machines() -> list[Observation]:
    jobs: list[HistoryJob | None] = [None if status is None else job(status) for status in HISTORY]
    found = []
    for klippy, state, file, active, paused, past, pid, plausible in product(
        KLIPPY, PRINTS, FILES, (True, False), (True, False), jobs, PROCESSES, (True, False)
    ):
        if not plausible and state != "complete":
            continue  # only "complete" is judged by what it measured
        seen = saw(state, file, klippy_state=klippy, is_active=active, is_paused=paused, history=past, klippy_pid=pid)
        if state in ENDED:
            seen = replace(seen, ended_print=f"{file}|900.0")
        found.append(seen if plausible else replace(seen, progress=0.5))
    return found


def check(platform: Platform, seen: Observation) -> Ruling:
    ruling = reconcile(platform, seen)
    assert ruling.action in ALLOWED[platform.state], (platform, seen, ruling)
    if ruling.action in (Action.FAIL, Action.ABORT, Action.PAUSE, Action.DESYNC):
        assert ruling.reason in Reason.values, ruling
        assert ruling.cause, ruling
        assert ruling.reason != "UNKNOWN" or ruling.note, ruling
    if ruling.action is Action.COMPLETE:
        assert seen.print_state == "complete" or (seen.history is not None and seen.history.status == "completed"), (platform, seen)
    if ruling.action not in (Action.NOTHING, Action.PROGRESS):
        assert ruling.evidence, ruling
    return ruling


class TestTheTable:
    def test_has_a_row_of_moves_for_every_state_an_attempt_can_be_in(self) -> None:
        assert set(ALLOWED) == {"", *LIVE, *TERMINAL}

    @pytest.mark.parametrize("platform", platforms(), ids=lambda one: f"{one.state}-{one.step}-{one.wish}".strip("-") or "none")
    def test_answers_everything_a_reachable_machine_can_say(self, platform: Platform) -> None:
        answers = Counter(check(platform, seen).action for seen in words_of_machines())

        never = set() if platform.step in ("", "start_sent") else {Action.DESYNC}  # nothing was sent: nothing can be in doubt
        assert set(answers) == ALLOWED[platform.state] - never

    def test_answers_silence_and_closed_doors_the_same_whatever_else_was_said(self) -> None:
        for platform, (reachable, access_ok), state, file, klippy in product(platforms(), ACCESS, PRINTS, FILES, KLIPPY):
            seen = saw(state, file, klippy_state=klippy, reachable=reachable, access_ok=access_ok)
            ruling = check(platform, seen)
            assert (ruling.action is Action.WAIT) or (reachable and access_ok)

    def test_says_every_answer_in_a_sentence_and_has_no_sentence_too_many(self) -> None:
        codes = set()
        for platform in platforms():
            for seen in [*words_of_machines()[::7], saw(reachable=False), saw(access_ok=False)]:
                ruling = reconcile(platform, seen)
                if ruling.code not in codes:
                    assert "{" not in explain(ruling.code, ruling.params)
                codes.add(ruling.code)

        assert set(RULINGS) - codes == {"start_unproven"}  # the dispatching effect's own last word
