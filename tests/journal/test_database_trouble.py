"""A database that is locked, full or gone: a plain answer in time, nothing half-written, and work goes on when it is back."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections, transaction

from apps.journal import raw
from apps.journal.context import Context
from apps.journal.models import Event, Receipt
from apps.journal.refusals import Refusal
from tests.factories.context import NOW, make_context
from tests.factories.toy import make_jar
from tests.toy import commands
from tests.toy.models import Jar

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_engines]


@contextmanager
def _key_held_by_another(key: str) -> Iterator[None]:
    """Let another connection claim ``key`` and not commit while the body runs. On SQLite that holds the one write lock."""
    claimed, over = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                raw.claim_receipt(actor="service:tests", command="toy.add_bolts", key=key, fingerprint=bytes(32), now=NOW)
                claimed.set()
                over.wait(600)
                transaction.set_rollback(True)
        finally:
            connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert claimed.wait(600)
        yield
    finally:
        over.set()
        holder.join()


@contextmanager
def _impatient() -> Iterator[None]:
    """Wait for locks a fifth of a second only."""
    impatient, patient = (
        ("SET lock_timeout = 200", "SET lock_timeout = 20000")
        if connection.vendor == "postgresql"
        else ("PRAGMA busy_timeout = 200", "PRAGMA busy_timeout = 20000")
    )
    with connection.cursor() as cursor:
        cursor.execute(impatient)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(patient)


class TestALockedDatabase:
    def test_is_busy_and_the_same_key_works_later(self, ctx_factory: Callable[..., Context]) -> None:
        jar = make_jar()
        ctx = ctx_factory(key="contested")

        with _key_held_by_another("contested"), _impatient(), pytest.raises(Refusal) as refused:
            commands.add_bolts(ctx, jar_id=jar.id, bolts=1, expected_version=1)

        assert (refused.value.code, refused.value.status) == ("busy", 503)
        assert not Receipt.objects.exists()
        assert commands.add_bolts(ctx, jar_id=jar.id, bolts=1, expected_version=1) == 1


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite can be given a real size limit")
class TestAFullDisk:
    def test_is_said_and_leaves_nothing_half_written(self, ctx_factory: Callable[..., Context]) -> None:
        jar = make_jar(capacity=10**9)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + 4}")

        try:
            with pytest.raises(Refusal) as refused:
                _add_for_ever(jar)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA max_page_count = 1073741823")

        version = Jar.objects.get(pk=jar.pk).version
        assert (refused.value.code, refused.value.status) == ("disk-full", 507)
        assert version > 1
        assert Event.objects.count() == Receipt.objects.count() == version - 1
        assert commands.add_bolts(ctx_factory(), jar_id=jar.id, bolts=1, expected_version=version) == version


class TestADatabaseThatIsGone:
    def test_is_said_in_plain_words(self) -> None:
        elsewhere = "sqlite:////nowhere/at/all.sqlite3" if connection.vendor == "sqlite" else "postgresql://nobody@/nothing?host=/nowhere"

        out = subprocess.run(
            [sys.executable, "-m", "tests.journal.one_command"],
            env={**os.environ, "DATABASE_URL": elsewhere},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

        assert out == "unavailable 503: farmos cannot read or write its database. Nothing was done.\n"

    @pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no server that could go away")
    def test_for_a_moment_refuses_one_command_and_takes_the_next(self, ctx_factory: Callable[..., Context]) -> None:
        jar = make_jar()
        _end_our_connection()

        with pytest.raises(Refusal) as refused:
            commands.add_bolts(ctx_factory(), jar_id=jar.id, bolts=1, expected_version=1)

        assert refused.value.code == "unavailable"
        assert commands.add_bolts(ctx_factory(), jar_id=jar.id, bolts=1, expected_version=1) == 1


def _add_for_ever(jar: Jar) -> None:
    for version in itertools.count(1):
        commands.add_bolts(make_context(), jar_id=jar.id, bolts=1, expected_version=version)


def _end_our_connection() -> None:
    """Have the server end this thread's connection, as a restart would."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ours = cursor.fetchone()[0]

    def end() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [ours])
        finally:
            connections.close_all()

    other = threading.Thread(target=end)
    other.start()
    other.join()
