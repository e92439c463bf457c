"""``orders.fail_refund``: the money did not go back, and a person sees to it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from apps.journal.models import Event
from apps.journal.refusals import NotFound
from apps.orders import commands, queries
from apps.orders.models import Refund
from apps.orders.payments import ProviderRefused, pretend
from tests.factories.context import make_context
from tests.orders.selling import Shop, work

pytestmark = pytest.mark.django_db(transaction=True)


class TestFailing:
    def test_keeps_the_money_ours_and_lets_it_be_asked_for_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        intent = Shop().paid_order(2)

        def refuse(self: pretend.Pretend, order: Any) -> Any:
            raise ProviderRefused("account-closed")

        monkeypatch.setattr(pretend.Pretend, "refund", refuse)
        for _ in range(2):
            version = type(intent).objects.get(pk=intent.pk).version
            commands.request_refund(
                make_context(), intent_id=intent.pk, expected_version=version, amount_minor=intent.price_minor, note="All of it"
            )
            work()

        assert set(Refund.objects.values_list("state", "code")) == {("failed", "account-closed")}
        assert (queries.money_of(intent).refunded, queries.money_of(intent).refunding) == (0, 0)
        assert Event.objects.filter(type="RefundFailed", correlation_id=intent.pk).count() == 2

    def test_after_it_was_sent_changes_nothing(self) -> None:
        intent = Shop().paid_order(2)
        (refund_id,) = commands.request_refund(
            make_context(), intent_id=intent.pk, expected_version=intent.version, amount_minor=1, note="Goodwill"
        )
        work()

        commands.fail_refund(make_context(), refund_id=refund_id, code="late")

        assert Refund.objects.get(pk=refund_id).state == "issued"

    def test_of_one_nobody_knows_is_not_found(self) -> None:
        with pytest.raises(NotFound):
            commands.fail_refund(make_context(), refund_id=uuid4(), code="x")
