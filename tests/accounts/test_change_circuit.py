"""``accounts.change_circuit``: another name, or more or fewer at once."""

from __future__ import annotations

import pytest

from apps.accounts import commands
from apps.accounts.models import Circuit
from apps.journal.context import Context
from apps.journal.refusals import StaleVersion
from tests.factories.accounts import make_circuit
from tests.factories.context import make_context
from tests.recorded import event_types

pytestmark = pytest.mark.django_db(transaction=True)


class TestChangingACircuit:
    def test_counts_from_the_next_start_on(self, ctx: Context) -> None:
        circuit = make_circuit(max_heating=2)

        commands.change_circuit(ctx, circuit_id=circuit.pk, expected_version=1, name="C", max_heating=6)

        changed = Circuit.objects.get(pk=circuit.pk)
        assert (changed.name, changed.max_heating, changed.version) == ("C", 6, 2)
        assert event_types() == ["CircuitChanged"]
        with pytest.raises(StaleVersion):
            commands.change_circuit(make_context(), circuit_id=circuit.pk, expected_version=1, name="D", max_heating=6)
