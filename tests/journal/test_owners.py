"""Whose lease it is, and that only the certainly dead lose theirs early."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from apps.journal import lanes, leases, owners
from apps.journal.context import Context
from apps.journal.models import Delivery
from tests.factories.toy import make_jar
from tests.toy import commands

NAME = "import os, sys; from apps.journal import owners; print(owners.name(), flush=True); sys.stdin.read()"


def another_worker() -> tuple[subprocess.Popen[str], str]:
    process = subprocess.Popen([sys.executable, "-c", NAME], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


class TestOwners:
    def test_of_a_living_process_are_not_dead(self) -> None:
        process, name = another_worker()
        try:
            assert not owners.is_dead(name)
            assert not owners.is_dead(owners.name())
        finally:
            process.kill()
            process.communicate()

    def test_of_a_killed_process_are_dead_even_before_its_parent_looked(self) -> None:
        process, name = another_worker()
        process.kill()
        process.communicate()

        assert owners.is_dead(name)

    def test_of_another_process_with_the_same_number_are_dead(self) -> None:
        host, where, pid, start, thread = owners.name().split("/")

        assert owners.is_dead("/".join([host, where, pid, str(int(start) - 1), thread]))

    @pytest.mark.parametrize("part", [1, 3])
    def test_of_other_machines_or_unknown_beginnings_are_never_taken_for_dead(self, part: int) -> None:
        words = owners.name().split("/")
        words[2] = "4194303"
        words[part] = "" if part == 3 else "0123456789ab"

        assert not owners.is_dead("/".join(words))

    @pytest.mark.parametrize("name", ["", "pi:123:4", "a/b/c", "a/b/c/d/e/f"])
    def test_of_other_forms_are_never_taken_for_dead(self, name: str) -> None:
        assert not owners.is_dead(name)


@pytest.mark.django_db(transaction=True)
class TestLeases:
    @pytest.fixture
    def owed(self, ctx_factory: Callable[..., Context]) -> Delivery:
        commands.add_bolts(ctx_factory(), jar_id=make_jar().id, bolts=1, expected_version=1)
        return Delivery.objects.latest("id")

    def test_of_a_killed_worker_end_at_once_and_its_work_goes_on(self, owed: Delivery) -> None:
        process, name = another_worker()
        claimed = leases.claim(owed.lane, owner=name, lease_s=30)
        assert claimed is not None
        process.kill()
        process.communicate()
        assert lanes.hand_out_next(owed.lane) is False

        assert leases.free_of_the_dead() == 1

        assert lanes.hand_out_next(owed.lane) is True
        assert Delivery.objects.get(pk=owed.pk).state == "done"
        assert leases.finish(owed.pk, fence=claimed[2]) is False

    def test_of_the_living_stay(self, owed: Delivery) -> None:
        leases.claim(owed.lane, owner=owners.name(), lease_s=30)

        assert leases.free_of_the_dead() == 0
        assert lanes.hand_out_next(owed.lane) is False
