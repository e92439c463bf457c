"""``storefront.admit_visitor``: what was sent in a browser becomes that of whoever signed in there."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.journal.models import Event
from apps.journal.refusals import NotFound
from apps.storefront import commands
from tests.factories.accounts import make_member, make_user
from tests.factories.context import NOW, make_context
from tests.factories.storefront import make_visitor

pytestmark = pytest.mark.django_db(transaction=True)


class TestAdmitting:
    def test_lets_them_act_for_the_guest(self) -> None:
        visitor, user = make_visitor(), make_user()

        for _ in range(2):
            commands.admit_visitor(make_context(), visitor_id=visitor.pk, user_id=user.pk)

        assert visitor.account.members.get().user == user
        assert Event.objects.filter(type="MemberJoined").count() == 1

    def test_leaves_a_guest_to_whom_they_belong(self) -> None:
        visitor = make_visitor()
        make_member(account=visitor.account)

        with pytest.raises(NotFound):
            commands.admit_visitor(make_context(), visitor_id=visitor.pk, user_id=make_user().pk)

        assert visitor.account.members.count() == 1

    def test_knows_no_visitor_who_is_forgotten_or_never_was(self) -> None:
        gone = make_visitor(ended_at=NOW)

        for visitor_id in (gone.pk, uuid4()):
            with pytest.raises(NotFound):
                commands.admit_visitor(make_context(), visitor_id=visitor_id, user_id=make_user().pk)
