"""Parts and their revisions."""

from __future__ import annotations

from typing import Any

from apps.parts.models import Part, PartRevision, RevisionFile
from tests.factories.accounts import shop
from tests.factories.artifacts import make_artifact
from tests.factories.filling import filled, stored


def make_part(**overrides: Any) -> Part:
    """Return a part of the shop's own."""
    return stored(Part, filled({"name": "Bracket", **overrides}, site=shop))


def make_part_revision(**overrides: Any) -> PartRevision:
    """Return the first revision of a part."""
    return stored(PartRevision, filled({"number": 1, "created_by": "service:tests", **overrides}, part=make_part))


def make_revision_file(**overrides: Any) -> RevisionFile:
    """Return the model of a revision."""
    return stored(RevisionFile, filled({"original_name": "bracket.stl", **overrides}, revision=make_part_revision, artifact=make_artifact))
