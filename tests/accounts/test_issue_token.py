"""``accounts.issue_token``: letting a program act for a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.accounts import commands
from apps.accounts.models import ApiToken
from apps.accounts.states import Role
from apps.journal.context import Context
from apps.journal.models import Event, Receipt
from apps.journal.refusals import Invalid, NotFound
from tests.factories.accounts import make_site, make_user, shop
from tests.factories.context import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def wish(**changed: Any) -> dict[str, Any]:
    values = {
        "name": "Web store",
        "secret_sha256": "a" * 64,
        "hint": "fos_abc",
        "scopes": ["read", "runs.pause_run"],
        "site_ids": [shop().pk],
    }
    return {**values, **changed}


class TestIssuingAToken:
    def test_keeps_its_limits_and_never_its_secret(self, ctx: Context) -> None:
        user = make_user(Role.LEAD)

        token_id = commands.issue_token(ctx, user_id=user.pk, **wish(expires_at=NOW + timedelta(days=1)))

        token, event = ApiToken.objects.get(pk=token_id), Event.objects.get()
        assert (token.scopes, token.site_ids, token.issued_by) == (["read", "runs.pause_run"], [str(shop().pk)], "service:tests")
        assert (event.type, event.command) == ("TokenIssued", "accounts.issue_token")
        assert "a" * 64 not in event.data
        assert token.is_usable(NOW)
        assert not token.is_usable(NOW + timedelta(days=1))

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"scopes": []}, "scopes"),
            ({"scopes": ["runs.fly"]}, "scopes"),
            ({"scopes": ["customer"]}, "scopes"),
            ({"site_ids": []}, "site_ids"),
            ({"expires_at": NOW}, "expires_at"),
        ],
    )
    def test_refuses_what_means_nothing(self, ctx: Context, changed: dict[str, Any], field: str) -> None:
        user = make_user(Role.LEAD)

        with pytest.raises(Invalid) as refused:
            commands.issue_token(ctx, user_id=user.pk, **wish(**changed))

        assert list(refused.value.params["fields"]) == [field]
        assert not ApiToken.objects.exists()
        assert not Receipt.objects.exists()

    def test_refuses_a_site_where_the_person_has_no_role(self, ctx: Context) -> None:
        user = make_user(Role.LEAD)

        with pytest.raises(Invalid):
            commands.issue_token(ctx, user_id=user.pk, **wish(site_ids=[shop().pk, make_site().pk]))

    def test_refuses_nobody_and_who_is_switched_off(self, ctx: Context) -> None:
        for user_id in (uuid4(), make_user(Role.LEAD, is_active=False).pk):
            with pytest.raises(NotFound):
                commands.issue_token(ctx, user_id=user_id, **wish())
