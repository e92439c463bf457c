"""Asking farmos to do something: kept, owed, done by the action's own command with the rights of whoever asks, answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from apps.accounts.states import Role
from apps.catalog.states import Reason
from apps.journal import commands, lanes
from apps.journal.context import Actor, Context
from apps.journal.models import ActionRequest, Event
from apps.journal.refusals import NotFound
from apps.journal.states import ActionState
from apps.runs.models import Anomaly, Run
from apps.runs.states import RunState, Wish
from tests.asking import post, problem_of, signed_in
from tests.factories.accounts import make_api_token, make_grant, make_site, make_user
from tests.factories.planning import make_plan
from tests.factories.policy import make_active_policy
from tests.factories.runs import make_completed_run, make_printing_run

pytestmark = pytest.mark.django_db(transaction=True)

ASK = "/api/v1/action-requests/request"


def settle() -> None:
    """Do what is owed."""
    while lanes.hand_out_next("default"):
        pass


def asked_by(client: Client, run: Any, action: str = "PAUSE_RUN", **body: Any) -> Any:
    """Ask over HTTP and return the request as it then is."""
    answer = post(client, ASK, {"action": action, "target_id": str(run.pk), **body})
    assert answer.status_code == 201, answer.content
    settle()
    return client.get(answer.headers["Location"]).json()


@pytest.fixture
def run() -> Run:
    """A print at a shop whose policy lets plug-ins pause."""
    make_active_policy()
    return make_printing_run()


class TestARequest:
    def test_is_done_by_the_action_s_command_and_says_so(self, run: Run) -> None:
        operator = make_user(Role.OPERATOR)

        found = asked_by(signed_in(operator), run, reason="The camera sees spaghetti.")

        run = Run.objects.get(pk=run.pk)
        assert (found["state"]["code"], run.wish, run.wish_note) == ("accepted", Wish.PAUSE, "The camera sees spaghetti.")
        assert run.wish_by == f"person:{operator.pk}"
        types = list(Event.objects.filter(subject_rows__kind="request").order_by("id").values_list("type", flat=True))
        assert types == ["ActionRequested", "ActionRequestAccepted"]

    def test_needs_the_requester_s_rights_when_it_is_done(self, run: Run) -> None:
        inspector = make_user(Role.QUALITY)

        found = asked_by(signed_in(inspector), run, "RESUME_RUN")

        assert (found["state"]["code"], found["code"]["code"]) == ("rejected", "permission-denied")
        assert found["code"]["label"] == "Not allowed"

    def test_that_is_not_possible_is_rejected_with_the_command_s_refusal(self) -> None:
        over = make_completed_run()

        found = asked_by(signed_in(make_user(Role.LEAD)), over, "RESUME_RUN")

        assert (found["state"]["code"], found["code"]["code"]) == ("rejected", "illegal-transition")
        assert found["answer"]["state"] == RunState.COMPLETED

    def test_to_stop_carries_its_reason(self, run: Run) -> None:
        asked_by(signed_in(make_user(Role.LEAD)), run, "ABORT_RUN", reason="Loose belt.", params={"reason": "LAYER_SHIFT"})

        run = Run.objects.get(pk=run.pk)
        assert (run.wish, run.wish_reason) == (Wish.ABORT, Reason.LAYER_SHIFT)

    def test_with_an_unknown_reason_is_rejected(self, run: Run) -> None:
        found = asked_by(signed_in(make_user(Role.LEAD)), run, "ABORT_RUN", params={"reason": "BECAUSE"})

        assert found["code"]["code"] == "invalid"

    def test_for_a_review_opens_one(self) -> None:
        plan = make_plan()

        found = asked_by(signed_in(make_user(Role.PLANNER)), plan, "REQUEST_PLAN_REVIEW", reason="Warps every time.")

        assert found["state"]["code"] == "accepted"
        assert plan.reviews.count() == 1

    def test_that_something_looks_wrong_raises_an_anomaly(self, run: Run) -> None:
        looked = {"kind": "SPAGHETTI_SUSPECTED", "evidence": {"score": 0.93, "threshold": 0.8}}
        found = asked_by(signed_in(make_user(Role.INTEGRATOR)), run, "RAISE_ANOMALY", reason="Strands in the air.", params=looked)

        assert found["state"]["code"] == "accepted"
        anomaly = Anomaly.objects.get(run=run)
        assert (anomaly.kind, anomaly.severity, anomaly.reason) == ("SPAGHETTI_SUSPECTED", "urgent", "SPAGHETTI")
        assert (anomaly.evidence, anomaly.note) == ({"score": 0.93, "threshold": 0.8}, "Strands in the air.")
        assert anomaly.raised_by.startswith("person:")

    @pytest.mark.parametrize(
        "params", [{}, {"kind": "GHOSTS"}, {"kind": "ADHESION_RISK", "severity": 3}, {"kind": "ADHESION_RISK", "evidence": 7}]
    )
    def test_that_something_looks_wrong_in_words_nobody_knows_is_rejected(self, run: Run, params: dict[str, Any]) -> None:
        found = asked_by(signed_in(make_user(Role.INTEGRATOR)), run, "RAISE_ANOMALY", params=params)

        assert (found["state"]["code"], found["code"]["code"]) == ("rejected", "invalid")
        assert not Anomaly.objects.exists()

    def test_is_done_once_however_often_it_is_sent(self, run: Run) -> None:
        client = signed_in(make_user(Role.OPERATOR))
        body = {"action": "PAUSE_RUN", "target_id": str(run.pk)}

        answers = [post(client, ASK, body, Idempotency_Key="once").json() for _ in range(2)]
        settle()

        assert answers[0] == answers[1]
        assert Event.objects.filter(type="RunPauseRequested").count() == 1


class TestAProgram:
    def test_acts_within_its_token(self, run: Run) -> None:
        lead = make_user(Role.LEAD)
        make_api_token(
            "fos_camera", user=lead, scopes=["journal.request_action", "journal.view_actionrequest", "runs.view_run", "runs.pause_run"]
        )
        body = {"action": "PAUSE_RUN", "target_id": str(run.pk)}
        camera = Client(raise_request_exception=False)
        headers = {"Authorization": "Bearer fos_camera"}

        answers = [post(camera, ASK, {**body, "action": action}, **headers) for action in ("PAUSE_RUN", "ABORT_RUN")]
        settle()

        states = [camera.get(answer.headers["Location"], headers=headers).json()["state"]["code"] for answer in answers]
        assert states == ["accepted", "rejected"]
        assert Run.objects.get(pk=run.pk).wish_by.startswith("token:")


class TestAsking:
    @pytest.mark.parametrize("action", ["FLY", "", "pause_run"])
    def test_for_what_nobody_can_do_is_refused(self, action: str, run: Run) -> None:
        document = problem_of(post(signed_in(make_user(Role.LEAD)), ASK, {"action": action, "target_id": str(run.pk)}))

        assert document["code"] == "action-unknown"
        assert "PAUSE_RUN" in document["params"]["known"]

    @pytest.mark.parametrize(("action", "name"), [("PAUSE_RUN", "state"), ("RESUME_RUN", "reason"), ("RAISE_ANOMALY", "is_true")])
    def test_with_what_the_action_does_not_take_is_refused(self, action: str, name: str, run: Run) -> None:
        asked = {"action": action, "target_id": str(run.pk), "params": {name: "x"}}

        document = problem_of(post(signed_in(make_user(Role.LEAD)), ASK, asked))

        assert (document["code"], document["params"]["field"]) == ("unknown-field", f"params.{name}")
        assert not ActionRequest.objects.exists()

    def test_about_something_at_another_site_is_404(self, run: Run) -> None:
        stranger = make_user()
        make_grant(user=stranger, site=make_site(), role=Role.LEAD)

        assert problem_of(post(signed_in(stranger), ASK, {"action": "PAUSE_RUN", "target_id": str(run.pk)}))["code"] == "not-found"
        assert not ActionRequest.objects.exists()

    def test_without_a_target_is_refused_by_the_command_too(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.request_action(ctx, action="PAUSE_RUN", target_id=uuid4())

    def test_lists_what_can_be_asked(self) -> None:
        items = signed_in(make_user(Role.VIEWER)).get("/api/v1/action-types").json()["items"]

        assert {item["type"]["code"] for item in items} >= {"PAUSE_RUN", "RESUME_RUN", "ABORT_RUN", "CREATE_REPRINT", "REQUEST_PLAN_REVIEW"}


class TestADoerWhoIsNobody:
    def test_is_not_allowed_anything(self, run: Run, ctx_factory: Callable[..., Context]) -> None:
        ctx = ctx_factory(actor=Actor.service("plug-in"))
        request_id = commands.request_action(ctx, action="PAUSE_RUN", target_id=run.pk)

        settle()

        request = ActionRequest.objects.get(pk=request_id)
        assert (request.state, request.code) == (ActionState.REJECTED, "permission-denied")
