"""``accounts.invite_person``: somebody comes to work here."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.contrib.auth.hashers import make_password

from apps.accounts import commands
from apps.accounts.models import SignInLink, User
from apps.accounts.states import LinkPurpose, Role
from apps.journal.context import Context
from apps.journal.models import Delivery, Event
from apps.journal.refusals import Invalid, NotFound, Refusal
from tests.factories.accounts import make_user, shop

pytestmark = pytest.mark.django_db(transaction=True)


class TestInvitingSomebody:
    def test_adds_them_with_a_role_and_owes_a_link(self, ctx: Context) -> None:
        user_id = commands.invite_person(ctx, site_id=shop().pk, email=" Ada@Example.org", role=Role.OPERATOR, name="Ada")

        person, link = User.objects.get(pk=user_id), SignInLink.objects.get()
        assert (person.email, person.name, person.has_usable_password()) == ("ada@example.org", "Ada", False)
        assert person.has_perm("runs.pause_run", shop().pk)
        assert (link.user_id, link.purpose) == (user_id, LinkPurpose.INVITE)
        assert [event.type for event in Event.objects.order_by("id")] == ["PersonAdded", "RoleGranted", "SignInLinkAsked"]
        assert Delivery.objects.get().subscriber == "accounts.send_link"

    def test_only_gives_the_role_to_who_can_sign_in_already(self, ctx: Context) -> None:
        known = make_user(password=make_password("correct horse"))

        user_id = commands.invite_person(ctx, site_id=shop().pk, email=known.email, role=Role.LEAD)

        assert user_id == known.pk
        assert not SignInLink.objects.exists()

    def test_refuses_what_cannot_be(self, ctx: Context) -> None:
        held = make_user(Role.LEAD)
        with pytest.raises(Invalid):
            commands.invite_person(ctx, site_id=shop().pk, email="nobody", role=Role.LEAD)
        with pytest.raises(NotFound):
            commands.invite_person(ctx, site_id=uuid4(), email="a@example.org", role=Role.LEAD)
        with pytest.raises(Refusal) as refused:
            commands.invite_person(ctx, site_id=shop().pk, email=held.email, role=Role.LEAD)
        assert refused.value.code == "role-held-already"
