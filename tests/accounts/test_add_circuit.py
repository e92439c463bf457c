"""``accounts.add_circuit``: a fuse and what it carries."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.accounts import commands
from apps.accounts.models import Circuit
from apps.journal.context import Context
from apps.journal.refusals import NotFound
from tests.factories.accounts import make_circuit, shop
from tests.factories.context import make_context
from tests.recorded import event_types, refusal_of

pytestmark = pytest.mark.django_db(transaction=True)


class TestNamingACircuit:
    def test_keeps_its_name_and_what_it_carries(self, ctx: Context) -> None:
        circuit_id = commands.add_circuit(ctx, site_id=shop().pk, name=" B, left wall ", max_heating=4)

        circuit = Circuit.objects.get(pk=circuit_id)
        assert (circuit.name, circuit.max_heating, circuit.site_id) == ("B, left wall", 4, shop().pk)
        assert event_types() == ["CircuitAdded"]

    def test_is_refused_without_a_name_with_a_taken_one_and_when_nothing_may_heat(self, ctx: Context) -> None:
        make_circuit(name="B")

        assert refusal_of(lambda: commands.add_circuit(ctx, site_id=shop().pk, name=" ")).code == "circuit-unnamed"
        assert refusal_of(lambda: commands.add_circuit(make_context(), site_id=shop().pk, name="B")).code == "circuit-name-taken"
        none_at_once = lambda: commands.add_circuit(make_context(), site_id=shop().pk, name="C", max_heating=0)  # noqa: E731
        assert refusal_of(none_at_once).code == "circuit-allows-no-heating"
        with pytest.raises(NotFound):
            commands.add_circuit(make_context(), site_id=uuid4(), name="D")
