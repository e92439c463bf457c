"""``notify.acknowledge``: one person sees to it, and the others need not."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.accounts.models import User
from apps.accounts.states import Role
from apps.journal.refusals import NotFound, StaleVersion
from apps.notify import commands
from apps.notify.models import Notice, Notification
from tests.factories.accounts import make_user, shop
from tests.factories.context import NOW, make_context
from tests.notify.telling import told
from tests.recorded import refusal_of, the_event

pytestmark = pytest.mark.django_db


def acknowledge(notice: Notice, person: User, *, version: int | None = None) -> None:
    seen = notice.version if version is None else version
    commands.acknowledge(make_context(), notice_id=notice.pk, person_id=person.pk, expected_version=seen)


class TestTakingInHand:
    def test_names_who_sees_to_it_and_reads_it(self) -> None:
        operator = make_user(Role.OPERATOR)
        notice = told()

        acknowledge(notice, operator)

        after = Notice.objects.get()
        assert (after.acknowledged_by_id, after.acknowledged_at) == (operator.pk, NOW)
        assert Notification.objects.get().read_at == NOW
        assert ("person", operator.pk) in the_event("NoticeAcknowledged")[1]

    def test_by_a_second_person_is_refused(self) -> None:
        first, second = make_user(Role.OPERATOR), make_user(Role.OPERATOR)
        notice = told()
        acknowledge(notice, first)

        assert refusal_of(lambda: acknowledge(notice, second)).code == "notice-in-hand"

    def test_of_what_is_over_is_refused(self) -> None:
        operator = make_user(Role.OPERATOR)
        notice = told()
        commands.close_notice(make_context(), site_id=shop().pk, cause=notice.cause)

        assert refusal_of(lambda: acknowledge(notice, operator)).code == "notice-over"

    def test_of_what_looks_different_by_now_is_refused(self) -> None:
        operator = make_user(Role.OPERATOR)
        notice = told()
        told(params={"reason": "CLOG"})

        with pytest.raises(StaleVersion):
            acknowledge(notice, operator)


class TestObjectAccess:
    def test_who_was_not_told_does_not_learn_that_it_exists(self) -> None:
        make_user(Role.OPERATOR)
        notice = told()

        with pytest.raises(NotFound):
            acknowledge(notice, make_user(Role.LEAD))
        with pytest.raises(NotFound):
            commands.acknowledge(make_context(), notice_id=uuid4(), person_id=make_user().pk, expected_version=1)
