"""Filament that ends in the middle of a print: what the demo's operators do about it, in what order, and on which pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from apps.catalog.states import Reason
from apps.fleet.models import Feed
from apps.fleet.simulator.physical import PhysicalLog
from apps.inventory.models import Spool
from apps.inventory.states import SpoolState
from apps.journal.context import Actor
from apps.planning.models import PlateItem
from apps.runs import commands
from apps.runs.models import Exclusion, Run
from apps.runs.states import ExclusionState, Ruling
from farmos.demo.acting import Person
from farmos.demo.filament import Filament
from farmos.demo.summary import _left_out, _spool_changes
from farmos.demo.tablet import Forms
from tests.console.office import owner
from tests.factories.accounts import make_user, shop
from tests.factories.floor import make_floor
from tests.runs.driving import machine, printing, ruled

pytestmark = pytest.mark.django_db(transaction=True)


class Pressed:
    """A tablet whose pages are the real ones, asked without a network; remembers what was pressed."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.said: list[str] = []

    def press(self, page: str, action: str, **chosen: str) -> bool:
        forms = Forms()
        forms.feed(self.client.get(page).content.decode())
        offer = forms.found[action]
        assert all(value in offer.choices.get(name, [value]) for name, value in chosen.items()), offer
        answer = self.client.post(action, {**offer.sends, **chosen})
        assert answer.status_code == 303, answer.content.decode()
        self.said.append(action.strip("/").rpartition("/")[2])
        return True


class AtThePrinter(Filament):
    """Hands at one printer, which is empty until filament is loaded."""

    def __init__(self, person: Person, tablet: Any, state: Path, code: str) -> None:
        super().__init__(person, tablet, state, "http://127.0.0.1:1")
        self._empty = {code}

    def _empty_printers(self) -> set[str]:
        return self._empty

    def hand(self, code: str, action: str, **_given: object) -> bool:
        assert ({code}, action) == (self._empty, "load-filament")
        self._empty = set()
        return True


class Floor:
    """A print of three parts that stands still without filament, and who sees to it."""

    def __init__(self, state: Path) -> None:
        floor = make_floor()
        self.printer = floor.printer()
        self.run = printing(floor.plate(pieces=3), self.printer)
        log = PhysicalLog(state / "physical.jsonl")
        for event, known in (
            ("start", {"path": self.run.remote_path, "sha256": "", "bed_was_occupied": False, "objects": ["SLOT-1", "SLOT-2", "SLOT-3"]}),
            ("material", {}),
            ("object_printed", {"object": "SLOT-1"}),
        ):
            log.write(self.printer.code, event, job=1, **known)
        log.close()
        assert ruled(self.run, Ruling.PAUSE, reason=Reason.FILAMENT_RUNOUT)
        self.tablet = Pressed(owner())
        person = Person(Actor.person(make_user().pk), shop().pk)
        self.filament = AtThePrinter(person, self.tablet, state, self.printer.code)

    def round(self) -> list[str]:
        return list(self.filament.see_to_it())


@pytest.fixture
def floor(tmp_path: Path) -> Floor:
    return Floor(tmp_path)


class TestAPrintThatRanOut:
    def test_gets_another_spool_loses_a_part_and_goes_on(self, floor: Floor) -> None:
        old = Feed.objects.get(printer=floor.printer).spool

        floor.round()
        now = Feed.objects.get(printer=floor.printer).spool
        floor.round()
        assert [one.item.slot for one in Exclusion.objects.all()] == [2], "the first that still grows"
        waits = floor.round()
        commands.note_excluded(machine(), run_id=floor.run.pk, printer_id=floor.printer.pk, names=("SLOT-2",), evidence={"seen": "it"})
        floor.round()

        assert old is not None
        assert now not in (None, old)
        assert Spool.objects.get(pk=old.pk).state == SpoolState.EMPTY
        assert waits == [], "it goes on only when the machine leaves the part out"
        assert floor.tablet.said == ["load", "ask", "resume"]
        assert Run.objects.get(pk=floor.run.pk).wish == "resume"
        assert floor.round() == [], "asked once"

    def test_is_told_in_the_report(self, floor: Floor) -> None:
        floor.round()
        floor.round()
        commands.note_excluded(machine(), run_id=floor.run.pk, printer_id=floor.printer.pk, names=("SLOT-2",), evidence={"seen": "it"})

        (change,) = _spool_changes()
        out = _left_out(Exclusion.objects.get(state=ExclusionState.EXCLUDED))

        assert (change["printer"], change["run"]) == (floor.printer.code, str(floor.run.pk))
        assert (out["part"], out["reason"]) == (2, "Came loose")
        assert PlateItem.objects.filter(plate=floor.run.plate, slot=out["part"]).exists()

    def test_waits_for_whoever_is_faster(self, floor: Floor) -> None:
        floor.filament.patience_s = 1e12

        assert floor.round() == []
        assert floor.tablet.said == []

    def test_goes_on_with_all_parts_where_none_can_be_left_out(self, floor: Floor) -> None:
        floor.filament._tries = 10_000

        floor.round()
        floor.round()

        assert floor.tablet.said == ["load", "resume"]
