"""The page of circuits: what hangs where, what heats, and changing both."""

from __future__ import annotations

import pytest

from apps.accounts.models import Circuit
from apps.accounts.states import Role
from apps.fleet.models import Printer
from tests.console.office import HOSTILE, assert_fit_for_people, browser, form, forms_of, owner, press, text_of
from tests.factories.accounts import make_circuit, make_site
from tests.factories.floor import make_floor
from tests.runs.driving import dispatched

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/admin/building/"


class TestTheBuilding:
    def test_says_what_heats_on_each_circuit(self) -> None:
        floor = make_floor()
        circuit = make_circuit(name="B, left wall", max_heating=2)
        dispatched(floor.plate(), floor.printer(circuit=circuit, code="V1"))
        floor.printer(circuit=circuit, code="V2")
        make_circuit(name="Elsewhere", site=make_site())

        page = owner().get(PAGE)

        assert_fit_for_people(page)
        said = text_of(page)
        assert "B, left wall 2 printers At most 2 of them heat up at once." in said
        assert "Elsewhere" not in said

    def test_a_lead_names_a_circuit_and_hangs_a_printer_on_it(self) -> None:
        floor = make_floor()
        printer = floor.printer()
        lead = browser(Role.LEAD)

        assert press(lead, form(lead.get(PAGE), "/add-circuit/"), name=HOSTILE[:60], max_heating="3").status_code == 303
        circuit = Circuit.objects.get()
        page = lead.get(PAGE)
        assert_fit_for_people(page)
        assert press(lead, form(page, f"{printer.pk}/move/"), circuit=str(circuit.pk)).status_code == 303
        assert press(lead, form(lead.get(PAGE), "/change/"), name="C", max_heating="5").status_code == 303

        circuit = Circuit.objects.get()
        assert (circuit.name, circuit.max_heating) == ("C", 5)
        assert Printer.objects.get(pk=printer.pk).circuit_id == circuit.pk

    def test_others_look_and_change_nothing(self) -> None:
        make_circuit()

        page = browser(Role.OPERATOR).get(PAGE)

        assert page.status_code == 200
        assert not {"change", "add-circuit", "move"} & set(forms_of(page))
