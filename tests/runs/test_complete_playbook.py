"""``runs.complete_playbook``: what was done about an anomaly, from its checklist; then nothing is left to do."""

from __future__ import annotations

import json

import pytest

from apps.catalog.states import Reason
from apps.journal.models import Event
from apps.journal.refusals import IllegalTransition, Invalid, StaleVersion
from apps.runs import commands
from apps.runs.domain.anomaly import PLAYBOOKS, SEVERITIES, Step
from apps.runs.states import AnomalyKind, AnomalyResolution, AnomalySeverity, AnomalyState, PlaybookAnswer, RunState
from tests.factories.context import make_context
from tests.factories.runs import make_anomaly
from tests.runs.driving import PERSON, fresh, person
from tests.writers import Writers

pytestmark = pytest.mark.django_db


class TestCompleting:
    def test_keeps_the_answers_and_closes_it(self) -> None:
        anomaly = make_anomaly()

        commands.complete_playbook(
            person(), anomaly_id=anomaly.pk, expected_version=1, answers=("CLEARED_CLOG", "OTHER", "CLEARED_CLOG"), note="Cold pull."
        )

        after = fresh(anomaly)
        assert (after.state, after.resolution, after.resolved_by) == (AnomalyState.RESOLVED, AnomalyResolution.PLAYBOOK, PERSON.who)
        assert (after.answers, after.answer_note) == (["CLEARED_CLOG", "OTHER"], "Cold pull.")
        assert json.loads(Event.objects.get(type="PlaybookCompleted").data)["answers"] == ["CLEARED_CLOG", "OTHER"]

    def test_leaves_the_print_as_it_is(self) -> None:
        anomaly = make_anomaly()

        commands.complete_playbook(person(), anomaly_id=anomaly.pk, expected_version=1, answers=("NOTHING_WRONG",))

        assert (fresh(anomaly.run).state, fresh(anomaly.run).version) == (RunState.PRINTING, anomaly.run.version)

    @pytest.mark.parametrize(
        ("answers", "note"),
        [((), ""), (("RELEVELED",), ""), (("OTHER",), "  ")],
        ids=["nothing", "not on its list", "other without a note"],
    )
    def test_with_what_says_nothing_is_refused(self, answers: tuple[str, ...], note: str) -> None:
        anomaly = make_anomaly()

        with pytest.raises(Invalid):
            commands.complete_playbook(person(), anomaly_id=anomaly.pk, expected_version=1, answers=answers, note=note)
        assert fresh(anomaly).state == AnomalyState.OPEN

    def test_twice_is_refused(self) -> None:
        anomaly = make_anomaly()
        commands.complete_playbook(person(), anomaly_id=anomaly.pk, expected_version=1, answers=("NOTHING_WRONG",))

        with pytest.raises(IllegalTransition):
            commands.complete_playbook(person(), anomaly_id=anomaly.pk, expected_version=2, answers=("NOTHING_WRONG",))


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
def test_of_eight_who_answer_at_once_one_is_heard(writers: Writers) -> None:
    anomaly = make_anomaly()

    def answer(number: int) -> bool:
        try:
            ctx = make_context(key=f"answer-{number}")
            commands.complete_playbook(ctx, anomaly_id=anomaly.pk, expected_version=1, answers=("NOTHING_WRONG",))
        except StaleVersion:
            return False
        return True

    assert [outcome.value for outcome in writers.in_threads(answer, 8)].count(True) == 1
    assert Event.objects.filter(type="PlaybookCompleted").count() == 1


class TestThePlaybooks:
    def test_are_there_for_every_kind_in_known_codes(self) -> None:
        assert set(PLAYBOOKS) == set(SEVERITIES) == set(AnomalyKind.values)
        assert set(SEVERITIES.values()) <= set(AnomalySeverity.values)
        for book in PLAYBOOKS.values():
            assert book.reason in Reason.values
            assert set(book.checklist) <= set(PlaybookAnswer.values)
            assert book.checklist[-2:] == ("NOTHING_WRONG", "OTHER")
            assert book.primary is not book.secondary

    def test_of_the_first_layer_is_as_specified(self) -> None:
        book = PLAYBOOKS["FIRST_LAYER_RISK"]

        assert book.steps(state="printing", wish="", can_exclude=True) == (Step.PAUSE, Step.REQUEUE)
        assert book.checklist[:4] == ("CLEANED_PLATE", "SWAPPED_SHEET", "RELEVELED", "CHANGED_NOZZLE")

    @pytest.mark.parametrize("kind", AnomalyKind.values)
    def test_offer_what_can_be_done_in_the_state(self, kind: str) -> None:
        book = PLAYBOOKS[kind]

        assert book.steps(state="printing", wish="pause", can_exclude=True) == (Step.REFRESH, None)
        assert (book.steps(state="paused", wish="", can_exclude=True)[0] is Step.RESUME) is (kind not in ("THERMAL_RUNAWAY", "CAMERA_LOST"))
        assert book.steps(state="printing", wish="", can_exclude=True)[0] is not Step.RESUME

    def test_of_a_heater_that_ran_away_never_offers_to_go_on(self) -> None:
        book = PLAYBOOKS["THERMAL_RUNAWAY"]

        assert {state: book.steps(state=state, wish="", can_exclude=True) for state in ("printing", "paused")} == {
            "printing": (Step.ABORT, Step.LOOK),
            "paused": (Step.ABORT, Step.LOOK),
        }

    @pytest.mark.parametrize("kind", ["SPAGHETTI_SUSPECTED", "ADHESION_RISK"])
    def test_of_one_part_that_goes_wrong_leaves_it_out_where_others_go_on(self, kind: str) -> None:
        book = PLAYBOOKS[kind]

        assert book.steps(state="printing", wish="", can_exclude=True) == (Step.PAUSE, Step.EXCLUDE)
        assert book.steps(state="printing", wish="", can_exclude=False) == (Step.PAUSE, Step.ABORT)
        assert book.steps(state="paused", wish="", can_exclude=True) == (Step.RESUME, Step.EXCLUDE)
        assert book.steps(state="paused", wish="", can_exclude=False) == (Step.RESUME, Step.ABORT)
