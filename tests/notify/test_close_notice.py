"""``notify.close_notice``: what has ended calls nobody any more."""

from __future__ import annotations

import pytest

from apps.accounts.states import Role
from apps.journal.models import Event
from apps.notify import commands, queries
from apps.notify.models import Notice, Notification
from tests.factories.accounts import make_user, shop
from tests.factories.context import NOW, make_context
from tests.notify.telling import told
from tests.recorded import the_event

pytestmark = pytest.mark.django_db


def close(cause: str) -> bool:
    return commands.close_notice(make_context(), site_id=shop().pk, cause=cause)


class TestClosing:
    def test_ends_the_notice_and_empties_the_bell(self) -> None:
        operator = make_user(Role.OPERATOR)
        notice = told()

        assert close("run:1")

        assert Notice.objects.get().closed_at == NOW
        assert Notification.objects.get().read_at == NOW
        assert queries.unread_count(operator.pk) == 0
        data, subjects = the_event("NoticeClosed")
        assert data == {"notice_id": str(notice.pk), "code": "settled"}
        assert ("run", notice.subject_id) in subjects

    def test_what_was_never_told_leaves_no_trace(self) -> None:
        shop()
        before = Event.objects.count()

        assert not close("run:1")
        assert Event.objects.count() == before

    def test_twice_is_once(self) -> None:
        told()

        assert [close("run:1"), close("run:1")] == [True, False]

    def test_the_same_cause_is_told_anew_afterwards(self) -> None:
        first = told()
        close("run:1")

        assert told().pk != first.pk
