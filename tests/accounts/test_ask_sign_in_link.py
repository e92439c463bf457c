"""``accounts.ask_sign_in_link``: a customer without a password."""

from __future__ import annotations

import pytest

from apps.accounts import commands
from apps.accounts.commands.sign_ins import LINKS_PER_HOUR
from apps.accounts.models import SignInLink
from apps.accounts.states import Role
from apps.journal.context import Context
from apps.journal.models import Event
from tests.factories.accounts import make_account, make_member, make_user
from tests.factories.context import make_context

pytestmark = pytest.mark.django_db(transaction=True)


class TestAskingForALink:
    def test_owes_a_mail_to_a_customer(self, ctx: Context) -> None:
        person = make_member().user

        commands.ask_sign_in_link(ctx, email=person.email.upper(), onward="/orders/")

        link = SignInLink.objects.get()
        assert (link.user_id, link.onward) == (person.pk, "/orders/")
        assert person.email not in Event.objects.get().data

    def test_does_nothing_for_who_is_no_customer(self) -> None:
        staff = make_member(user=make_user(Role.LEAD)).user
        gone = make_member(user=make_user(is_active=False), account=make_account()).user

        for email in ("nobody@example.org", make_user().email, staff.email, gone.email):
            commands.ask_sign_in_link(make_context(), email=email)

        assert not SignInLink.objects.exists()
        assert not Event.objects.exists()

    def test_does_not_fill_anybodys_mail(self) -> None:
        person = make_member().user

        for _once in range(LINKS_PER_HOUR + 3):
            commands.ask_sign_in_link(make_context(), email=person.email)

        assert SignInLink.objects.count() == LINKS_PER_HOUR
