"""``storefront.introduce_guest``: a guest says what they are called."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.accounts.models import Account
from apps.journal.models import Event
from apps.journal.refusals import Invalid, NotFound
from apps.storefront import commands
from tests.factories.accounts import make_account
from tests.factories.context import make_context

pytestmark = pytest.mark.django_db(transaction=True)


class TestIntroducing:
    def test_keeps_the_name_and_says_nothing_of_it_in_the_event(self) -> None:
        guest = make_account(email="")

        commands.introduce_guest(make_context(), account_id=guest.pk, name="Jo Halden", language="nl")

        assert (Account.objects.get().name, Account.objects.get().language) == ("Jo Halden", "nl")
        event = Event.objects.get()
        assert (event.type, "Halden" in event.data) == ("GuestIntroduced", False)

    def test_does_nothing_when_it_is_known(self) -> None:
        guest = make_account(email="", name="Jo")

        commands.introduce_guest(make_context(), account_id=guest.pk, name="Jo")

        assert not Event.objects.exists()

    def test_leaves_a_customer_with_an_address_their_name(self) -> None:
        customer = make_account(name="Halden Robotics")

        commands.introduce_guest(make_context(), account_id=customer.pk, name="Mallory")

        assert Account.objects.get().name == "Halden Robotics"

    def test_refuses_a_name_no_column_holds_and_a_customer_nobody_knows(self) -> None:
        with pytest.raises(Invalid):
            commands.introduce_guest(make_context(), account_id=make_account(email="").pk, name="x" * 300)
        with pytest.raises(NotFound):
            commands.introduce_guest(make_context(), account_id=uuid4(), name="x")
