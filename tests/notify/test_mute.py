"""``notify.mute``: nothing more of this one."""

from __future__ import annotations

import pytest

from apps.journal.refusals import NotFound, StaleVersion
from apps.notify import commands
from apps.notify.models import Notification
from tests.factories.accounts import make_user
from tests.factories.context import NOW, make_context
from tests.factories.notify import make_notification
from tests.recorded import the_event

pytestmark = pytest.mark.django_db


class TestMuting:
    def test_reads_it_for_good(self) -> None:
        row = make_notification()

        commands.mute(make_context(), notification_id=row.pk, person_id=row.person_id, expected_version=1)

        after = Notification.objects.get()
        assert (after.muted_at, after.read_at) == (NOW, NOW)
        assert ("person", row.person_id) in the_event("NotificationMuted")[1]

    def test_somebody_elses_does_not_exist(self) -> None:
        row = make_notification()

        with pytest.raises(NotFound):
            commands.mute(make_context(), notification_id=row.pk, person_id=make_user().pk, expected_version=1)

    def test_what_changed_meanwhile_is_refused(self) -> None:
        row = make_notification()
        commands.mark_read(make_context(), person_id=row.person_id, notification_ids=(row.pk,))

        with pytest.raises(StaleVersion):
            commands.mute(make_context(), notification_id=row.pk, person_id=row.person_id, expected_version=1)
