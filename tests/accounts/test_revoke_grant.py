"""``accounts.revoke_grant``: who may do less, and why a site never loses its last admin."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from apps.accounts import commands, queries
from apps.accounts.models import Grant, User
from apps.accounts.states import Role
from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import NotFound, Refusal, StaleVersion
from tests.factories.accounts import make_grant, make_site, make_user, shop
from tests.factories.context import make_context
from tests.writers import Writers

pytestmark = pytest.mark.django_db(transaction=True)


def refusal_of(ctx: Context, grant: Grant, *, version: int = 1) -> Refusal:
    with pytest.raises(Refusal) as refused:
        commands.revoke_grant(ctx, grant_id=grant.id, expected_version=version)
    return refused.value


class TestRevokingARole:
    def test_ends_it_and_keeps_the_record(self, ctx: Context) -> None:
        grant = make_grant(role=Role.OPERATOR)

        commands.revoke_grant(ctx, grant_id=grant.id, expected_version=1)

        kept, event = Grant.objects.get(pk=grant.id), Event.objects.get()
        assert (kept.revoked_at, kept.revoked_by, kept.version) == (ctx.now, ctx.actor.who, 2)
        assert (event.type, event.site_id) == ("RoleRevoked", grant.site_id)
        assert not User.objects.get(pk=grant.user_id).is_staff

    def test_is_refused_the_second_time(self, ctx_factory: Callable[..., Context]) -> None:
        grant = make_grant()
        commands.revoke_grant(ctx_factory(), grant_id=grant.id, expected_version=1)

        assert refusal_of(ctx_factory(), grant, version=2).code == "role-revoked-already"
        assert isinstance(refusal_of(ctx_factory(), grant, version=1), StaleVersion)

    def test_is_refused_for_a_grant_nobody_knows(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.revoke_grant(ctx, grant_id=uuid4(), expected_version=1)


class TestTheLastAdmin:
    def test_stays(self, ctx: Context) -> None:
        grant = make_grant(role=Role.ADMIN)

        assert refusal_of(ctx, grant).code == "last-admin"
        assert Grant.objects.get(pk=grant.id).revoked_at is None
        assert not Event.objects.exists()

    def test_may_go_when_somebody_else_is_admin(self, ctx: Context) -> None:
        grant = make_grant(role=Role.ADMIN)
        make_user(Role.ADMIN)

        commands.revoke_grant(ctx, grant_id=grant.id, expected_version=1)

        assert queries.active_admins(grant.site_id).count() == 1

    def test_is_not_helped_by_admins_elsewhere_or_by_those_who_cannot_sign_in(self, ctx: Context) -> None:
        grant = make_grant(role=Role.ADMIN)
        make_user(Role.ADMIN, site=make_site())
        make_user(Role.ADMIN, is_active=False)
        make_user(Role.LEAD)

        assert refusal_of(ctx, grant).code == "last-admin"


@pytest.mark.both_engines
class TestTwoAdminsRevokedAtOnce:
    @pytest.mark.parametrize("attempt", range(5))
    def test_leave_one(self, writers: Writers, attempt: int) -> None:
        grants = [make_grant(role=Role.ADMIN, user=make_user(), site=shop()) for _ in range(2)]

        outcomes = writers.in_threads(
            lambda n: commands.revoke_grant(make_context(), grant_id=grants[n].id, expected_version=1), len(grants)
        )

        errors = [outcome.error for outcome in outcomes if outcome.error is not None]
        assert [error.code for error in errors if isinstance(error, Refusal)] == ["last-admin"]
        assert queries.active_admins(shop().id).count() == 1
