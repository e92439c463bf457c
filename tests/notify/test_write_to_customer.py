"""``notify.write_to_customer``: one mail per occasion to the customer of an order."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from apps.journal.refusals import Invalid, NotFound
from apps.notify import commands
from apps.notify.models import MailOut
from apps.notify.states import Letter
from apps.orders.models import Intent
from apps.orders.states import IntentKind
from tests.factories.context import NOW, make_context
from tests.factories.orders import make_intent
from tests.recorded import the_event

pytestmark = pytest.mark.django_db


def write(intent: Intent, letter: Letter = Letter.ORDER_PAID, occasion: str = "once") -> UUID | None:
    return commands.write_to_customer(make_context(), intent_id=intent.pk, letter=letter, occasion=occasion, params={"n": 1})


class TestOwing:
    def test_a_mail_that_holds_no_address_and_no_word(self) -> None:
        intent = make_intent()

        mail_id = write(intent)

        mail = MailOut.objects.get()
        assert mail.pk == mail_id
        assert (mail.intent_id, mail.person_id, mail.due_at, mail.params) == (intent.pk, None, NOW, {"n": 1})
        data, subjects = the_event("MailOwed")
        assert data == {"mail_id": str(mail_id), "letter": "order_paid"}
        assert ("intent", intent.pk) in subjects

    def test_the_same_occasion_is_the_same_mail(self) -> None:
        intent = make_intent()

        assert write(intent) == write(intent)
        assert write(intent, occasion="again") != write(intent)

    def test_an_order_without_a_customer_gets_none(self) -> None:
        assert write(make_intent(kind=IntentKind.STOCK, account=None)) is None


class TestBadInput:
    def test_letters_for_people_who_work_here_and_no_occasion(self) -> None:
        intent = make_intent()

        with pytest.raises(Invalid):
            write(intent, Letter.DIGEST)
        with pytest.raises(Invalid):
            write(intent, occasion=" ")

    def test_no_such_order(self) -> None:
        with pytest.raises(NotFound):
            commands.write_to_customer(make_context(), intent_id=uuid4(), letter=Letter.ORDER_PAID, occasion="once")
