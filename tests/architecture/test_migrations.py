"""Migrations are named, can be taken back, and say exactly what the models say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import migrations
from django.db.migrations.loader import MigrationLoader

from apps.journal.tables import CreateModels

from .source import ROOT, assert_none

NAME = re.compile(r"\d{4}_(?!auto_)[a-z0-9_]+")

THERE_AND_BACK = """
import json, django
django.setup()
from django.apps import apps
from django.core.management import call_command
from django.core.management.sql import emit_pre_migrate_signal
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from tests.engines import schema

call_command("migrate", verbosity=0)
first = schema(connection)
executor = MigrationExecutor(connection)
nothing = [(config.label, None) for config in apps.get_app_configs() if executor.loader.migrated_apps.intersection({config.label})]
emit_pre_migrate_signal(0, False, "default", plan=executor.migration_plan(nothing))  # as the command does
executor.migrate(nothing)
left = [table for table in connection.introspection.table_names() if table != "django_migrations"]
call_command("migrate", verbosity=0)
print(json.dumps({"left": left, "lost": sorted(set(first) - set(schema(connection))), "objects": len(first)}))
"""


def our_migrations() -> list[migrations.Migration]:
    """Return the migrations of farmos' own apps."""
    loaded = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    assert loaded is not None
    return [migration for migration in loaded.values() if type(migration).__module__.startswith("apps.")]


def problems(migration: migrations.Migration) -> Iterator[str]:
    """Find what a migration may not be: named by a clock, or one-way."""
    label = f"{migration.app_label}.{migration.name}"
    if not NAME.fullmatch(migration.name):
        yield f"{label}: name what it does (makemigrations --name)"
    for operation in migration.operations:
        if not operation.reversible:
            yield f"{label}: {operation.describe()} cannot be taken back; give it reverse_code or reverse_sql (RunPython.noop for nothing)"
    if migration.initial and not all(isinstance(operation, CreateModels | migrations.RunPython) for operation in migration.operations):
        yield f"{label}: tables of a new app are made by one journal.tables.CreateModels, constraints and indexes in their options"


def named(name: str, *steps: migrations.operations.base.Operation, initial: bool | None = None) -> migrations.Migration:
    made: type[migrations.Migration] = type("Migration", (migrations.Migration,), {"operations": list(steps), "initial": initial})
    return made(name, "runs")


class TestTheCheck:
    @pytest.mark.parametrize("name", ["0002_auto_20260302_0900", "auto", "0002"])
    def test_sees_a_name_that_says_nothing(self, name: str) -> None:
        assert list(problems(named(name)))

    @pytest.mark.parametrize("operation", [migrations.RunPython(lambda apps, editor: None), migrations.RunSQL("SELECT 1")])
    def test_sees_a_one_way_step(self, operation: migrations.operations.base.Operation) -> None:
        assert list(problems(named("0002_fill_numbers", operation)))

    def test_sees_tables_that_are_made_one_by_one(self) -> None:
        assert list(problems(named("0001_initial", migrations.CreateModel("Thing", []), initial=True)))

    def test_accepts_a_named_two_way_migration(self) -> None:
        both_ways = migrations.RunPython(migrations.RunPython.noop, migrations.RunPython.noop)

        assert not list(problems(named("0002_fill_numbers", both_ways, migrations.RunSQL("SELECT 1", "SELECT 1"))))


class TestTheTree:
    def test_migrations_are_named_and_reversible(self) -> None:
        found = our_migrations()

        assert found, "no migrations were found at all"
        assert_none((line for migration in found for line in problems(migration)), "Migrations can be read and taken back:")

    @pytest.mark.django_db
    def test_migrations_say_what_the_models_say(self, capsys: pytest.CaptureFixture[str]) -> None:
        try:
            call_command("makemigrations", check=True, dry_run=True)
        except SystemExit:
            pytest.fail(f"run ./farm manage makemigrations --name <what it does>:\n{capsys.readouterr().out}")

    @pytest.mark.slow
    def test_there_and_back_on_sqlite(self, tmp_path: Path) -> None:
        self.go_there_and_back(f"sqlite:///{tmp_path}/there.sqlite3")

    @pytest.mark.slow
    def test_there_and_back_on_postgres(self, postgres_url: str) -> None:
        self.go_there_and_back(postgres_url)

    def go_there_and_back(self, url: str) -> None:
        environment = {**os.environ, "DATABASE_URL": url}

        done = subprocess.run([sys.executable, "-c", THERE_AND_BACK], cwd=ROOT, env=environment, capture_output=True, text=True)

        assert done.returncode == 0, done.stderr
        result = json.loads(done.stdout)
        assert result["objects"] > 50
        assert result["left"] == [], "tables that survive going back to zero"
        assert result["lost"] == [], "differs after going back and forth"
