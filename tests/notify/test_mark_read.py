"""``notify.mark_read``: one's own, and only one's own."""

from __future__ import annotations

import pytest

from apps.notify import commands, queries
from apps.notify.models import Notification
from tests.factories.context import NOW, make_context
from tests.factories.notify import make_notification
from tests.recorded import the_event

pytestmark = pytest.mark.django_db


class TestReading:
    def test_empties_the_bell(self) -> None:
        row = make_notification()

        assert queries.unread_count(row.person_id) == 1
        assert commands.mark_read(make_context(), person_id=row.person_id, notification_ids=(row.pk,)) == 1

        assert queries.unread_count(row.person_id) == 0
        assert Notification.objects.get().version == 2
        assert the_event("NotificationsRead")[0]["count"] == 1

    def test_leaves_what_others_were_told_unread(self) -> None:
        mine, theirs = make_notification(), make_notification()

        assert commands.mark_read(make_context(), person_id=mine.person_id, notification_ids=(mine.pk, theirs.pk)) == 1

        assert Notification.objects.get(pk=theirs.pk).read_at is None

    def test_twice_reads_nothing_more(self) -> None:
        row = make_notification(read_at=NOW)

        assert commands.mark_read(make_context(), person_id=row.person_id, notification_ids=(row.pk,)) == 0

    def test_counts_no_further_than_people_look(self) -> None:
        first = make_notification()
        for _number in range(4):
            make_notification(person=first.person)

        assert queries.unread_count(first.person_id, at_most=3) == 3
