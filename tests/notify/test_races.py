"""One cause noticed by many at once is told once; one occasion written for by many is one mail."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.accounts.states import Role
from apps.notify import commands
from apps.notify.models import MailOut, Notice, Notification
from apps.notify.states import Letter, NoticeKind, Severity
from tests.factories.accounts import make_user, shop
from tests.factories.context import make_context
from tests.factories.orders import make_intent
from tests.writers import Writers

pytestmark = [pytest.mark.both_engines, pytest.mark.django_db(transaction=True)]


class TestAtOnce:
    def test_a_cause_is_told_once(self, writers: Writers) -> None:
        make_user(Role.OPERATOR)
        site_id, subject = shop().pk, uuid4()

        def notice(index: int) -> object:
            return commands.raise_notice(
                make_context(),
                site_id=site_id,
                kind=NoticeKind.RUN_FAILED,
                severity=Severity.URGENT,
                cause="run:1",
                subject_kind="run",
                subject_id=subject,
                params={"seen": index % 2},
            )

        outcomes = writers.in_threads(notice, 8)

        assert [outcome.error for outcome in outcomes] == [None] * 8
        assert len({outcome.value for outcome in outcomes}) == 1
        assert (Notice.objects.count(), Notification.objects.count(), MailOut.objects.count()) == (1, 1, 1)

    def test_an_occasion_is_one_mail(self, writers: Writers) -> None:
        intent_id = make_intent().pk

        def write(_index: int) -> object:
            return commands.write_to_customer(make_context(), intent_id=intent_id, letter=Letter.ORDER_PAID, occasion="once")

        outcomes = writers.in_threads(write, 8)

        assert len({outcome.value for outcome in outcomes}) == 1
        assert MailOut.objects.count() == 1

    def test_one_of_many_takes_it_in_hand(self, writers: Writers) -> None:
        people = [make_user(Role.OPERATOR).pk for _number in range(4)]
        notice_id = commands.raise_notice(
            make_context(),
            site_id=shop().pk,
            kind=NoticeKind.RUN_FAILED,
            severity=Severity.URGENT,
            cause="run:1",
            subject_kind="run",
            subject_id=uuid4(),
        )

        outcomes = writers.in_threads(
            lambda index: commands.acknowledge(make_context(), notice_id=notice_id, person_id=people[index], expected_version=1), 4
        )

        assert [outcome.error for outcome in outcomes].count(None) == 1
