"""``runs.refresh_run``: asking the machine is owed."""

from __future__ import annotations

import pytest

from apps.journal.models import Delivery, Event
from apps.runs import commands
from tests.factories.floor import make_floor
from tests.runs.driving import person, printing, queued

pytestmark = pytest.mark.django_db


class TestRefreshing:
    def test_owes_a_look_at_the_machine(self) -> None:
        floor = make_floor()
        run = printing(floor.plate(), floor.printer())

        assert commands.refresh_run(person(), run_id=run.pk)

        assert Delivery.objects.filter(event=Event.objects.get(type="RunRefreshRequested")).count() == 1

    def test_of_an_attempt_on_no_printer_has_nothing_to_look_at(self) -> None:
        assert not commands.refresh_run(person(), run_id=queued(make_floor().plate()).pk)
