"""``notify.note_mail_sent``: the mail server took it."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from apps.accounts.states import Role
from apps.notify import commands
from apps.notify.models import MailOut, Notification
from apps.notify.states import Letter, MailState, Severity
from tests.factories.accounts import make_user
from tests.factories.context import NOW, make_context
from tests.factories.notify import make_mail
from tests.notify.telling import told
from tests.recorded import event_types

pytestmark = pytest.mark.django_db


def told_of(mail: MailOut) -> tuple[UUID, ...]:
    """Return the notification a mail tells of."""
    return (mail.notification_id,) if mail.notification_id is not None else ()


class TestSent:
    def test_is_kept_with_the_notification_and_once(self) -> None:
        mail = make_mail()

        answers = [commands.note_mail_sent(make_context(), mail_id=mail.pk, notification_ids=told_of(mail)) for _time in range(2)]

        after = MailOut.objects.get()
        assert answers == [True, False]
        assert (after.state, after.ended_at, Notification.objects.get().mailed_at) == (MailState.SENT, NOW, NOW)
        assert event_types() == ["MailSent"]

    def test_of_a_mail_that_never_was_is_nothing(self) -> None:
        assert not commands.note_mail_sent(make_context(), mail_id=uuid4())

    def test_does_not_touch_what_others_were_told(self) -> None:
        mail, other = make_mail(), make_mail()

        commands.note_mail_sent(make_context(), mail_id=mail.pk, notification_ids=told_of(other))

        assert Notification.objects.get(pk__in=told_of(other)).mailed_at is None


class TestSummaries:
    def test_what_came_while_it_was_written_waits_for_the_next_one(self) -> None:
        make_user(Role.OPERATOR)
        told("run:1", severity=Severity.ATTENTION)
        written = Notification.objects.get()
        told("run:2", severity=Severity.ATTENTION)
        first = MailOut.objects.get()

        commands.note_mail_sent(make_context(), mail_id=first.pk, notification_ids=(written.pk,))

        following = MailOut.objects.exclude(pk=first.pk).get()
        assert (following.letter, following.state) == (Letter.DIGEST, MailState.OWED)

    def test_that_told_of_everything_owe_nothing_more(self) -> None:
        make_user(Role.OPERATOR)
        told("run:1", severity=Severity.ATTENTION)

        commands.note_mail_sent(make_context(), mail_id=MailOut.objects.get().pk, notification_ids=(Notification.objects.get().pk,))

        assert MailOut.objects.count() == 1
