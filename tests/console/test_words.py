"""Everything a person can meet has words: events, conditions of policies, risk factors, blockers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from apps.board.queries import EFFECTS
from apps.console.labels.events import WORDS, Named, sentence_of
from apps.console.labels.events.words import say
from apps.console.labels.evidence import FACT_WORDS
from apps.console.labels.risks import factors_of
from apps.console.labels.rules import WORDS as RULES
from apps.console.labels.rules import reasons_of
from apps.console.labels.solving import SOLVING
from apps.console.views.approvals import YES
from apps.console.views.blocking import TITLES
from apps.console.views.decision import facts_of
from apps.journal.event import EventType, all_types
from apps.planning.queries.waiting import WORDS as PLANNING
from apps.policy.domain.facts import FACTS
from apps.policy.domain.predicates import PREDICATES
from apps.policy.states import GatedTransition, RiskFactor
from apps.runs.queries.waiting import WORDS as RUNS

TYPES = [kind for kind in all_types() if kind.app.startswith("apps.")]
SPRITE = Path(__file__).parents[2] / "apps/board/static/farmos/icons.svg"
OF_THE_PAGE = {"printer", "plate", "order", "money"}


class TestEvents:
    def test_all_have_a_sentence(self) -> None:
        missing = {kind.name for kind in TYPES} - set(WORDS)

        assert not missing, f"say what happened in apps/console/labels/events: {sorted(missing)}"

    @pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
    def test_name_only_what_they_hold(self, kind: EventType) -> None:
        asked = set(re.findall(r"\{(\w+)\}", str(WORDS[kind.name].text)))

        assert asked <= {*kind.cls.__dataclass_fields__, *OF_THE_PAGE}

    def test_say_codes_by_their_labels_and_ids_by_names(self) -> None:
        named = Named(printers={"1": "V3"}, plates={"2": "P-318"})

        assert (
            sentence_of("RunFailed", {"printer_id": "1", "reason": "FIRST_LAYER"}, {}, named)
            == "The print failed on printer V3: First layer"
        )
        assert sentence_of("RunStarted", {"run_id": "9"}, {"plate": ["2"]}, named) == "Plate P-318 started on printer a printer"
        assert sentence_of("PaymentReceived", {"amount_minor": 2119, "currency": "EUR"}, {}, named) == "Payment of 21.19 EUR arrived"

    def test_of_a_later_version_are_said_by_their_name(self) -> None:
        assert sentence_of("SomethingNew", {}, {}, Named()) == "SomethingNew"

    def test_get_words_once(self) -> None:
        with pytest.raises(ValueError, match="RunStarted"):
            say("RunStarted", "again", "play")


class TestFacts:
    def test_all_are_called_something(self) -> None:
        assert set(FACT_WORDS) == set(FACTS)

    def test_say_their_codes_by_their_labels(self) -> None:
        assert facts_of({"plan.risk_level": "LOW", "run.estimated_minutes": 112, "bed.clear": None}) == [
            ("bed.clear", "Is the bed clear?", "not known"),
            ("plan.risk_level", "Risk of the Build Plan", "Low risk"),
            ("run.estimated_minutes", "Print time", "112 min"),
        ]


class TestIcons:
    @pytest.mark.parametrize(
        "name",
        sorted(
            {words.icon for words in WORDS.values()} | {words.icon for words in RULES.values()} | {one.icon for one in SOLVING.values()}
        ),
    )
    def test_are_in_the_sprite(self, name: str) -> None:
        assert f'id="{name}"' in SPRITE.read_text()


class TestConditions:
    @pytest.mark.parametrize("name", PREDICATES)
    def test_all_have_words(self, name: str) -> None:
        assert name in RULES

    def test_say_their_numbers(self) -> None:
        (found,) = reasons_of([{"code": "order_value_is_at_most", "rule": "big", "value": 600_000, "limit": 500_000}], currency="EUR")

        assert found.detail == "Above 5,000.00 EUR a person looks first; it is worth 6,000.00 EUR."

    def test_say_what_is_not_known(self) -> None:
        (found,) = reasons_of([{"code": "attempts_in_total_are_below", "rule": "x", "attempts": None, "limit": 3}])

        assert "not known" in found.title

    @pytest.mark.parametrize(
        ("kind", "days", "said"),
        [
            ("bed_mesh", 45, "Bed mesh: last done 45 days ago, 30 at most are asked for. Do it again and record it on the printer's page."),
            ("probe", None, "Nobody recorded a calibration of it, or the last one was not good."),
            (None, None, "Nobody recorded a calibration of it, or the last one was not good."),
        ],
    )
    def test_say_what_is_to_be_calibrated(self, kind: str | None, days: int | None, said: str) -> None:
        entry = {"code": "calibrated_within", "rule": "fresh", "calibration": kind, "days": days, "limit": 30}

        (found,) = reasons_of([entry])

        assert found.detail.startswith(said)


class TestRisks:
    @pytest.mark.parametrize("code", RiskFactor.values)
    def test_all_say_what_they_affect(self, code: str) -> None:
        assert EFFECTS[code]
        assert factors_of([{"factor": code, "value": 1, "threshold": 2, "source": "plan"}])[0].receipt

    def test_say_too_late_instead_of_less_than_nothing_to_spare(self) -> None:
        said = factors_of([{"factor": "SLA_TIGHT", "value": -43, "threshold": 60, "source": "promise"}])[0].receipt

        assert said == "43 min too late, says the promise; the limit is 60."


class TestMoves:
    @pytest.mark.parametrize("move", GatedTransition.values)
    def test_all_have_a_title_and_a_yes(self, move: str) -> None:
        assert TITLES[move]
        assert YES[move]


class TestBlockers:
    @pytest.mark.parametrize("code", sorted({*PLANNING, *RUNS}))
    def test_all_say_who_solves_them(self, code: str) -> None:
        assert SOLVING[code].who
