"""What every test may count on: a database with its guards on, a context, real writers, and a journal that matches its schemas."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from apps.journal import ticks
from apps.journal.context import Context
from tests import engines, journal_contract, services
from tests.factories import context
from tests.writers import Writers


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker that only this file reads; a machine that has other work too is no fault of what is tested.

    The same code gets the same examples, so that a red run is the fault of what was changed; ``FARMOS_TEST_CHANCE=1`` draws new ones each time.
    """
    by_chance = os.environ.get("FARMOS_TEST_CHANCE") == "1"
    settings.register_profile(
        "farmos", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=not by_chance, print_blob=True
    )
    settings.load_profile("farmos")
    config.addinivalue_line("markers", "tampers: edits or fakes journal rows on purpose, so they are not held against their schemas")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing in the temporary directory."""
    engines.remove_leftovers()


@pytest.fixture(scope="session")
def migrated(request: pytest.FixtureRequest) -> Path:
    """Where a migrated SQLite database is kept between sessions, as long as no migration or model changes (``--create-db`` ignores it)."""
    return request.config.cache.mkdir("farmos-schema") / f"{engines.schema_digest()}.sqlite3"


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """Let Django take the file it finds: on SQLite that is a copy of the kept, migrated one."""
    return connection.vendor == "sqlite" or bool(request.config.getvalue("reuse_db"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest, django_db_modify_db_settings_parallel_suffix: None, migrated: Path
) -> None:
    """Start from the migrated database of an earlier session: migrating takes longer than most tests."""
    if connection.vendor == "sqlite" and not request.config.getvalue("reuse_db"):
        engines.start_from(migrated)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker, migrated: Path
) -> Iterator[None]:
    """Clean up after transactional tests without Django's ``flush``, which the append-only triggers refuse (and which is slower)."""
    with django_db_blocker.unblock():
        kept = engines.what_migrations_left(connection)
        if connection.vendor == "sqlite":
            engines.keep_migrated(migrated, connection)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: engines.wipe(connection, kept))
        yield
    if connection.vendor == "sqlite" and not request.config.getvalue("reuse_db"):
        connection.close()
        engines.remove_file(connection.settings_dict["NAME"])


@pytest.fixture(autouse=True)
def _journal_matches_its_schemas(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test with a database: each event it wrote is valid against its committed JSON Schema."""
    marked = request.node.get_closest_marker("django_db") is not None
    if not marked and "_django_db_helper" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("_django_db_helper")  # set up before us, so torn down after us
    yield
    if request.node.get_closest_marker("tampers") is None:
        problems = journal_contract.problems(connection)
        assert not problems, "events that do not match their committed schema:\n" + "\n".join(problems)


@pytest.fixture(autouse=True)
def _no_numbers_are_told_on() -> Iterator[None]:
    """After every test: what it told live pages is taken back, and the thread that goes on telling it has ended."""
    yield
    if ticks._publisher is not None:
        ticks._publisher.stop()
        ticks._publisher = None


@pytest.fixture
def now() -> datetime:
    """The fixed moment tests live in: a Monday morning."""
    return context.NOW


@pytest.fixture
def ctx_factory() -> Callable[..., Context]:
    """Return a maker of contexts, each with a key of its own; keyword arguments replace the defaults."""
    return context.make_context


@pytest.fixture
def ctx(ctx_factory: Callable[..., Context]) -> Context:
    """One context. The same command called twice with it happens once; use ``ctx_factory`` for a second request."""
    return ctx_factory()


@pytest.fixture
def writers(request: pytest.FixtureRequest, transactional_db: None) -> Writers:
    """Run functions at once in threads or processes with connections of their own."""
    assert request.node.get_closest_marker("both_engines"), "races must hold on both engines: mark this test @pytest.mark.both_engines"
    return Writers(engines.database_url())


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """An empty PostgreSQL database of its own, whatever engine the suite runs on."""
    with services.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def redis_service() -> Iterator[services.Redis]:
    """A Redis of its own, shared by the session: tests that stop or kill it start one with ``services.redis()``."""
    with services.redis() as running:
        yield running


@pytest.fixture
def test_database() -> dict[str, str]:
    """Environment for processes started by a test that must use the test database."""
    return {"DATABASE_URL": engines.database_url(), "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]}
