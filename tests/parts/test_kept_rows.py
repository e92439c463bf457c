"""What parts promises to keep is kept by the database itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import pytest
from django.db import models

from tests.factories.parts import (
    make_checked_upload,
    make_finding_answer,
    make_part_revision,
    make_preflight,
    make_revision_file,
    make_upload,
    make_upload_part,
)
from tests.kept_rows import KeepsItsPromises, deletable, rewritable

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db]


class TestPartsKeepsItsPromises(KeepsItsPromises):
    app = "parts"
    kept: ClassVar[dict[str, Callable[[], models.Model]]] = {
        "PartRevision": make_part_revision,
        "RevisionFile": make_revision_file,
        "Upload": make_checked_upload,
        "UploadPart": make_upload_part,
        "Preflight": make_preflight,
        "FindingAnswer": make_finding_answer,
    }
    may_change: ClassVar[dict[str, str]] = {"PartRevision": "known_good_plan_id"}


class TestAnUploadThatIsStillChecked:
    def test_learns_what_became_of_it_and_changes_in_nothing_else(self) -> None:
        upload = make_upload()

        assert rewritable(upload) == {"state", "code", "params", "ended_at"}
        assert not deletable(upload)
