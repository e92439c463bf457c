"""Stages of governed operations: how they are kept, how their status moves, how they are found."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_fsm import TransitionNotAllowed

from apps.artifacts import changes, queries
from apps.artifacts.changes import StageDraft
from apps.artifacts.models import StageArtifact
from apps.artifacts.states import Stage, StageReason, StageStatus, kind_of
from apps.artifacts.store import read_verified
from apps.journal import frame
from apps.journal.context import Context
from apps.journal.refusals import Invalid, NotFound, StaleVersion
from tests.factories.accounts import make_site
from tests.factories.artifacts import make_artifact, make_stage
from tests.factories.context import make_context

pytestmark = pytest.mark.django_db

Move = Callable[[Context, StageArtifact], None]

MOVES: dict[str, tuple[Move, StageStatus]] = {
    "approve": (changes.approve_stage, StageStatus.APPROVED),
    "execute": (changes.execute_stage, StageStatus.EXECUTED),
    "block": (lambda ctx, row: changes.block_stage(ctx, row, reason=StageReason.FEASIBILITY_RED), StageStatus.BLOCKED),
    "fail": (lambda ctx, row: changes.fail_stage(ctx, row, reason=StageReason.SLICE_ERROR), StageStatus.FAILED),
}
LEGAL = {
    (StageStatus.PLANNED, "approve"),
    (StageStatus.PLANNED, "block"),
    (StageStatus.PLANNED, "fail"),
    (StageStatus.APPROVED, "execute"),
    (StageStatus.APPROVED, "block"),
    (StageStatus.APPROVED, "fail"),
}
UNHAPPY = {StageStatus.BLOCKED: StageReason.FEASIBILITY_RED, StageStatus.FAILED: StageReason.SLICE_ERROR}


def stage_in(status: StageStatus) -> StageArtifact:
    return make_stage(status=status, reason=UNHAPPY.get(status, ""))


class TestAStatus:
    @pytest.mark.parametrize(("status", "move"), list(product(StageStatus, MOVES)))
    def test_moves_only_as_the_table_says(self, status: StageStatus, move: str, ctx: Context) -> None:
        row = stage_in(status)
        act, target = MOVES[move]

        with frame.seeding("test"):
            if (status, move) not in LEGAL:
                with pytest.raises(TransitionNotAllowed):
                    act(ctx, row)
            else:
                act(ctx, row)

        kept = StageArtifact.objects.get(pk=row.pk)
        moved = (status, move) in LEGAL
        assert (kept.status, kept.version) == ((target, 2) if moved else (status, 1))
        assert (kept.reason != "") == (kept.status in UNHAPPY)

    def test_moves_from_the_version_seen_only(self, ctx: Context) -> None:
        row = make_stage()
        seen_earlier = StageArtifact.objects.get(pk=row.pk)

        with frame.seeding("test"):
            changes.approve_stage(ctx, row)
            with pytest.raises(StaleVersion):
                changes.fail_stage(ctx, seen_earlier, reason=StageReason.SLICE_ERROR)

        assert StageArtifact.objects.get().status == StageStatus.APPROVED


class TestAStageKept:
    def test_names_kind_request_actor_payload_and_parents(self) -> None:
        ctx, site = make_context(request_id="req-1"), make_site()
        spec, plan = make_stage(stage=Stage.SPEC, kind="saw_batch_spec"), make_stage(stage=Stage.PLAN, kind="saw_batch_plan")
        draft = StageDraft(
            tool="saw_batch",
            stage=Stage.EXECUTION,
            sub="retry",
            tool_kind="saw",
            site_id=site.pk,
            status=StageStatus.BLOCKED,
            reason=StageReason.FEASIBILITY_RED,
            session_id="morning",
            index_meta={"op_count": 2},
            parents=(spec.pk, plan.pk),
        )

        with frame.seeding("test"):
            kept = changes.keep_stage(ctx, draft, payload=changes.register_document(ctx, {"blocked": "rim speed"}))

        found = queries.stage(kept.pk)
        assert (found.kind, found.tool_kind, found.status, found.reason) == (
            "saw_batch_execution_retry",
            "saw",
            "BLOCKED",
            "FEASIBILITY_RED",
        )
        assert (found.request_id, found.created_by, found.session_id) == ("req-1", "service:tests", "morning")
        assert found.index_meta == {"op_count": 2}
        assert read_verified(found.payload) == b'{"blocked":"rim speed"}'
        assert {(link.parent_id, link.role) for link in found.parent_links.all()} == {(spec.pk, "spec"), (plan.pk, "plan")}

    def test_on_something_unknown_is_refused(self, ctx: Context) -> None:
        draft = StageDraft(tool="print", stage=Stage.PLAN, tool_kind="print", site_id=make_site().pk, parents=(uuid4(),))

        with frame.seeding("test"), pytest.raises(NotFound):
            changes.keep_stage(ctx, draft, payload=make_artifact())

        assert not StageArtifact.objects.exists()

    @pytest.mark.parametrize(
        ("tool", "stage", "sub", "kind"),
        [
            ("print", Stage.SPEC, "", "print_spec"),
            ("print", Stage.JOB_LOG, "", "print_job_log"),
            ("saw_batch", Stage.EXECUTION, "retry", "saw_batch_execution_retry"),
        ],
    )
    def test_has_a_kind_of_tool_stage_and_sub(self, tool: str, stage: Stage, sub: str, kind: str) -> None:
        assert kind_of(tool, stage, sub) == kind


class TestFindingStages:
    @pytest.fixture
    def plan(self) -> StageArtifact:
        """A plan on a specification, among others that match nothing."""
        spec = make_stage(session_id="a")
        plan = make_stage(
            site=make_site(),
            kind="print_plan",
            stage=Stage.PLAN,
            session_id="a",
            status=StageStatus.BLOCKED,
            reason=StageReason.FEASIBILITY_RED,
            parents=(spec,),
        )
        make_stage(session_id="b")
        make_stage(kind="saw_batch_plan", stage=Stage.PLAN, parents=(make_stage(),))
        return plan

    @pytest.mark.parametrize("wanted", ["kind", "status", "parent_id", "site_id", "all"])
    def test_by_each_column_and_all_together(self, wanted: str, plan: StageArtifact) -> None:
        filters: dict[str, Any] = {
            "kind": "print_plan",
            "status": "BLOCKED",
            "parent_id": plan.parent_links.get().parent_id,
            "site_id": plan.site_id,
        }

        page = queries.stages(**(filters if wanted == "all" else {wanted: filters[wanted]}))

        assert [found.pk for found in page.items] == [plan.pk]
        assert page.before is None

    def test_by_session(self, plan: StageArtifact) -> None:
        page = queries.stages(session_id="a")

        assert [found.kind for found in page.items] == ["print_plan", "print_spec"], "newest first"

    def test_page_after_page_misses_and_repeats_nothing(self) -> None:
        made = [make_stage().pk for _ in range(7)]

        seen: list[UUID] = []
        before: UUID | None = None
        while True:
            page = queries.stages(limit=3, before=before)
            seen += [found.pk for found in page.items]
            before = page.before
            if before is None:
                break

        assert seen == made[::-1]

    @pytest.mark.parametrize(
        "wrong", [{"limit": 0}, {"limit": queries.STAGES_LIMIT + 1}, {"limit": 10**9}, {"status": "planned"}, {"status": "x"}]
    )
    def test_with_an_impossible_wish_is_refused(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(Invalid) as refused:
            queries.stages(**wrong)

        assert set(refused.value.params["fields"]) == set(wrong)

    def test_asks_the_database_once_however_many_there_are(self) -> None:
        for _ in range(5):
            make_stage()

        with CaptureQueriesContext(
            connection,
        ) as asked:
            for found in queries.stages().items:
                assert found.payload.sha256

        assert len(asked) == 1

    def test_that_do_not_exist(self) -> None:
        with pytest.raises(NotFound):
            queries.stage(uuid4())
