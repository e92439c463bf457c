"""The admin of parts shows every row and changes none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.states import Role
from tests.admin_pages import open_pages, unseen
from tests.factories.accounts import make_user
from tests.factories.parts import (
    make_finding_answer,
    make_part,
    make_part_revision,
    make_preflight,
    make_revision_file,
    make_upload,
    make_upload_part,
)

FACTORIES: dict[str, Callable[..., Any]] = {
    "Part": make_part,
    "PartRevision": make_part_revision,
    "RevisionFile": make_revision_file,
    "Upload": make_upload,
    "UploadPart": make_upload_part,
    "Preflight": make_preflight,
    "FindingAnswer": make_finding_answer,
}


@pytest.mark.django_db
class TestTheAdmin:
    @pytest.mark.parametrize("model", FACTORIES)
    def test_opens_every_page_read_only(self, model: str) -> None:
        row = FACTORIES[model]()

        assert open_pages(make_user(Role.ADMIN), row).read_only

    def test_leaves_no_model_out(self) -> None:
        assert unseen("parts", FACTORIES) == set()
