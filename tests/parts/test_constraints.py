"""What the database refuses about parts and their revisions."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from apps.journal import frame
from apps.parts.models import PartRevision, RevisionFile
from apps.parts.states import AnswerKind, FileRole, ToleranceClass, UploadState
from tests.factories.accounts import make_site
from tests.factories.artifacts import make_artifact
from tests.factories.context import NOW
from tests.factories.parts import (
    make_finding_answer,
    make_part,
    make_part_revision,
    make_preflight,
    make_revision_file,
    make_upload,
    make_upload_part,
)
from tests.violations import Violation, missing, refused, unknown_codes

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]


def same_sku() -> None:
    make_part(sku="BR-1")
    make_part(sku="BR-1")


def same_file() -> None:
    first = make_revision_file()
    make_revision_file(revision=first.revision, artifact=first.artifact, position=1)


VIOLATIONS = [
    Violation("one_part_per_sku", "sku-taken", same_sku),
    Violation("parts_have_a_name", "part-unnamed", lambda: make_part(name="")),
    Violation("one_part_revision_per_number", "part-revision-exists", lambda: make_part_revision(part=make_part_revision().part)),
    Violation("part_revision_number_at_least_1", "part-revision-number-invalid", lambda: make_part_revision(number=0)),
    Violation("part_revisions_say_by_whom", "part-revision-unsigned", lambda: make_part_revision(created_by="")),
    Violation(
        "one_revision_file_per_position", "revision-file-position-taken", lambda: make_revision_file(revision=make_revision_file().revision)
    ),
    Violation("a_revision_holds_a_file_once", "revision-file-exists", same_file),
    Violation("revision_file_position_at_least_0", "revision-file-position-invalid", lambda: make_revision_file(position=-1)),
    Violation("revision_files_have_a_name", "revision-file-unnamed", lambda: make_revision_file(original_name="")),
    Violation("uploads_have_a_name", "upload-unnamed", lambda: make_upload(original_name="")),
    Violation("refused_uploads_say_why", "upload-refused-without-reason", lambda: make_upload(state=UploadState.REFUSED, ended_at=NOW)),
    Violation("uploads_that_ended_say_when", "upload-end-incomplete", lambda: make_upload(state=UploadState.CHECKED)),
    Violation("one_upload_part_per_position", "upload-part-position-taken", lambda: make_upload_part(upload=make_upload_part().upload)),
    Violation("upload_part_position_at_least_0", "upload-part-position-invalid", lambda: make_upload_part(position=-1)),
    Violation("upload_part_count_at_least_1", "upload-part-count-invalid", lambda: make_upload_part(count=0)),
    Violation("preflights_name_their_analyser", "preflight-unsigned", lambda: make_preflight(analyser="")),
    Violation("one_answer_per_finding", "finding-answered", lambda: make_finding_answer(preflight=make_finding_answer().preflight)),
    Violation("answers_say_by_whom", "answer-unsigned", lambda: make_finding_answer(answered_by="")),
    Violation("reviews_say_why", "review-without-reason", lambda: make_finding_answer(kind=AnswerKind.REVIEWED)),
]
FACTORIES = {
    "PartRevision": make_part_revision,
    "RevisionFile": make_revision_file,
    "Upload": make_upload,
    "UploadPart": make_upload_part,
    "Preflight": make_preflight,
    "FindingAnswer": make_finding_answer,
}


class TestTheDatabase:
    @pytest.mark.parametrize("violation", [*VIOLATIONS, *unknown_codes("parts", FACTORIES)], ids=str)
    def test_refuses_in_plain_words(self, violation: Violation) -> None:
        refusal = refused(violation.act)

        assert (refusal.code, refusal.params["constraint"]) == (violation.code, violation.constraint)

    def test_has_no_constraint_that_is_not_broken_here(self) -> None:
        assert missing("parts", VIOLATIONS) == set()


class TestWhatLooksLikeAViolation:
    def test_is_allowed_where_it_means_something_else(self) -> None:
        make_part(sku="")
        make_part(sku="")
        make_part(sku="BR-1")
        make_part(sku="BR-1", site=make_site())
        drawing = make_artifact()
        revision = make_part_revision()
        make_revision_file(revision=revision, artifact=drawing, role=FileRole.DRAWING)
        make_revision_file(revision=revision, artifact=drawing, role=FileRole.DOCUMENT, position=1)

        assert revision.files.count() == 2


class TestARevision:
    @pytest.mark.parametrize("change", [{"units": "inch"}, {"orientation_constraints": ["up"]}, {"tolerance_class": ToleranceClass.FINE}])
    def test_never_changes_and_never_goes(self, change: dict[str, Any]) -> None:
        revision = make_part_revision()

        with frame.seeding("an attempt to rewrite history"):
            changed = refused(lambda: PartRevision.objects.filter(pk=revision.pk).update(**change))
            deleted = refused(revision.delete)

        assert changed.code == deleted.code == "append-only"

    def test_may_learn_which_plan_is_known_to_work(self) -> None:
        revision = make_part_revision()
        revision.known_good_plan_id = uuid4()

        with frame.seeding("the commands come with their behaviour"):
            revision.save_changes("known_good_plan_id")

        assert PartRevision.objects.get(pk=revision.pk).known_good_plan_id == revision.known_good_plan_id

    def test_keeps_its_files_as_they_are(self) -> None:
        file = make_revision_file()

        with frame.seeding("an attempt to rewrite history"):
            changed = refused(lambda: RevisionFile.objects.filter(pk=file.pk).update(original_name="other.stl"))
            deleted = refused(file.delete)

        assert changed.code == deleted.code == "append-only"
