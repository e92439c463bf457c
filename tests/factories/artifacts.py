"""Artifacts with and without real bytes, and stages of operations."""

from __future__ import annotations

import io
import os
from typing import Any

from apps.artifacts import commands
from apps.artifacts.changes import Origin
from apps.artifacts.models import Artifact, StageArtifact, StageParent
from apps.artifacts.states import Stage, StoreKind
from apps.artifacts.store import Stored, deposit, key_for
from apps.journal import frame
from tests.factories.accounts import shop
from tests.factories.context import NOW, make_context


def some_sha256() -> str:
    """Return a hash nobody else has."""
    return os.urandom(32).hex()


def make_stored(sha256: str = "", **overrides: Any) -> Stored:
    """Return a receipt for bytes that were never written: for tests that look at rows only."""
    sha256 = sha256 or some_sha256()
    fields = {"store": StoreKind.FILES.value, "key": key_for(sha256), "sha256": sha256, "size": 3, "mime": "model/stl", **overrides}
    return Stored(**fields)


def make_artifact(**overrides: Any) -> Artifact:
    """Return a row whose bytes were never written."""
    sha256 = overrides.get("sha256", some_sha256())
    fields = {"created_at": NOW, "store": StoreKind.FILES, "key": key_for(sha256), "sha256": sha256, "size": 3, "mime": "model/stl"}
    with frame.seeding("factory"):
        return Artifact(**{**fields, **overrides}).add()


def make_file(content: bytes = b"solid part", *, parents: tuple[Origin, ...] = ()) -> Artifact:
    """Return an artifact whose bytes are in the store."""
    stored = deposit(io.BytesIO(content), mime="model/stl")
    artifact_id = commands.store_artifact(make_context(), stored=stored, parents=parents)
    return Artifact.objects.get(pk=artifact_id)


def make_origin(parent: Artifact, role: str = "original") -> Origin:
    """Return the statement that something was made from ``parent`` by a tool."""
    return Origin(parent_id=parent.pk, role=role, tool="mesh-repair", tool_version="1.0")


def make_stage(*, parents: tuple[StageArtifact, ...] = (), **overrides: Any) -> StageArtifact:
    """Return a planned print specification; ``parents`` are the stages it rests on."""
    fields: dict[str, Any] = {
        "created_at": NOW,
        "kind": "print_spec",
        "tool_kind": "print",
        "stage": Stage.SPEC,
        "request_id": "tests",
        "created_by": "service:tests",
        **overrides,
    }
    fields["site"] = fields.get("site") or shop()
    fields["payload"] = fields.get("payload") or make_artifact()
    with frame.seeding("factory"):
        stage = StageArtifact(**fields).add()
        for parent in parents:
            StageParent(created_at=NOW, child=stage, parent=parent, role=parent.stage).add()
    return stage
