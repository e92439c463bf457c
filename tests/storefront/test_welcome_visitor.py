"""``storefront.welcome_visitor``: a stranger becomes the guest of their browser."""

from __future__ import annotations

import pytest

from apps.accounts.models import Account, Member
from apps.journal.models import Event
from apps.journal.refusals import NotFound, Refusal
from apps.storefront import commands
from apps.storefront.commands import visitors
from apps.storefront.models import Visitor
from tests.factories.accounts import make_user, shop
from tests.factories.context import make_context

pytestmark = pytest.mark.django_db(transaction=True)


class TestWelcoming:
    def test_opens_a_guest_nobody_knows(self) -> None:
        visitor_id = commands.welcome_visitor(make_context(), site_id=shop().pk, language="de")

        visitor = Visitor.objects.get(pk=visitor_id)
        assert (visitor.account.name, visitor.account.email, visitor.account.language) == ("", "", "de")
        assert not Member.objects.exists()
        assert [event.type for event in Event.objects.order_by("id")] == ["GuestOpened", "VisitorWelcomed"]

    def test_twice_under_one_key_is_one_guest(self) -> None:
        ctx = make_context()

        first, second = (commands.welcome_visitor(ctx, site_id=shop().pk) for _ in range(2))

        assert first == second
        assert Account.objects.count() == 1

    def test_lets_whoever_is_signed_in_act_for_the_guest(self) -> None:
        user = make_user()

        visitor_id = commands.welcome_visitor(make_context(), site_id=shop().pk, user_id=user.pk)

        assert Visitor.objects.get(pk=visitor_id).account.members.get().user == user


class TestRefusals:
    def test_of_a_site_that_is_not_there(self) -> None:
        with pytest.raises(NotFound):
            commands.welcome_visitor(make_context(), site_id=make_user().pk)

        assert not Account.objects.exists()

    def test_when_more_come_than_a_shop_has(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(visitors, "MOST_AN_HOUR", 1)
        commands.welcome_visitor(make_context(), site_id=shop().pk)

        with pytest.raises(Refusal) as refused:
            commands.welcome_visitor(make_context(), site_id=shop().pk)

        assert (refused.value.code, refused.value.status) == ("visitors-too-many", 429)
        assert Visitor.objects.count() == 1
