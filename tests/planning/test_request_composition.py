"""``planning.request_composition``: something may be waiting for a plate."""

from __future__ import annotations

import pytest

from apps.journal.models import Delivery, Event
from apps.journal.refusals import NotFound
from apps.planning import commands
from tests.factories.accounts import shop
from tests.factories.context import make_context
from tests.factories.planning import make_plan

pytestmark = pytest.mark.django_db(transaction=True)


def test_owes_putting_pieces_on_plates() -> None:
    commands.request_composition(make_context(), site_id=shop().pk)

    assert Event.objects.get().subject_rows.get().kind == "site"
    assert Delivery.objects.get().subscriber == "planning.compose_plates"


def test_of_no_site_is_not_found() -> None:
    with pytest.raises(NotFound):
        commands.request_composition(make_context(), site_id=make_plan().pk)
