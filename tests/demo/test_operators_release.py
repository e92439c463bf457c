"""The demo's operators let work start again after an incident, once its plates were judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.journal.context import Actor
from apps.runs.states import IncidentState
from farmos.demo.acting import Person
from farmos.demo.operators import Operators
from tests.factories.accounts import make_user, shop
from tests.factories.floor import make_floor
from tests.runs.driving import printing
from tests.runs.incidents import notice_what_happened, silence, the_incident

pytestmark = pytest.mark.django_db


def test_release_an_incident(tmp_path: Path) -> None:
    floor = make_floor()
    printers = [floor.printer() for _ in range(3)]
    printing(floor.plate(), printers[0])
    silence(printers)
    notice_what_happened()

    Operators(Person(Actor.person(make_user().pk), shop().pk), tmp_path, "http://127.0.0.1:1").beside_the_printers()

    assert the_incident().state == IncidentState.RELEASED
