"""``accounts.send_invitation``: another link to choose a password by."""

from __future__ import annotations

import pytest

from apps.accounts import commands
from apps.accounts.models import SignInLink
from apps.accounts.states import LinkPurpose, Role
from apps.journal.context import Context
from apps.journal.refusals import NotFound
from tests.factories.accounts import make_sign_in_link, make_user
from tests.factories.context import NOW

pytestmark = pytest.mark.django_db(transaction=True)


class TestSendingAnInvitation:
    def test_owes_a_new_link_and_ends_the_old(self, ctx: Context) -> None:
        person = make_user(Role.OPERATOR)
        old = make_sign_in_link(user=person, purpose=LinkPurpose.INVITE)

        link_id = commands.send_invitation(ctx, user_id=person.pk)

        assert not SignInLink.objects.get(pk=old.pk).is_usable(NOW)
        assert SignInLink.objects.get(pk=link_id).is_usable(NOW)

    @pytest.mark.parametrize("make", [make_user, lambda: make_user(Role.LEAD, is_active=False)])
    def test_is_for_those_who_work_here(self, ctx: Context, make: object) -> None:
        with pytest.raises(NotFound):
            commands.send_invitation(ctx, user_id=make().pk)  # type: ignore[operator]
