"""An edited, inserted or deleted event, and a cut tail, are named."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django.fixtures import Settings

from apps.journal import heads, sequencer, verification
from apps.journal.context import Context
from apps.journal.envelope import next_link
from apps.journal.models import Event, EventSubject
from tests import engines
from tests.factories.toy import make_jar
from tests.toy import commands

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.tampers, pytest.mark.both_engines]


@pytest.fixture(autouse=True)
def kept_heads(settings: Settings, tmp_path: Path) -> Path:
    """Heads of this test go to a folder of its own."""
    settings.FARMOS_HEADS_DIR = tmp_path / "heads"
    return Path(settings.FARMOS_HEADS_DIR) / "heads.jsonl"


@pytest.fixture
def log(kept_heads: Path, ctx_factory: Callable[..., Context]) -> list[Event]:
    """A log of ten events with its head exported."""
    jar = make_jar()
    for version in range(1, 11):
        commands.add_bolts(ctx_factory(), jar_id=jar.id, bolts=1, expected_version=version)
    sequencer.sequence_batch()
    assert heads.export() is not None
    return list(Event.objects.order_by("feed_seq"))


def _problems() -> list[tuple[str, int | None]]:
    return [(problem.kind, problem.sequence) for problem in verification.verify_log().problems]


class TestASoundLog:
    def test_verifies_and_says_how_much(self, log: list[Event]) -> None:
        out = StringIO()

        call_command("verify_log", stdout=out)

        assert out.getvalue() == "10 events verified, last sequence 10, 1 exported heads agree.\n"

    def test_may_be_empty(self) -> None:
        assert verification.verify_log().ok


class TestAnEditedEvent:
    @pytest.mark.parametrize(("column", "value"), [("data", '{"bolts":1000}'), ("actor", "person:someone"), ("type", "JarSealed")])
    def test_is_named(self, log: list[Event], column: str, value: str) -> None:
        with engines.triggers_lifted(connection):
            Event.objects.filter(pk=log[4].pk).update(**{column: value})

        assert _problems() == [("edited", 5)]
        with pytest.raises(CommandError, match="not what was recorded"):
            call_command("verify_log", stderr=StringIO())

    def test_with_its_hash_made_anew_is_still_named(self, log: list[Event]) -> None:
        event = log[4]
        event.data = json.dumps({"bolts": 1000})
        with engines.triggers_lifted(connection):
            content = verification.envelope_of(event).content_hash()
            Event.objects.filter(pk=event.pk).update(data=event.data, content_hash=content)

        assert _problems() == [("inserted", 5)]

    def test_with_the_whole_rest_of_the_chain_made_anew_contradicts_the_exported_head(self, log: list[Event]) -> None:
        log[4].data = json.dumps({"bolts": 1000})
        with engines.triggers_lifted(connection):
            chain = bytes(log[3].chain_hash or b"")
            for event in log[4:]:
                content = verification.envelope_of(event).content_hash()
                chain = next_link(chain, int(event.feed_seq or 0), content)
                Event.objects.filter(pk=event.pk).update(data=event.data, content_hash=content, chain_hash=chain)

        assert _problems() == [("rewritten", 10)]

    @pytest.mark.parametrize(("column", "value"), [("subjects", "garbage"), ("subjects", "[[1]]"), ("subjects", "7")])
    def test_that_cannot_be_read_any_more_is_named(self, log: list[Event], column: str, value: str) -> None:
        with engines.triggers_lifted(connection):
            Event.objects.filter(pk=log[4].pk).update(**{column: value})

        (problem,) = verification.verify_log().problems
        assert problem.kind == "edited"
        assert f"row {log[4].pk} " in problem.explanation

    def test_before_it_was_sequenced_is_named(
        self, log: list[Event], ctx_factory: Callable[..., Context], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sequencer, "place_in_transaction", lambda: None)
        commands.open_jar(ctx_factory(), label="late")
        with engines.triggers_lifted(connection):
            Event.objects.filter(feed_seq__isnull=True).update(actor="person:someone")

        assert _problems() == [("edited", None)]


class TestAQuickLook:
    def test_names_an_event_that_was_edited_lately(self, log: list[Event]) -> None:
        assert verification.edited_lately() is None
        with engines.triggers_lifted(connection):
            Event.objects.filter(pk=log[4].pk).update(actor="person:someone")

        found = verification.edited_lately()

        assert found is not None
        assert (found.kind, found.sequence) == ("edited", 5)
        assert verification.edited_lately(newest=3) is None


class TestAnInsertedEvent:
    def test_is_named(self, log: list[Event]) -> None:
        forged = log[4]
        forged.pk, forged.event_id, forged.feed_seq = None, uuid4(), 11
        forged.content_hash = verification.envelope_of(forged).content_hash()
        with engines.triggers_lifted(connection):
            forged.save(force_insert=True)
            subject = EventSubject.objects.filter(event_id=log[3].pk).get()
            EventSubject.objects.create(event=forged, kind=subject.kind, subject_id=subject.subject_id)

        assert _problems() == [("inserted", 11)]


class TestADeletedEvent:
    def test_is_named(self, log: list[Event]) -> None:
        _delete(log[4:5])

        assert _problems()[0] == ("missing", 5)

    def test_at_the_end_is_a_cut_tail(self, log: list[Event]) -> None:
        _delete(log[7:])

        (problem,) = verification.verify_log().problems
        assert (problem.kind, problem.sequence) == ("tail-cut", 8)
        assert "ends at event 7" in problem.explanation

    def test_of_a_whole_log_is_a_cut_tail(self, log: list[Event]) -> None:
        _delete(log)

        assert _problems() == [("tail-cut", 1)]


class TestAChangedListOfSubjects:
    def test_is_named(self, log: list[Event]) -> None:
        with engines.triggers_lifted(connection):
            EventSubject.objects.filter(event=log[2]).update(subject_id=uuid4())

        assert _problems() == [("subjects", 3)]


class TestTheHeadsFile:
    def test_altered_is_named(self, log: list[Event], kept_heads: Path) -> None:
        kept_heads.write_text(kept_heads.read_text().replace('"seq": 10', '"seq": 9'))

        assert _problems() == [("heads", None)]

    def test_torn_is_named(self, log: list[Event], kept_heads: Path) -> None:
        kept_heads.write_text(kept_heads.read_text()[:40])

        assert _problems() == [("heads", None)]

    def test_removed_is_named(self, log: list[Event], kept_heads: Path) -> None:
        kept_heads.unlink()

        assert _problems() == [("heads", None)]

    def test_torn_goes_on_and_still_names_a_cut_tail(self, log: list[Event], kept_heads: Path, ctx_factory: Callable[..., Context]) -> None:
        kept_heads.write_text(kept_heads.read_text() + kept_heads.read_text()[:40])
        commands.open_jar(ctx_factory(), label="after the power cut")
        sequencer.sequence_batch()

        assert heads.export() is not None
        assert heads.export() is None
        _delete(list(Event.objects.filter(feed_seq=11)))
        assert _problems() == [("heads", None), ("tail-cut", 11)]

    def test_with_two_heads_for_one_place_names_the_rewritten_log(
        self, log: list[Event], kept_heads: Path, ctx_factory: Callable[..., Context]
    ) -> None:
        first = kept_heads.read_text()
        _delete(log[9:])
        kept_heads.write_text("")
        commands.open_jar(ctx_factory(), label="another tenth")
        sequencer.sequence_batch()
        heads.export()
        kept_heads.write_text(first + kept_heads.read_text())

        assert ("rewritten", 10) in _problems()

    def test_gets_a_line_only_when_something_happened(self, log: list[Event], kept_heads: Path) -> None:
        assert heads.export() is None

        assert len(kept_heads.read_text().splitlines()) == 1

    def test_keeps_its_key_to_its_owner(self, log: list[Event], kept_heads: Path) -> None:
        assert (kept_heads.parent / "signing-key.pem").stat().st_mode & 0o077 == 0


def _delete(events: list[Event]) -> None:
    ids = [event.pk for event in events]
    with engines.triggers_lifted(connection), connection.cursor() as cursor:
        for table, column in (("journal_delivery", "event_id"), ("journal_eventsubject", "event_id"), ("journal_event", "id")):
            cursor.executemany(f"DELETE FROM {table} WHERE {column} = %s", [(event_id,) for event_id in ids])
