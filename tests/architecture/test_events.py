"""Events are a public contract: each has a committed JSON Schema that says what the code says, and within a version it only grows."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.journal import event, schemas_of_events
from apps.journal.schemas_of_events import SchemaState

from .source import ROOT, assert_none, tracked

SCHEMA_ID = "/api/v1/schemas/events/"
RELEASES = "v[0-9]*"
"""Which git tags are releases."""


def git(*words: str) -> str | None:
    """Return what git prints, or None when it fails (no checkout, no such revision)."""
    done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else None


def baselines() -> list[str]:
    """Return the revisions that readers may rely on: the last release and the last commit. Empty outside a checkout."""
    release = git("describe", "--tags", "--abbrev=0", "--match", RELEASES)
    return [*([release.strip()] if release else []), *(["HEAD"] if git("rev-parse", "--verify", "HEAD") else [])]


def committed_schemas() -> list[str]:
    """Return the paths of the committed event schemas."""
    return [path for path in tracked() if "/schemas/" in path and path.endswith(".json") and SCHEMA_ID in (ROOT / path).read_text()]


def disagreements(states: list[SchemaState]) -> Iterator[str]:
    """Find event types whose committed schema is missing or says something else."""
    for state in states:
        if not state.path.exists():
            yield f"{state.kind.name} has no committed schema; run: ./farm manage event_schemas --write"
        elif state.breaks:
            yield f"{state.kind.name} v{state.kind.version}: {', '.join(state.breaks)}; declare version {state.kind.version + 1} instead"
        elif not state.current:
            yield f"{state.kind.name}: the committed schema is behind the code; run: ./farm manage event_schemas --write"


def broken_promises(path: str, old: str, new: dict[str, Any]) -> Iterator[str]:
    """Find what the schema at ``path`` promised in an earlier text and no longer keeps."""
    for broken in schemas_of_events.breaking_changes(json.loads(old), new):
        yield f"{path}: {broken}; within a version only additions: declare the next version of the event"


class TestTheChecks:
    old: dict[str, Any] = {
        "properties": {"run_id": {"type": "string", "format": "uuid"}, "minutes": {"type": "integer"}},
        "required": ["run_id", "minutes"],
        "$defs": {"Spot": {"properties": {"x": {"type": "integer"}}, "required": ["x"]}, "Kind": {"enum": ["a", "b"]}},
    }

    @pytest.mark.parametrize(
        ("path", "value", "says"),
        [
            (["properties", "minutes"], None, "minutes is gone"),
            (["properties", "minutes"], {"type": "string"}, "minutes changed its type"),
            (["required"], ["run_id"], "minutes may now be absent"),
            (["$defs", "Spot"], None, "Spot is gone"),
            (["$defs", "Spot", "properties", "x"], {"type": "number"}, "Spot.x changed its type"),
            (["$defs", "Kind", "enum"], ["a"], "lost codes"),
        ],
    )
    def test_see_a_change_that_breaks_readers(self, path: list[str], value: object, says: str) -> None:
        new = json.loads(json.dumps(self.old))
        *above, last = path
        inner = new
        for name in above:
            inner = inner[name]
        if value is None:
            del inner[last]
        else:
            inner[last] = value

        assert any(says in line for line in broken_promises("x.json", json.dumps(self.old), new))

    def test_allow_additions(self) -> None:
        new = json.loads(json.dumps(self.old))
        new["properties"]["note"] = {"type": "string", "default": ""}
        new["$defs"]["Kind"]["enum"].append("c")
        new["$defs"]["New"] = {"properties": {}}

        assert not list(broken_promises("x.json", json.dumps(self.old), new))

    def test_see_a_schema_that_is_missing_or_behind(self, tmp_path: Path) -> None:
        kind = event.all_types()[0]
        generated = schemas_of_events.generate(kind)
        missing = SchemaState(kind, tmp_path / "none.json", generated, current=False, breaks=[])
        behind = SchemaState(kind, tmp_path, generated, current=False, breaks=[])
        fine = SchemaState(kind, tmp_path, generated, current=True, breaks=[])

        assert len(list(disagreements([missing, behind, fine]))) == 2


class TestTheTree:
    def test_every_event_has_its_schema(self) -> None:
        states = schemas_of_events.compare()

        assert states, "no events were found at all"
        assert_none(disagreements(states), "Event schemas are a public contract:")

    def test_every_schema_has_its_event(self) -> None:
        wanted = {state.path.relative_to(ROOT).as_posix() for state in schemas_of_events.compare()}

        assert_none(
            sorted(set(committed_schemas()) - wanted), "Stored events of these types could no longer be read; keep the event's class:"
        )

    def test_schemas_keep_their_promises(self) -> None:
        if not baselines():
            pytest.skip("no git history here: nothing earlier to hold the schemas against")
        found = []
        for revision in baselines():
            for path in committed_schemas():
                old = git("show", f"{revision}:{path}")
                found += list(broken_promises(path, old, json.loads((ROOT / path).read_text()))) if old else []

        assert_none(found, "Within a version a schema only grows:")

    def test_events_are_declared_in_events(self) -> None:
        strays = [
            kind.cls.__module__ for kind in event.all_types() if kind.app.startswith("apps.") and ".events" not in kind.cls.__module__
        ]

        assert_none(strays, "Events live in their app's events.py:")
