"""``runs.drop_exclusion``: a part that cannot be left out is given up, once, with the cause."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from apps.journal.models import Event
from apps.journal.refusals import NotFound
from apps.runs import commands, queries
from apps.runs.models import Exclusion
from apps.runs.states import ExclusionDrop
from tests.runs.driving import machine
from tests.runs.test_exclude_item import exclude, item_of, running

pytestmark = pytest.mark.django_db


class TestWhatCannotBeLeftOut:
    def test_is_given_up_once_with_the_cause(self) -> None:
        run = running()
        exclusion_id = exclude(run, 2)
        given: dict[str, Any] = {"exclusion_id": exclusion_id, "because": ExclusionDrop.UNKNOWN_TO_MACHINE, "evidence": {"objects": []}}

        assert [commands.drop_exclusion(machine(), **given), commands.drop_exclusion(machine(), **given)] == [True, False]
        assert Exclusion.objects.get(pk=exclusion_id).dropped_because == "unknown"
        assert Event.objects.filter(type="ItemExclusionDropped").count() == 1

    def test_can_be_asked_for_again(self) -> None:
        run = running()
        first = exclude(run, 2)
        commands.drop_exclusion(machine(), exclusion_id=first, because=ExclusionDrop.UNKNOWN_TO_MACHINE, evidence={})

        second = exclude(run, 2)

        assert queries.exclusions_of(run.pk)[item_of(run, 2).pk].pk == second

    def test_that_is_nowhere_on_record_is_not_there(self) -> None:
        with pytest.raises(NotFound):
            commands.drop_exclusion(machine(), exclusion_id=uuid4(), because=ExclusionDrop.LAST_ONE, evidence={})
