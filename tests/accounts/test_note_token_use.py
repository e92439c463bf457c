"""``accounts.note_token_use``: when a token was last used."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.accounts import commands
from apps.accounts.models import ApiToken
from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import NotFound
from tests.factories.accounts import make_api_token
from tests.factories.context import NOW, make_context

pytestmark = pytest.mark.django_db(transaction=True)


class TestNotingAUse:
    def test_keeps_the_day_once(self, ctx: Context) -> None:
        token = make_api_token()

        commands.note_token_use(ctx, token_id=token.pk)
        commands.note_token_use(make_context(), token_id=token.pk)

        assert ApiToken.objects.get().last_used_on == NOW.date()
        assert [event.type for event in Event.objects.all()] == ["TokenUsed"]

    def test_of_no_token_is_refused(self, ctx: Context) -> None:
        with pytest.raises(NotFound):
            commands.note_token_use(ctx, token_id=uuid4())
