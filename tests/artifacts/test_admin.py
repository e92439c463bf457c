"""The admin of artifacts shows every row and changes none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.states import Role
from apps.artifacts.models import ArtifactDamage, ArtifactParent, InlineContent, StageParent
from apps.artifacts.states import Damage, Stage, StoreKind
from tests.admin_pages import open_pages, unseen
from tests.factories.accounts import make_user
from tests.factories.artifacts import make_artifact, make_stage
from tests.factories.filling import stored


def make_content() -> InlineContent:
    return stored(InlineContent, {"artifact": make_artifact(store=StoreKind.INLINE), "content": b"{}"})


def make_link() -> ArtifactParent:
    ends = {"child": make_artifact(), "parent": make_artifact()}
    return stored(ArtifactParent, {**ends, "role": "original", "tool": "slicer", "tool_version": "1"})


def make_damage() -> ArtifactDamage:
    return stored(ArtifactDamage, {"artifact": make_artifact(), "damage": Damage.MISSING})


def make_stage_link() -> StageParent:
    return stored(StageParent, {"child": make_stage(), "parent": make_stage(), "role": Stage.SPEC})


FACTORIES: dict[str, Callable[..., Any]] = {
    "Artifact": make_artifact,
    "InlineContent": make_content,
    "ArtifactParent": make_link,
    "ArtifactDamage": make_damage,
    "StageArtifact": make_stage,
    "StageParent": make_stage_link,
}


@pytest.mark.django_db
class TestTheAdmin:
    @pytest.mark.parametrize("model", FACTORIES)
    def test_opens_every_page_read_only(self, model: str) -> None:
        row = FACTORIES[model]()

        assert open_pages(make_user(Role.ADMIN), row).read_only

    def test_leaves_no_model_out(self) -> None:
        assert unseen("artifacts", FACTORIES) == set()
