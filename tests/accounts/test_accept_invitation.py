"""``accounts.accept_invitation``: choosing a password by a link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import make_password

from apps.accounts import commands
from apps.accounts.models import User
from apps.accounts.states import LinkPurpose, Role
from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import Invalid, Refusal
from tests.factories.accounts import make_sign_in_link, make_user
from tests.factories.context import NOW, make_context

pytestmark = pytest.mark.django_db(transaction=True)


HASH = make_password("correct horse battery")


class TestAcceptingAnInvitation:
    def test_sets_the_password_once(self, ctx: Context) -> None:
        link = make_sign_in_link(purpose=LinkPurpose.INVITE, user=make_user(Role.LEAD))

        assert commands.accept_invitation(ctx, link_id=link.pk, password_hash=HASH) == link.user_id
        with pytest.raises(Refusal) as refused:
            commands.accept_invitation(make_context(), link_id=link.pk, password_hash=HASH)

        assert User.objects.get(pk=link.user_id).check_password("correct horse battery")
        assert refused.value.code == "link-unusable"
        assert {event.type for event in Event.objects.all()} == {"InvitationAccepted", "PasswordChanged"}

    @pytest.mark.parametrize(
        "changed", [{"purpose": LinkPurpose.SIGN_IN}, {"used_at": NOW}, {"created_at": NOW - timedelta(days=8), "expires_at": NOW}]
    )
    def test_takes_no_other_link(self, ctx: Context, changed: dict[str, Any]) -> None:
        link = make_sign_in_link(**{"purpose": LinkPurpose.INVITE, **changed})

        with pytest.raises(Refusal):
            commands.accept_invitation(ctx, link_id=link.pk, password_hash=HASH)

    def test_is_refused_to_who_was_switched_off_and_for_no_hash(self, ctx: Context) -> None:
        gone = make_sign_in_link(purpose=LinkPurpose.INVITE, user=make_user(is_active=False))

        with pytest.raises(Refusal):
            commands.accept_invitation(ctx, link_id=gone.pk, password_hash=HASH)
        with pytest.raises(Invalid):
            commands.accept_invitation(ctx, link_id=uuid4(), password_hash="secret")
