"""Events: typed, described by schemas that only grow, and shown as CloudEvents."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command

from apps.journal import envelope, event, queries, schemas_of_events, sequencer
from apps.journal.commands import command
from apps.journal.context import Actor, Context
from apps.journal.event import Subject
from apps.journal.recording import record
from tests.factories.toy import make_jar
from tests.toy import commands, events

OLD: dict[str, Any] = {
    "properties": {"jar_id": {"type": "string", "format": "uuid"}, "bolts": {"type": "integer"}},
    "required": ["jar_id", "bolts"],
    "$defs": {"State": {"enum": ["open"]}},
}


class TestDeclaringAnEvent:
    def test_that_is_not_frozen_is_a_bug(self) -> None:
        with pytest.raises(TypeError, match="frozen"):

            @event.event()
            @dataclass
            class Loose:
                """An event that could change."""

    def test_twice_is_a_bug(self) -> None:
        with pytest.raises(ValueError, match="declared twice"):
            event.event()(events.BoltsAdded)


@pytest.mark.django_db
class TestRecording:
    def test_a_value_of_the_wrong_type_is_a_bug_and_leaves_nothing(self, ctx: Context) -> None:
        @command(f"tests.wrong_type_{uuid4().hex}")
        def record_wrongly(ctx: Context) -> None:
            record(ctx, event=events.BoltsAdded(jar_id=uuid4(), bolts="three", total=1), subjects=[Subject("jar", uuid4())])  # type: ignore[arg-type]

        with pytest.raises(Exception, match="Expected `int`"):
            record_wrongly(ctx)

    def test_about_nothing_is_a_bug(self, ctx: Context) -> None:
        @command(f"tests.about_nothing_{uuid4().hex}")
        def record_about_nothing(ctx: Context) -> None:
            record(ctx, event=events.JarSealed(jar_id=uuid4()), subjects=[])

        with pytest.raises(ValueError, match="at least one subject"):
            record_about_nothing(ctx)


@pytest.mark.django_db
class TestAnEventInTheFeed:
    def test_is_a_cloud_event_that_names_everything_it_is_about(self, ctx_factory: Callable[..., Context]) -> None:
        story, cause, person = uuid4(), uuid4(), uuid4()
        jar = make_jar()
        ctx = ctx_factory(actor=Actor.person(person, device="tablet-1"), correlation_id=story, causation_id=cause, request_id="r-1")
        commands.add_bolts(ctx, jar_id=jar.id, bolts=2, expected_version=1)
        sequencer.sequence_batch()

        (row,) = queries.feed()
        shown = envelope.cloud_event(row)

        assert shown["specversion"] == "1.0"
        assert (shown["type"], shown["dataschema"]) == ("BoltsAdded", "/api/v1/schemas/events/BoltsAdded.v1.json")
        assert shown["sequence"] == "00000000000000000001"
        assert (shown["actor"], shown["device"]) == (f"person:{person}", "tablet-1")
        assert (shown["correlationid"], shown["causationid"], shown["requestid"]) == (str(story), str(cause), "r-1")
        assert shown["subject"] == f"jar/{jar.id}"
        assert shown["data"] == {"jar_id": str(jar.id), "bolts": 2, "total": 2}
        assert all(re.fullmatch("[a-z0-9]+", name) for name in shown), "CloudEvents attribute names are lower-case letters and digits"

    def test_is_found_by_its_story_and_its_subject(self, ctx_factory: Callable[..., Context]) -> None:
        story, jar, other = uuid4(), make_jar(), make_jar()
        commands.add_bolts(ctx_factory(correlation_id=story), jar_id=jar.id, bolts=2, expected_version=1)
        commands.add_bolts(ctx_factory(), jar_id=other.id, bolts=2, expected_version=1)
        commands.seal_jar(ctx_factory(), jar_id=jar.id, expected_version=2)

        newest, oldest = queries.timeline("jar", jar.id)

        assert [newest.type, oldest.type] == ["JarSealed", "BoltsAdded"]
        assert queries.timeline("jar", jar.id, before=newest.pk) == [oldest]
        assert queries.story(story) == [oldest]


@pytest.mark.django_db
class TestAKindOfSubject:
    def test_is_declared_once_and_has_a_label(self) -> None:
        with pytest.raises(ValueError, match="declared twice"):
            event.subject_kind("jar", label="Jar")

        assert all(str(label) for label in event.SUBJECT_KINDS.values())

    def test_that_nobody_declared_cannot_be_recorded(self, ctx: Context) -> None:
        noted: list[Exception] = []

        @command(f"tests.about_a_typo_{uuid4().hex}")
        def record_about_a_typo(ctx: Context) -> None:
            try:
                record(ctx, event=events.JarSealed(jar_id=uuid4()), subjects=[Subject("jarr", uuid4())])
            except ValueError as error:
                noted.append(error)

        record_about_a_typo(ctx)

        assert "declare it with subject_kind()" in str(noted[0])


class TestASchema:
    def test_grows_freely(self) -> None:
        new = {
            "properties": {**OLD["properties"], "note": {"type": "string"}},
            "required": ["jar_id", "bolts", "note"],
            "$defs": {"State": {"enum": ["open", "shut"]}},
        }

        assert schemas_of_events.breaking_changes(OLD, new) == []

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"properties": {"jar_id": {"type": "string", "format": "uuid"}}}, "field bolts is gone"),
            ({"properties": {**OLD["properties"], "bolts": {"type": "string"}}}, "field bolts changed its type"),
            ({"required": ["jar_id"]}, "field bolts may now be absent"),
            ({"$defs": {}}, "definition State is gone"),
            ({"$defs": {"State": {"enum": ["shut"]}}}, "State. lost codes"),
        ],
    )
    def test_never_breaks_its_readers_within_a_version(self, change: dict[str, object], said: str) -> None:
        assert schemas_of_events.breaking_changes(OLD, {**OLD, **change}) == [said]

    def test_is_committed_for_every_event(self) -> None:
        out = StringIO()

        call_command("event_schemas", stdout=out)

        assert out.getvalue().endswith("event schemas are current.\n")

    def test_that_changed_in_code_only_fails_the_check_and_says_what_to_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        generate = schemas_of_events.generate
        monkeypatch.setattr(schemas_of_events, "generate", lambda kind: {**generate(kind), "properties": {}})

        with pytest.raises(CommandError, match="Declare a new version"):
            call_command("event_schemas", "--write")


class TestSubjects:
    def test_are_stored_once_each_in_the_order_given(self) -> None:
        first, second = UUID(int=1), UUID(int=2)

        text = envelope.subjects_text([Subject("run", second), Subject("intent", first), Subject("run", second)])

        assert text == f'[["run","{second}"],["intent","{first}"]]'
