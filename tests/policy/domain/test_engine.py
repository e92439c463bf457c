"""The evaluation as a pure function: total, deterministic, the strongest rule wins, unknown never passes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.policy.domain import engine
from apps.policy.domain.default import default_body
from apps.policy.domain.facts import FACTS
from apps.policy.domain.predicates import PREDICATES
from apps.policy.states import GatedTransition

VALUES = {
    "bool": st.none() | st.booleans(),
    "int": st.none() | st.integers(-5, 10_000),
    "number": st.none() | st.floats(0, 1000),
    "text": st.none() | st.sampled_from(["OK", "DEGRADED", "OFFLINE", "LOW", "MEDIUM", "HIGH", "PASS", "FAIL", "WARN", "QUALITY", "odd"]),
}
SNAPSHOTS = st.fixed_dictionaries({}, optional={name: VALUES[fact.kind] for name, fact in FACTS.items()})
MOVES = st.sampled_from(GatedTransition.values)


class TestTheDefaultPolicy:
    def test_can_be_evaluated(self) -> None:
        assert engine.problems_of(default_body()) == []

    @given(facts=SNAPSHOTS, move=MOVES, automatic=st.booleans())
    def test_answers_everything_and_always_the_same(self, facts: dict[str, Any], move: str, automatic: bool) -> None:
        asked = engine.snapshot(facts=facts, is_automatic=automatic, granted=[], override=False)

        first, second = (engine.replay(default_body(), transition=move, inputs=asked) for _ in range(2))

        assert first == second
        assert first.outcome in engine.STRENGTH
        assert (first.outcome == engine.ALLOW) == (not first.rule_ids)

    @given(facts=SNAPSHOTS, automatic=st.booleans())
    def test_never_starts_on_a_bed_that_is_not_clear_or_a_silent_printer(self, facts: dict[str, Any], automatic: bool) -> None:
        for override in (False, True):
            ruling = engine.evaluate(default_body(), transition="run.dispatch", facts=facts, is_automatic=automatic, override=override)
            if facts.get("bed.clear") is not True or facts.get("run.printer_state") not in ("OK", "DEGRADED"):
                assert ruling.outcome == engine.BLOCK or (override and facts.get("run.printer_state") == "MAINTENANCE")

    @given(facts=SNAPSHOTS, move=MOVES)
    def test_is_never_stricter_with_a_person_than_with_automation(self, facts: dict[str, Any], move: str) -> None:
        person, machine = (
            engine.evaluate(default_body(), transition=move, facts=facts, is_automatic=automatic).outcome for automatic in (False, True)
        )

        assert engine.STRENGTH.index(person) <= engine.STRENGTH.index(machine)


class TestRules:
    def test_a_grant_covers_questions_but_no_blocks(self) -> None:
        ask = {"id": "a", "transitions": ["m"], "predicate": "bed_is_clear", "otherwise": "REQUIRE_APPROVAL"}
        body = {"rules": [ask, {**ask, "id": "b", "otherwise": "BLOCK"}]}

        ruling = engine.evaluate(body, transition="m", facts={}, is_automatic=True, granted=["a", "b"])

        assert ruling.rule_ids == ("b",)

    def test_a_switch_that_is_off_asks_automation_only(self) -> None:
        body = {"auto": {"auto_dispatch": False}}

        assert engine.evaluate(body, transition="run.dispatch", facts={}, is_automatic=True).outcome == engine.REQUIRE_APPROVAL
        assert engine.evaluate(body, transition="run.dispatch", facts={}, is_automatic=False).outcome == engine.ALLOW

    @pytest.mark.parametrize("facts", [{"no.such": 1}, {"bed.clear": "yes"}, {"item.attempt_count_total": True}])
    def test_refuse_facts_nobody_declared_or_of_another_kind(self, facts: dict[str, Any]) -> None:
        with pytest.raises(engine.PolicyInvalid):
            engine.evaluate({}, transition="run.dispatch", facts=facts, is_automatic=True)

    def test_every_predicate_reads_declared_facts_and_says_no_to_the_unknown(self) -> None:
        for name, condition in PREDICATES.items():
            assert set(condition.reads) <= set(FACTS), name
            params = {key: {int: 1, str: "LOW", list: []}[kind] for key, kind in condition.parameters.items()}
            if name not in ("finishes_before_due", "circuit_has_room"):
                assert not condition.test(dict.fromkeys(condition.reads), **params).holds, name

    @pytest.mark.parametrize(
        ("kept", "stays", "holds"),
        [(False, None, True), (True, 15, True), (True, 14, False), (True, 0, False), (True, None, False), (None, 60, False)],
    )
    def test_a_start_is_watched_for_so_long_where_hours_are_kept(self, kept: bool | None, stays: int | None, holds: bool) -> None:
        given = {"hours.are_kept": kept, "hours.there_for": stays}

        assert PREDICATES["starts_while_somebody_is_there"].test(given, minutes=15).holds is holds

    def test_nobody_watches_where_nobody_is(self) -> None:
        assert not PREDICATES["starts_while_somebody_is_there"].test({"hours.are_kept": True, "hours.there_for": 0}, minutes=0).holds

    @pytest.mark.parametrize(
        ("kept", "after", "holds"),
        [(False, None, True), (True, 0, True), (True, 30, True), (True, 31, False), (True, None, False), (None, 0, False)],
    )
    def test_an_end_is_met_with_grace_where_hours_are_kept(self, kept: bool | None, after: int | None, holds: bool) -> None:
        given = {"hours.are_kept": kept, "hours.end_after": after, "hours.wait_at_end": 140}

        found = PREDICATES["ends_while_somebody_is_there"].test(given, grace_minutes=30)

        assert found.holds is holds
        assert holds == (kept is False) or found.params["limit"] == 30

    @pytest.mark.parametrize(("heating", "limit", "room"), [(0, 1, True), (1, 1, False), (2, 1, False), (None, 1, False), (9, None, True)])
    def test_a_circuit_has_room_below_its_ceiling_and_no_circuit_always(self, heating: int | None, limit: int | None, room: bool) -> None:
        given = {"circuit.heating": heating, "circuit.max_heating": limit}

        assert PREDICATES["circuit_has_room"].test(given).holds is room

    @pytest.mark.parametrize(("age", "fresh"), [(0, True), (30, True), (31, False), (None, False)])
    def test_a_printer_is_freshly_calibrated_up_to_the_limit_and_never_when_nobody_knows(self, age: int | None, fresh: bool) -> None:
        given = {"printer.calibration_age_days": age, "printer.oldest_calibration": "bed_mesh"}

        found = PREDICATES["calibrated_within"].test(given, days=30)

        assert found.holds is fresh
        assert found.params == {"calibration": "bed_mesh", "days": age, "limit": 30}

    def test_work_without_a_promised_time_is_never_late(self) -> None:
        rule = {"id": "a", "transitions": ["m"], "predicate": "finishes_before_due", "params": {"slack_minutes": 10}, "otherwise": "BLOCK"}

        def outcome(**facts: Any) -> str:
            given = {key.replace("__", "."): value for key, value in facts.items()}
            return engine.evaluate({"rules": [rule]}, transition="m", facts=given, is_automatic=True).outcome

        assert outcome() == engine.ALLOW
        assert outcome(sla__minutes_remaining=70, run__estimated_minutes=60) == engine.ALLOW
        assert outcome(sla__minutes_remaining=69, run__estimated_minutes=60) == engine.BLOCK
        assert outcome(sla__minutes_remaining=69) == engine.BLOCK
