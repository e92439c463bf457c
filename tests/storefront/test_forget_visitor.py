"""``storefront.forget_visitor``: the browser is a stranger again."""

from __future__ import annotations

import pytest

from apps.journal.models import Event
from apps.journal.refusals import NotFound
from apps.storefront import commands
from apps.storefront.models import Visitor
from tests.factories.context import NOW, make_context
from tests.factories.storefront import make_visitor

pytestmark = pytest.mark.django_db(transaction=True)


def test_forgets_once() -> None:
    visitor = make_visitor()

    commands.forget_visitor(make_context(), visitor_id=visitor.pk)

    assert Visitor.objects.get().ended_at == NOW
    assert Event.objects.get().type == "VisitorForgotten"
    with pytest.raises(NotFound):
        commands.forget_visitor(make_context(), visitor_id=visitor.pk)
