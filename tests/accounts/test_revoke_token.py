"""``accounts.revoke_token``: ending a token."""

from __future__ import annotations

import pytest

from apps.accounts import commands
from apps.accounts.models import ApiToken
from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import Refusal, StaleVersion
from tests.factories.accounts import make_api_token
from tests.factories.context import NOW

pytestmark = pytest.mark.django_db(transaction=True)


class TestRevokingAToken:
    def test_ends_it_and_says_by_whom(self, ctx: Context) -> None:
        token = make_api_token()

        commands.revoke_token(ctx, token_id=token.pk, expected_version=1)

        token = ApiToken.objects.get()
        assert (token.revoked_at, token.revoked_by, token.is_usable(NOW)) == (NOW, "service:tests", False)
        assert Event.objects.get().type == "TokenRevoked"

    def test_happens_once(self, ctx: Context) -> None:
        token = make_api_token(revoked_at=NOW, revoked_by="person:x")

        with pytest.raises(Refusal) as refused:
            commands.revoke_token(ctx, token_id=token.pk, expected_version=1)

        assert refused.value.code == "token-revoked-already"

    def test_is_for_the_version_that_was_seen(self, ctx: Context) -> None:
        with pytest.raises(StaleVersion):
            commands.revoke_token(ctx, token_id=make_api_token(version=3).pk, expected_version=2)
