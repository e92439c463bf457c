"""``accounts.grant_role``: who may do more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import uuid4

import pytest

from apps.accounts import commands
from apps.accounts.models import Grant, User
from apps.accounts.states import Role
from apps.journal.context import Actor, Context
from apps.journal.models import Event
from apps.journal.refusals import NotFound, Refusal
from tests.factories.accounts import make_grant, make_site, make_user, shop
from tests.factories.context import NOW

pytestmark = pytest.mark.django_db(transaction=True)


class TestGrantingARole:
    def test_lets_a_person_do_more_at_that_site(self, ctx_factory: Callable[..., Context]) -> None:
        user, site = make_user(), shop()
        ctx = ctx_factory(actor=Actor("person:admin"))

        grant_id = commands.grant_role(ctx, user_id=user.id, site_id=site.id, role=Role.LEAD)

        grant, event = Grant.objects.get(pk=grant_id), Event.objects.get()
        assert (grant.user_id, grant.site_id, grant.role, grant.granted_by) == (user.id, site.id, "lead", "person:admin")
        assert (event.type, event.site_id) == ("RoleGranted", site.id)
        assert User.objects.get(pk=user.id).is_staff

    def test_is_refused_for_a_role_they_hold(self, ctx: Context) -> None:
        grant = make_grant(role=Role.LEAD)

        with pytest.raises(Refusal) as refused:
            commands.grant_role(ctx, user_id=grant.user_id, site_id=grant.site_id, role=Role.LEAD)

        assert refused.value.code == "role-held-already"
        assert not Event.objects.exists()

    def test_works_again_after_a_revocation_and_at_another_site(self, ctx_factory: Callable[..., Context]) -> None:
        former = make_grant(role=Role.LEAD, revoked_at=NOW, revoked_by="service:tests")

        commands.grant_role(ctx_factory(), user_id=former.user_id, site_id=former.site_id, role=Role.LEAD)
        commands.grant_role(ctx_factory(), user_id=former.user_id, site_id=make_site().id, role=Role.LEAD)

        assert Grant.objects.filter(revoked_at=None).count() == 2

    def test_is_refused_for_a_role_nobody_knows(self, ctx: Context) -> None:
        user = make_user()

        with pytest.raises(Refusal) as refused:
            commands.grant_role(ctx, user_id=user.id, site_id=shop().id, role=cast("Role", "king"))

        assert refused.value.code == "unknown-code"
        assert refused.value.params["field"] == "role"

    @pytest.mark.parametrize("missing", ["user_id", "site_id"])
    def test_is_refused_for_somebody_or_somewhere_unknown(self, ctx: Context, missing: str) -> None:
        known: dict[str, Any] = {"user_id": make_user().id, "site_id": shop().id}

        with pytest.raises(NotFound):
            commands.grant_role(ctx, **{**known, missing: uuid4()}, role=Role.VIEWER)
