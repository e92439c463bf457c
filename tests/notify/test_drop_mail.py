"""``notify.drop_mail``: a mail that will not be sent says why."""

from __future__ import annotations

import pytest

from apps.notify import commands
from apps.notify.models import MailOut
from apps.notify.states import DropCode, MailState
from tests.factories.context import NOW, make_context
from tests.factories.notify import make_mail
from tests.recorded import the_event

pytestmark = pytest.mark.django_db


class TestDropping:
    def test_says_why_and_when_once(self) -> None:
        mail = make_mail()

        answers = [commands.drop_mail(make_context(), mail_id=mail.pk, code=DropCode.NO_ADDRESS) for _time in range(2)]

        after = MailOut.objects.get()
        assert answers == [True, False]
        assert (after.state, after.drop_code, after.ended_at) == (MailState.DROPPED, DropCode.NO_ADDRESS, NOW)
        assert the_event("MailDropped")[0]["code"] == "no_address"

    def test_leaves_alone_what_was_sent(self) -> None:
        mail = make_mail(state=MailState.SENT, ended_at=NOW)

        assert not commands.drop_mail(make_context(), mail_id=mail.pk, code=DropCode.SETTLED)
