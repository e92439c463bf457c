"""The database itself keeps facts as they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from apps.journal import immutable, sequencer
from apps.journal.context import Context
from apps.journal.models import Event
from tests import engines
from tests.factories.toy import make_jar
from tests.toy import commands

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_engines, pytest.mark.tampers]


@pytest.fixture
def recorded(ctx_factory: Callable[..., Context]) -> Event:
    """One recorded event, not yet in sequence."""
    commands.add_bolts(ctx_factory(), jar_id=make_jar().id, bolts=1, expected_version=1)
    return Event.objects.get()


def _refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except IntegrityError as error:
        return "append-only" in str(error)
    return False


class TestAnEvent:
    @pytest.mark.parametrize("column", ["actor", "data", "type", "command", "subjects"])
    def test_cannot_be_edited(self, recorded: Event, column: str) -> None:
        assert _refused(f"UPDATE journal_event SET {column} = 'x'")

    def test_cannot_be_deleted(self, recorded: Event) -> None:
        assert _refused("DELETE FROM journal_event")

    @pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite has REPLACE")
    def test_cannot_be_replaced(self, recorded: Event) -> None:
        columns = ", ".join(f'"{field.column}"' for field in Event._meta.concrete_fields if field.column != "actor")

        assert _refused(f"REPLACE INTO journal_event ({columns}, actor) SELECT {columns}, 'person:me' FROM journal_event")
        assert Event.objects.get().actor == recorded.actor

    def test_cannot_lose_its_subjects(self, recorded: Event) -> None:
        assert _refused("DELETE FROM journal_eventsubject")
        assert _refused("UPDATE journal_eventsubject SET kind = 'x'")

    def test_gets_its_place_once(self, recorded: Event) -> None:
        sequencer.sequence_batch()

        assert _refused("UPDATE journal_event SET feed_seq = 2")
        assert _refused("UPDATE journal_event SET feed_seq = NULL, chain_hash = NULL")

    @pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL has TRUNCATE")
    def test_cannot_be_truncated(self, recorded: Event) -> None:
        assert _refused("TRUNCATE journal_event CASCADE")


class TestAnOwedEffect:
    def test_may_change_its_state_but_not_what_it_is(self, recorded: Event) -> None:
        assert not _refused("UPDATE journal_delivery SET attempts = 1")
        assert _refused("UPDATE journal_delivery SET subscriber = 'x'")
        assert _refused("DELETE FROM journal_delivery")


class TestEveryRule:
    def test_has_its_triggers(self) -> None:
        present = engines.trigger_names(connection)

        for model, _rule in immutable.rules():
            table = model._meta.db_table
            assert {f"{table}_no_update", f"{table}_no_delete"} <= present, f"{table} is not guarded"

    def test_survives_making_the_triggers_again(self, recorded: Event) -> None:
        immutable.install(connection)

        assert _refused("DELETE FROM journal_event")
