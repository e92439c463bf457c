"""The tests' own floor: guards are on, cleaning up leaves nothing and loses nothing, the journal is held against its schemas, races are real."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from apps.journal import immutable
from apps.journal.context import Context
from apps.journal.models import Event
from tests import engines, journal_contract
from tests.factories.toy import make_jar
from tests.toy import commands
from tests.toy.models import Jar
from tests.writers import Writers


def expected_triggers() -> set[str]:
    kinds = ("update", "delete", "truncate") if connection.vendor == "postgresql" else ("update", "delete")
    return {f"{model._meta.db_table}_no_{kind}" for model, _rule in immutable.rules() for kind in kinds}


def open_a_jar(ctx: Context) -> None:
    commands.open_jar(ctx, label=uuid4().hex)


def delete_subjects() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_eventsubject")


def add_a_jar(_index: int) -> str:
    make_jar(label=uuid4().hex)
    return str(connection.settings_dict["NAME"])


def fail_on_odd(index: int) -> int:
    if index % 2:
        raise ValueError(index)
    return index


@pytest.mark.both_engines
class TestGuards:
    @pytest.mark.django_db
    def test_are_on_in_ordinary_tests(self, ctx: Context) -> None:
        open_a_jar(ctx)

        with pytest.raises(DatabaseError, match="append-only: journal_event"), transaction.atomic():
            Event.objects.update(actor="somebody else")
        assert engines.trigger_names(connection) == expected_triggers()

    @pytest.mark.django_db(transaction=True)
    def test_are_on_in_transactional_tests(self, ctx: Context) -> None:
        open_a_jar(ctx)

        with pytest.raises(DatabaseError, match="append-only: journal_eventsubject"):
            delete_subjects()
        assert engines.trigger_names(connection) == expected_triggers()

    @pytest.mark.django_db(transaction=True)
    def test_are_back_after_being_lifted(self, ctx: Context) -> None:
        open_a_jar(ctx)

        with engines.triggers_lifted(connection):
            Event.objects.update(actor="an intruder")

        assert Event.objects.get().actor == "an intruder"
        assert engines.trigger_names(connection) == expected_triggers()
        with pytest.raises(DatabaseError, match="append-only"):
            Event.objects.update(actor="another")

    @pytest.mark.django_db(transaction=True)
    def test_are_back_after_a_failure(self, ctx: Context) -> None:
        open_a_jar(ctx)

        with pytest.raises(ZeroDivisionError), engines.triggers_lifted(connection):
            raise ZeroDivisionError

        with pytest.raises(DatabaseError, match="append-only"):
            delete_subjects()


@pytest.mark.both_engines
@pytest.mark.django_db(transaction=True)
class TestCleaningUp:
    def test_leaves_nothing_and_keeps_the_guards(self, ctx: Context) -> None:
        open_a_jar(ctx)

        engines.wipe(connection, [])

        assert (Event.objects.count(), Jar.objects.count()) == (0, 0)
        assert engines.trigger_names(connection) == expected_triggers()

    def test_puts_back_what_migrations_left(self) -> None:
        jar = make_jar(label="from a migration")
        kept = engines.what_migrations_left(connection)
        make_jar(label="from a test")

        engines.wipe(connection, kept)

        assert Jar.objects.get() == jar
        assert Jar.objects.get().created_at == jar.created_at


class TestTheKeptSchema:
    def test_is_another_one_when_a_migration_or_model_changes(self, tmp_path: Path) -> None:
        digests = {engines.schema_digest(tmp_path)}
        for path in ("apps/runs/migrations/0002_more.py", "apps/runs/models.py", "apps/runs/models/run.py", "apps/journal/immutable.py"):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text("x = 1")
            digests.add(engines.schema_digest(tmp_path))

        assert len(digests) == 5

    @pytest.mark.django_db
    def test_is_what_the_migrations_make(self) -> None:
        applied = MigrationRecorder(connection).applied_migrations()
        plan = MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes())

        assert applied
        assert plan == []


@pytest.mark.django_db
class TestTheJournalContract:
    def test_accepts_what_commands_record(self, ctx: Context) -> None:
        open_a_jar(ctx)

        assert journal_contract.problems(connection) == []

    def test_sees_data_its_schema_does_not_allow(self) -> None:
        (problem,) = journal_contract.check("1", "JarOpened", 1, '{"capacity": "many", "jar_id": "00000000-0000-0000-0000-000000000000"}')

        assert "$.capacity" in problem

    def test_sees_a_type_nobody_declared(self) -> None:
        (problem,) = journal_contract.check("1", "JarLost", 1, "{}")

        assert "not a registered event" in problem

    def test_runs_for_tests_marked_with_the_database(self, request: pytest.FixtureRequest) -> None:
        assert "_journal_matches_its_schemas" in request.fixturenames


@pytest.mark.both_engines
class TestWriters:
    def test_threads_answer_in_order_with_their_failures(self, writers: Writers) -> None:
        outcomes = writers.in_threads(fail_on_odd, 4)

        assert [outcome.value for outcome in outcomes] == [0, None, 2, None]
        assert [type(outcome.error) for outcome in outcomes] == [type(None), ValueError, type(None), ValueError]

    def test_threads_write_to_the_test_database(self, writers: Writers) -> None:
        writers.in_threads(add_a_jar, 4)

        assert Jar.objects.count() == 4

    def test_processes_write_to_the_test_database(self, writers: Writers) -> None:
        outcomes = writers.in_processes(add_a_jar, 3)

        assert [outcome.error for outcome in outcomes] == [None] * 3
        assert {outcome.value for outcome in outcomes} == {connection.settings_dict["NAME"]}
        assert Jar.objects.count() == 3


class TestContexts:
    def test_have_keys_of_their_own_and_one_time(self, ctx_factory: Callable[..., Context]) -> None:
        first, second = ctx_factory(), ctx_factory(key="mine")

        assert first.key != second.key == "mine"
        assert first.now == second.now


@pytest.mark.django_db
def test_the_database_is_a_file_of_this_process() -> None:
    """An in-memory SQLite fails under threads, a shared file under two runs at once."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no file")
    name = connection.settings_dict["NAME"]

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)
    assert Path(name).is_file()
    assert os.environ.get("FARMOS_TEST_DB", str(os.getpid())) in name
