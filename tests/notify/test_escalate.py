"""``notify.escalate``: silence is told to the leads, once."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.accounts.states import Role
from apps.notify import commands
from apps.notify.models import Notice
from apps.notify.states import Letter
from tests.factories.accounts import make_user, shop
from tests.factories.context import NOW, make_context
from tests.notify.telling import mails, people_told, told
from tests.recorded import the_event

pytestmark = pytest.mark.django_db


def escalate(notice: Notice) -> int:
    return commands.escalate(make_context(), notice_id=notice.pk)


class TestSilence:
    def test_is_told_to_the_leads_by_mail_too(self) -> None:
        operator, lead, admin = make_user(Role.OPERATOR), make_user(Role.LEAD), make_user(Role.ADMIN)
        notice = told()

        assert escalate(notice) == 1

        assert people_told(notice) == {operator, lead}
        assert admin not in people_told(notice)
        assert (Letter.NOTICE, lead.pk) in mails()
        assert Notice.objects.get().escalated_at == NOW
        assert the_event("NoticeEscalated")[0]["people"] == 1

    def test_goes_on_to_admins_where_leads_know_already(self) -> None:
        make_user(Role.LEAD)
        admin = make_user(Role.ADMIN)
        notice = told()

        escalate(notice)

        assert admin in people_told(notice)

    def test_happens_once(self) -> None:
        make_user(Role.OPERATOR)
        make_user(Role.LEAD)
        make_user(Role.ADMIN)
        notice = told()

        assert [escalate(notice), escalate(notice)] == [1, 0]

    def test_ends_with_the_last_person(self) -> None:
        make_user(Role.ADMIN)

        assert escalate(told()) == 0


class TestNoSilence:
    def test_what_somebody_took_in_hand_is_left_alone(self) -> None:
        operator = make_user(Role.OPERATOR)
        make_user(Role.LEAD)
        notice = told()
        commands.acknowledge(make_context(), notice_id=notice.pk, person_id=operator.pk, expected_version=notice.version)

        assert escalate(notice) == 0

    def test_what_is_over_or_was_never_there_is_left_alone(self) -> None:
        make_user(Role.LEAD)
        notice = told()
        commands.close_notice(make_context(), site_id=shop().pk, cause=notice.cause)

        assert escalate(notice) == 0
        assert commands.escalate(make_context(), notice_id=uuid4()) == 0
