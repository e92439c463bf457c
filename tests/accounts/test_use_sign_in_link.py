"""``accounts.use_sign_in_link``: works once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.accounts import commands
from apps.accounts.states import LinkPurpose
from apps.journal.context import Context
from apps.journal.models import Event
from apps.journal.refusals import Refusal
from tests.factories.accounts import make_sign_in_link, make_user
from tests.factories.context import NOW, make_context

pytestmark = pytest.mark.django_db(transaction=True)


class TestUsingALink:
    def test_works_once(self, ctx: Context) -> None:
        link = make_sign_in_link()

        assert commands.use_sign_in_link(ctx, link_id=link.pk) == link.user_id
        with pytest.raises(Refusal) as refused:
            commands.use_sign_in_link(make_context(), link_id=link.pk)

        assert refused.value.code == "link-unusable"
        assert Event.objects.get().type == "SignedIn"

    @pytest.mark.parametrize(
        "changed", [{"purpose": LinkPurpose.INVITE}, {"used_at": NOW}, {"created_at": NOW - timedelta(hours=1), "expires_at": NOW}]
    )
    def test_takes_no_other_link(self, ctx: Context, changed: dict[str, Any]) -> None:
        with pytest.raises(Refusal):
            commands.use_sign_in_link(ctx, link_id=make_sign_in_link(**changed).pk)

    def test_is_refused_to_who_was_switched_off_and_to_nobody(self, ctx: Context) -> None:
        for link_id in (uuid4(), make_sign_in_link(user=make_user(is_active=False)).pk):
            with pytest.raises(Refusal):
                commands.use_sign_in_link(ctx, link_id=link_id)
