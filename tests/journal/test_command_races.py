"""Commands under real concurrency, on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from apps.journal.models import Event, Receipt
from apps.journal.refusals import Refusal, StaleVersion
from tests.factories.context import make_context
from tests.factories.toy import make_jar
from tests.processes.running import until
from tests.toy import commands
from tests.toy.models import Addition, Jar
from tests.writers import Writers

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db(transaction=True)]


class TestTheSameKeyTwentyTimesAtOnce:
    def test_has_one_effect_and_twenty_equal_answers(self, writers: Writers) -> None:
        jar = make_jar()
        ctx = make_context(key="same")

        outcomes = writers.in_threads(lambda _i: commands.add_bolts(ctx, jar_id=jar.id, bolts=3, expected_version=1), 20)

        assert [(outcome.value, outcome.error) for outcome in outcomes] == [(3, None)] * 20
        assert Jar.objects.get(pk=jar.pk).bolts == 3
        assert (Event.objects.count(), Receipt.objects.count()) == (1, 1)

    def test_also_across_processes(self, writers: Writers) -> None:
        jar = make_jar(label="processes")

        outcomes = writers.in_processes(_add_with_one_key, 4)

        assert [(outcome.value, outcome.error) for outcome in outcomes] == [(3, None)] * 4
        assert Jar.objects.get(pk=jar.pk).bolts == 3


class TestTwentyWritersWithOneVersion:
    def test_let_one_win_and_tell_the_others(self, writers: Writers) -> None:
        jar = make_jar()

        outcomes = writers.in_threads(lambda _i: commands.add_bolts(make_context(), jar_id=jar.id, bolts=1, expected_version=1), 20)

        errors = [outcome.error for outcome in outcomes if outcome.error is not None]
        assert sum(outcome.value == 1 for outcome in outcomes) == 1
        assert len(errors) == 19
        assert all(isinstance(error, StaleVersion) for error in errors)
        assert Jar.objects.get(pk=jar.pk).bolts == 1


class TestACeilingOverRowsNobodyWrites:
    def test_holds_because_the_owner_is_locked(self, writers: Writers) -> None:
        jar = make_jar(capacity=5)

        outcomes = writers.in_threads(lambda _i: commands.drop_bolts(make_context(), jar_id=jar.id, bolts=1), 16)

        answers = [outcome.value for outcome in outcomes]
        assert [outcome.error for outcome in outcomes] == [None] * 16
        assert sorted(answer for answer in answers if isinstance(answer, int)) == [1, 2, 3, 4, 5]
        assert sum(isinstance(answer, Refusal) for answer in answers) == 11
        assert Addition.objects.filter(jar=jar).count() == 5


class TestAClaimantKilledInTheMiddle:
    def test_leaves_nothing_and_the_next_takes_over(self, writers: Writers, test_database: dict[str, str], tmp_path: Path) -> None:
        jar = make_jar()
        reached = tmp_path / "reached"
        claimant = subprocess.Popen(
            [sys.executable, "-m", "tests.journal.hanging_claimant", str(jar.id), str(reached)], env={**os.environ, **test_database}
        )
        try:
            until(reached.exists, "the claimant to have written everything")
            os.kill(claimant.pid, signal.SIGKILL)
        finally:
            claimant.kill()
            claimant.wait()

        result = commands.add_bolts(make_context(key="contested"), jar_id=jar.id, bolts=3, expected_version=1)

        assert result == 3
        assert (Event.objects.count(), Receipt.objects.count()) == (1, 1)


def _add_with_one_key(_index: int) -> Any:
    jar_id: UUID = Jar.objects.get(label="processes").id
    return commands.add_bolts(make_context(key="same"), jar_id=jar_id, bolts=3, expected_version=1)
